package varnish

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/magestack/magestack/pkg/magento"
)

const (
	// freshGrace is how long past its time an object is shown while Magento answers (default.vcl, req.grace).
	freshGrace = 10 * time.Second

	// awayGrace is how long past its time an object is shown while Magento does not (default.vcl, beresp.grace).
	awayGrace = 72 * time.Hour

	// untaggedTTL is the longest that is kept what no tag can purge.
	untaggedTTL = time.Hour

	// leastShared is what CloudFront may keep of what is shown past its time.
	leastShared = 10 * time.Second
)

// Model is the VCL in process, with a clock that a test sets. That it does what varnishd does is a test (TestTheModelIsVarnish). ESI
// is not in it.
type Model struct {
	classifier
	origin http.Handler
	now    func() time.Time

	mu      sync.Mutex
	objects map[string]object
}

type object struct {
	header  http.Header
	body    []byte
	expires time.Time
}

// NewModel puts a Varnish in front of an origin.
func NewModel(s Shop, origin http.Handler, now func() time.Time) *Model {
	return &Model{classifier: newClassifier(s), origin: origin, now: now, objects: map[string]object{}}
}

// Purge bans what has a tag that matches, as Magento asks for.
func (m *Model) Purge(pattern string) error {
	expression, err := regexp.Compile(pattern)
	if err != nil {
		return fmt.Errorf("%s: %w", magento.PurgeHeader, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for key, o := range m.objects {
		if tags := o.header.Get(magento.TagsHeader); tags != "" && expression.MatchString(tags) {
			delete(m.objects, key)
		}
	}
	return nil
}

// ServeHTTP answers.
func (m *Model) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/health_check.php" {
		w.Header().Set("Cache-Control", "no-store, stale-if-error=0")
		return
	}
	asked := r.Clone(r.Context())
	who, key := m.classify(asked)
	if who == visitor {
		m.pass(w, asked)
		return
	}
	m.mu.Lock()
	kept, found := m.objects[key]
	m.mu.Unlock()
	past := m.now().Sub(kept.expires)
	switch {
	case found && past < 0:
		m.deliver(w, asked, kept, who, "HIT")
	case found && past < freshGrace:
		m.deliver(w, asked, kept, who, "HIT")
		m.fetch(asked, who, key)
	default:
		m.miss(w, asked, who, key)
	}
}

// miss asks Magento. What fails is looked for among what has expired, and asked for once more where nothing is.
func (m *Model) miss(w http.ResponseWriter, asked *http.Request, who audience, key string) {
	answer, failed := m.fetch(asked, who, key)
	m.mu.Lock()
	kept, found := m.objects[key]
	m.mu.Unlock()
	switch {
	case failed && found && m.now().Sub(kept.expires) < awayGrace:
		m.deliver(w, asked, kept, who, "HIT")
	case failed:
		m.pass(w, asked)
	case found:
		m.deliver(w, asked, kept, who, "MISS")
	case answer.Code == http.StatusOK:
		// Varnish answers conditions and ranges of whatever it looked up.
		answer.Header().Del("Set-Cookie")
		m.deliver(w, asked, object{header: answer.Header(), body: answer.Body.Bytes()}, visitor, "UNCACHEABLE")
	default:
		answer.Header().Del("Set-Cookie")
		m.write(w, asked, answer)
	}
}

// fetch asks for what may be kept, and keeps it. It reports a failure of Magento's: an error, or no answer.
func (m *Model) fetch(asked *http.Request, who audience, key string) (*httptest.ResponseRecorder, bool) {
	request := asked.Clone(asked.Context())
	request.Method = http.MethodGet
	for _, name := range []string{"Range", "If-Range", "If-None-Match", "If-Match", "If-Modified-Since", "If-Unmodified-Since"} {
		request.Header.Del(name)
	}
	answer, silent := m.ask(request)
	if silent || answer.Code >= http.StatusInternalServerError {
		return nil, true
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.objects, key)
	ttl := m.lifetime(request, answer, who)
	if ttl <= 0 {
		return answer, false
	}
	header := answer.Header().Clone()
	header.Del("Set-Cookie")
	m.objects[key] = object{header, answer.Body.Bytes(), m.now().Add(ttl)}
	return answer, false
}

// lifetime is vcl_backend_response: how long an answer is kept.
func (m *Model) lifetime(request *http.Request, answer *httptest.ResponseRecorder, who audience) time.Duration {
	header := answer.Header()
	control := strings.Join(header.Values("Cache-Control"), ", ")
	says := func(word string) bool { return regexp.MustCompile(`\b` + word + `\b`).MatchString(control) }
	if who == group && !ofGroup(request.Header.Get("Cookie"), header) {
		return 0
	}
	if answer.Code != http.StatusOK || !says("public") || says("private") || says("no-store") || says("no-cache") || strings.Contains(header.Get("Vary"), "*") {
		return 0
	}
	ttl := seconds(control, "s-maxage")
	if ttl < 0 {
		ttl = seconds(control, "max-age")
	}
	switch untagged := header.Get(magento.TagsHeader) == ""; {
	case untagged && who == group:
		return 0
	case untagged:
		return min(ttl, untaggedTTL)
	}
	return ttl
}

// seconds is the value of a directive; negative where there is none.
func seconds(control, name string) time.Duration {
	for part := range strings.SplitSeq(control, ",") {
		if value, found := strings.CutPrefix(strings.TrimSpace(part), name+"="); found {
			if n, err := strconv.Atoi(value); err == nil {
				return time.Duration(n) * time.Second
			}
		}
	}
	return -1
}

// ask hands a request to the origin, and reports whether no answer came. One that breaks off breaks off here, too.
func (m *Model) ask(r *http.Request) (answer *httptest.ResponseRecorder, silent bool) {
	answer = httptest.NewRecorder()
	defer func() {
		if problem := recover(); problem != nil {
			if problem != http.ErrAbortHandler || answer.Body.Len() > 0 {
				panic(problem)
			}
			silent = true
		}
	}()
	m.origin.ServeHTTP(answer, r)
	return answer, false
}

// Kept lists the headers of what is kept.
func (m *Model) Kept() []http.Header {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []http.Header
	for _, o := range m.objects {
		all = append(all, o.header)
	}
	return all
}
