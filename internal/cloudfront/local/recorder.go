package local

import (
	"strings"
	"sync"

	"github.com/magestack/magestack/internal/cloudfront/model"
	"github.com/magestack/magestack/pkg/magento"
)

const (
	// keptRequests is how many requests the page shows when it is opened.
	keptRequests = 200

	// waitingRequests is how many a page may be behind before it misses some.
	waitingRequests = 256

	// maxListeners is how many pages may be open.
	maxListeners = 16
)

// Tally counts the requests of a kind by what became of them.
type Tally struct {
	Requests int `json:"requests"`
	Hits     int `json:"hits"` // answered by the cache, whether or not it asked an origin if it still may
	Misses   int `json:"misses"`
}

// Counters are what was served since the start, or since the counters were reset.
type Counters struct {
	Pages    Tally `json:"pages"`    // of behaviours that keep pages
	Static   Tally `json:"static"`   // of other behaviours that keep something
	Uncached int   `json:"uncached"` // of behaviours that keep nothing
	Other    int   `json:"other"`    // answered by a function or refused, and where no origin answered
}

func (c *Counters) add(trace model.Trace) {
	tally := &c.Static
	if keepsPages(trace) {
		tally = &c.Pages
	}
	switch trace.Result {
	case model.Hit, model.RefreshHit, model.StaleHit:
		tally.Requests++
		tally.Hits++
	case model.Miss:
		tally.Requests++
		tally.Misses++
	case model.Pass:
		c.Uncached++
	default:
		c.Other++
	}
}

// keepsPages reports whether a behaviour keeps pages: their key tells whom an answer is for.
func keepsPages(trace model.Trace) bool {
	return trace.Pattern == model.Default || strings.Contains(trace.Key, strings.ToLower(magento.ScopeHeader)+": ")
}

// recorder keeps the latest requests and tells the pages that are open of new ones. It never waits for a page.
type recorder struct {
	mu        sync.Mutex
	latest    []Explanation // a ring
	next      int
	counters  Counters
	listeners map[chan Explanation]struct{}
	closed    bool
}

func newRecorder() *recorder { return &recorder{listeners: map[chan Explanation]struct{}{}} }

// observe takes in the trace of a request that is done.
func (r *recorder) observe(trace model.Trace) {
	trace.Forwarded = nil // cookies and authorization are nobody's but the visitor's and Magento's
	shown := explain(trace)
	shown.Query = shorten(shown.Query)
	shown.Path = shorten(shown.Path)

	r.mu.Lock()
	defer r.mu.Unlock()
	r.counters.add(trace)
	if len(r.latest) < keptRequests {
		r.latest = append(r.latest, shown)
	} else {
		r.latest[r.next] = shown
		r.next = (r.next + 1) % keptRequests
	}
	for listener := range r.listeners {
		select {
		case listener <- shown:
		default:
		}
	}
}

// shorten bounds what a request may make the recorder keep.
func shorten(text string) string {
	const longest = 2000
	if len(text) <= longest {
		return text
	}
	return strings.ToValidUTF8(text[:longest], "") + "…"
}

// state is the latest requests, the oldest first, and the counters.
func (r *recorder) state() ([]Explanation, Counters) {
	r.mu.Lock()
	defer r.mu.Unlock()
	latest := make([]Explanation, 0, len(r.latest))
	latest = append(latest, r.latest[r.next:]...)
	return append(latest, r.latest[:r.next]...), r.counters
}

// reset starts counting anew.
func (r *recorder) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counters, r.latest, r.next = Counters{}, nil, 0
}

// listen gives new requests until stop is called or the recorder closes. It reports false if too many listen.
func (r *recorder) listen() (requests <-chan Explanation, stop func(), ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || len(r.listeners) >= maxListeners {
		return nil, nil, false
	}
	listener := make(chan Explanation, waitingRequests)
	r.listeners[listener] = struct{}{}
	return listener, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.listeners, listener)
	}, true
}

// close ends what listens.
func (r *recorder) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for listener := range r.listeners {
		close(listener)
		delete(r.listeners, listener)
	}
}
