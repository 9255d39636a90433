package model

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// fetch asks the origin of the behaviour, or the pair of them, and gives what it said: failed where nobody answered.
func (v *visit) fetch(old *entry) *answer {
	id, standby, codes := v.target()
	first := v.fetchFrom(id, old)
	if standby == "" || first.result != Failed && !slices.Contains(codes, first.status) {
		return first
	}
	v.why("%s answers %d, so that %s is asked (Origin failover)", id, first.status, standby)
	return v.fetchFrom(standby, old)
}

// target is where the request goes: to the origin of the behaviour, or where its function sends it. The second of a pair
// is for reading alone (CloudFront Developer Guide, "Optimize high availability with CloudFront origin failover").
func (v *visit) target() (id, standby string, codes []int) {
	group, grouped := v.groups[v.behavior.Origin]
	switch {
	case v.asked.group != nil && len(v.asked.group.Members) == 2:
		group, grouped = *v.asked.group, true
	case v.asked.origin != "":
		return v.asked.origin, "", nil
	}
	if !grouped {
		return v.behavior.Origin, "", nil
	}
	if !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions}, v.message.method) {
		return group.Members[0], "", nil
	}
	return group.Members[0], group.Members[1], group.Codes
}

// fetchFrom asks one origin, and again for what is read and not answered, as often as the distribution says (CloudFront
// Developer Guide, "Origin response timeout").
func (v *visit) fetchFrom(id string, old *entry) *answer {
	got := v.attempt(id, old)
	reading := v.message.method == http.MethodGet || v.message.method == http.MethodHead
	for n := 1; got.result == Failed && reading && n < v.origins[id].Attempts; n++ {
		v.why("%s is asked again (Origin response timeout)", id)
		got = v.attempt(id, old)
	}
	return got
}

// attempt asks an origin once, and waits for all of its answer.
func (v *visit) attempt(id string, old *entry) *answer {
	request, silence := v.toOrigin(id)
	defer silence.end()
	if v.key != "" {
		if request.Method == http.MethodHead {
			request.Method = http.MethodGet
		}
		if old != nil && !v.behavior.forwardsCookies() {
			condition(request.Header, old.header)
		}
	}
	recorder := &recorder{header: http.Header{}, silence: silence}
	finished := run(v.options.Origins[id], recorder, request)
	v.traceOrigin(id, request)
	switch {
	case request.Context().Err() != nil && (!recorder.wrote || !finished):
		return v.unanswered(http.StatusGatewayTimeout, id)
	case !finished && (!recorder.wrote || recorder.truncated()):
		return v.unanswered(http.StatusBadGateway, id)
	}
	got := &answer{status: recorder.statusCode(), header: recorder.header, body: recorder.body.Bytes(), result: Miss, broken: !finished}
	if v.key == "" {
		got.result = Pass
	}
	v.received(got.header)
	if got.header.Get("Content-Length") == "" && finished && got.header.Get("Transfer-Encoding") == "" {
		got.header.Set("Content-Length", strconv.Itoa(len(got.body)))
	}
	compress(v.behavior.Behavior, v.accept, got)
	return got
}

// condition asks whether what is kept is still right, which CloudFront does not where it forwards cookies (CloudFront
// Developer Guide, "Request and response behavior for custom origins", "Conditional GET requests").
func condition(request, kept http.Header) {
	if tag := kept.Get("ETag"); tag != "" {
		request.Set("If-None-Match", tag)
	}
	if modified := kept.Get("Last-Modified"); modified != "" {
		request.Set("If-Modified-Since", modified)
	}
}

func (v *visit) unanswered(status int, id string) *answer {
	v.why("%s does not answer", id)
	failed := refuse(status, "the origin does not answer")
	failed.result = Failed
	return failed
}

// received takes off what the origin said to nobody but CloudFront: Set-Cookie where no cookie is forwarded (CloudFront
// Developer Guide, "Cache content based on cookies").
func (v *visit) received(h http.Header) {
	if !v.behavior.forwardsCookies() {
		h.Del("Set-Cookie")
	}
	for _, name := range []string{"Connection", "Keep-Alive", "Trailer", "Upgrade"} {
		h.Del(name)
	}
}

// toOrigin is the request for an origin, and ends when the origin is silent for as long as the distribution says.
func (v *visit) toOrigin(id string) (*http.Request, silence) {
	origin := v.origins[id]
	query, header, host := forward(v.behavior.Behavior, origin, v.message, v.accept, v.id)
	longest := v.options.OriginTimeout
	if longest == 0 {
		longest = origin.ReadTimeout
	}
	ctx, silence := listen(v.r.Context(), longest)
	request := v.r.Clone(ctx)
	if v.r.Body != nil && v.r.Body != http.NoBody {
		request.Body = told{v.r.Body, silence}
	}
	request.Header, request.Host, request.RequestURI = header, host, ""
	request.URL = &url.URL{Path: v.message.path, RawQuery: query}
	if decoded, err := url.PathUnescape(v.message.path); err == nil && decoded != v.message.path {
		request.URL.Path, request.URL.RawPath = decoded, v.message.path
	}
	request.RequestURI = v.message.path
	if query != "" {
		request.RequestURI += "?" + query
	}
	return request, silence
}

// run has an origin answer, and reports whether it came to its end.
func run(origin http.Handler, w http.ResponseWriter, r *http.Request) (finished bool) {
	defer func() {
		if problem := recover(); problem != nil {
			if problem != http.ErrAbortHandler {
				panic(problem)
			}
			finished = false
		}
	}()
	origin.ServeHTTP(w, r)
	return true
}

// recorder keeps the whole of an answer.
type recorder struct {
	header http.Header
	status int
	wrote  bool
	body   bytes.Buffer
	silence
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if status >= 200 && !r.wrote {
		r.status, r.wrote = status, true
	}
}

func (r *recorder) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	defer r.listen()
	return r.body.Write(p)
}

func (r *recorder) statusCode() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}

// truncated reports whether an answer that broke off says how long it should have been. One that does not came in chunks, and
// goes to the viewer as far as it came (CloudFront Developer Guide, "Dropped TCP connections").
func (r *recorder) truncated() bool {
	length, err := strconv.Atoi(r.header.Get("Content-Length"))
	return err == nil && length > r.body.Len()
}
