package model

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Edge is a distribution that answers requests. It may be used by many goroutines at a time.
type Edge struct {
	distribution Distribution
	options      Options
	behaviors    []behavior
	origins      map[string]Origin
	groups       map[string]OriginGroup
	kept         *store
	requests     atomic.Uint64

	mu      sync.Mutex
	waiting map[string]chan struct{} // keys that an origin is being asked for
}

// behavior is a Behavior with its functions compiled.
type behavior struct {
	Behavior
	onRequest, onResponse *compiled
}

// defaultCacheBytes is enough for a shop's pages on a laptop.
const defaultCacheBytes = 64 << 20

// New makes an Edge of a distribution. Everything about it that cannot be served is reported.
func New(d Distribution, options Options) (*Edge, error) {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.CacheBytes == 0 {
		options.CacheBytes = defaultCacheBytes
	}
	e := &Edge{
		distribution: d, options: options, origins: map[string]Origin{}, groups: map[string]OriginGroup{},
		kept: newStore(options.CacheBytes), waiting: map[string]chan struct{}{},
	}
	var problems []error
	for _, origin := range d.Origins {
		e.origins[origin.ID] = origin
		if options.Origins[origin.ID] == nil {
			problems = append(problems, fmt.Errorf("origin %s: has no handler", origin.ID))
		}
	}
	for _, group := range d.Groups {
		e.groups[group.ID] = group
	}
	cache := map[Function]*compiled{}
	compileOnce := func(f *Function) *compiled {
		if f == nil {
			return nil
		}
		if cache[*f] == nil {
			made, err := compile(*f)
			if err != nil {
				problems = append(problems, err)
				return nil
			}
			cache[*f] = made
		}
		return cache[*f]
	}
	for _, b := range d.Behaviors {
		e.behaviors = append(e.behaviors, behavior{b, compileOnce(b.ViewerRequest), compileOnce(b.ViewerResponse)})
	}
	if len(e.behaviors) == 0 || e.behaviors[len(e.behaviors)-1].Pattern != Default {
		problems = append(problems, errors.New("the last behaviour must be the default"))
	}
	return e, errors.Join(problems...)
}

// Behaviors lists what the distribution does with paths, in order.
func (e *Edge) Behaviors() []Behavior { return slices.Clone(e.distribution.Behaviors) }

// Objects lists what the cache holds, what was used last first.
func (e *Edge) Objects() []Object { return e.kept.objects() }

// Purge removes what an invalidation of CloudFront's would: everything under a path, in all its variants; a * at the end
// stands for anything (CloudFront Developer Guide, "Invalidate files"). It counts what it removed.
func (e *Edge) Purge(pattern string) int {
	path, query, _ := strings.Cut(pattern, "?")
	whole := path
	if query != "" {
		whole += "?" + query
	}
	prefix, wild := strings.CutSuffix(whole, "*")
	return e.kept.drop(func(o *entry) bool {
		at, _, _ := strings.Cut(o.key, "\n")
		at = strings.TrimPrefix(at, "OPTIONS ")
		if wild {
			return strings.HasPrefix(at, prefix)
		}
		return at == whole
	})
}

// What CloudFront takes (CloudFront Developer Guide, "Quotas").
const (
	maxURLBytes     = 8192
	maxRequestBytes = 32768
)

// visit is a request on its way.
type visit struct {
	*Edge
	r        *http.Request
	id       string
	start    time.Time
	behavior behavior
	message  *message
	sent     *message // as the viewer sent it; only for traces
	accept   encoding
	key      string // empty where nothing is kept
	asked    asked
	trace    *Trace // nil where it is not recorded
}

func (v *visit) why(format string, arguments ...any) {
	if v.trace != nil {
		v.trace.Why = append(v.trace.Why, fmt.Sprintf(format, arguments...))
	}
}

// arrive does all that comes before the cache: it gives an answer where the request goes no further.
func (e *Edge) arrive(r *http.Request, traced bool) (*visit, *answer) {
	r, hasBody := withoutBody(r)
	v := &visit{Edge: e, r: r, start: e.options.Now(), id: fmt.Sprintf("%016x", e.requests.Add(1))}
	if traced {
		v.trace = &Trace{ID: v.id, Start: v.start, Method: r.Method, Plain: v.plain(), Host: r.Host, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery}
	}
	v.message = newMessage(r)
	if refused := e.refuse(r, v.message, hasBody); refused != nil {
		v.why("%s", strings.TrimSpace(string(refused.body)))
		return v, refused
	}
	path := normalize(v.message.path)
	for _, b := range e.behaviors {
		if matches(b.Pattern, path) {
			v.behavior = b
			break
		}
	}
	if traced {
		v.trace.Pattern = v.behavior.Pattern
		sent := *v.message
		sent.header = v.message.header.Clone()
		v.sent = &sent
	}
	v.why("%s matches the pattern %s (Path pattern)", path, v.behavior.Pattern)
	if redirect := v.protocol(); redirect != nil {
		return v, redirect
	}
	if !slices.Contains(v.behavior.Methods, r.Method) {
		v.why("%s is not among the methods of the behaviour (Allowed HTTP methods)", r.Method)
		return v, refuse(http.StatusForbidden, "the method is not allowed here")
	}
	v.accept = encodingOf(v.behavior.Cache, v.message.header.Get("Accept-Encoding"))
	if answered := v.runOnRequest(); answered != nil {
		return v, answered
	}
	if v.behavior.caches(r.Method) {
		v.key = key(v.behavior.Cache, v.message, v.accept)
	}
	return v, nil
}

// refuse is for requests that CloudFront does not take (CloudFront Developer Guide, "Request and response behavior for
// custom origins").
func (e *Edge) refuse(r *http.Request, m *message, hasBody bool) *answer {
	size := len(r.Method) + len(r.RequestURI)
	for name, values := range r.Header {
		for _, value := range values {
			size += len(name) + len(value) + 4
		}
	}
	host, _, _ := strings.Cut(strings.ToLower(r.Host), ":")
	switch {
	case len(m.path)+len(m.raw) > maxURLBytes:
		return refuse(http.StatusRequestURITooLong, "URLs may have 8,192 bytes (Maximum length of a URL)")
	case size > maxRequestBytes:
		return refuse(http.StatusRequestHeaderFieldsTooLarge, "requests may have 32,768 bytes without their body (Maximum length of a request)")
	case hasBody:
		return refuse(http.StatusForbidden, "GET and HEAD have no body (GET requests that include a body)")
	case !slices.Contains(e.distribution.Aliases, host) && host != e.distribution.DomainName:
		return refuse(http.StatusForbidden, "no distribution has this name (Alternate domain names)")
	}
	return nil
}

// plain says whether the viewer came without TLS.
func (v *visit) plain() bool { return v.r.TLS == nil && !v.options.Plain }

// protocol sends viewers without TLS to where there is some.
func (v *visit) protocol() *answer {
	if !v.plain() || v.behavior.ViewerProtocol == "allow-all" {
		return nil
	}
	if v.behavior.ViewerProtocol == "https-only" {
		return refuse(http.StatusForbidden, "HTTPS alone (Viewer protocol policy)")
	}
	v.why("comes without TLS (Viewer protocol policy)")
	return &answer{status: http.StatusMovedPermanently, result: Generated, header: http.Header{"Location": {"https://" + v.r.Host + v.r.URL.RequestURI()}}}
}

// runOnRequest runs the function of the behaviour. One that fails answers 503, one that does what it must not 502
// (CloudFront Developer Guide, "Troubleshoot": HTTP 502, 503 and functions).
func (v *visit) runOnRequest() *answer {
	if v.behavior.onRequest == nil {
		return nil
	}
	if v.trace != nil {
		v.trace.Function = v.behavior.onRequest.Name
	}
	before := *v.message
	before.header = v.message.header.Clone()
	made, what, err := v.behavior.onRequest.onRequest(v.Edge, v.message, v.id)
	if err != nil {
		v.why("%v", err)
		failed := refuse(http.StatusServiceUnavailable, err.Error())
		failed.result = Failed
		return failed
	}
	v.asked = what
	v.tellChanges(&before)
	if made != nil {
		made.result = Generated
		v.why("the function %s answers itself", v.behavior.onRequest.Name)
	}
	return made
}
