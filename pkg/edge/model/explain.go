package model

import (
	"net/http"
	"strings"
)

// Explain tells what would become of a request now, without asking an origin and without changing the cache.
func (e *Edge) Explain(r *http.Request) Trace {
	v, made := e.arrive(r, true)
	switch {
	case made != nil:
		v.complete(made)
		return *v.trace
	case v.key == "":
		v.why("nothing is kept under the policy %s", v.behavior.Cache.Name)
		v.trace.Result = Pass
	default:
		v.lookUp()
	}
	id, _, _ := v.target()
	if v.trace.Result != Hit && v.trace.Result != StaleHit {
		v.trace.Origin = id
	}
	request, silence := v.toOrigin(id)
	defer silence.end()
	v.describe(request)
	return *v.trace
}

// lookUp tells what the cache has, and leaves it there.
func (v *visit) lookUp() {
	v.trace.Key = readable(v.key)
	found := v.kept.peek(v.key)
	switch {
	case found == nil:
		v.trace.Result = Miss
		v.why("nothing is kept under this key")
	case found.fresh(v.start):
		v.trace.Result, v.trace.Status = Hit, found.status
		v.trace.Age, v.trace.TTL = v.start.Sub(found.stored), found.expires().Sub(v.start)
		v.why("kept under this key for %s more", v.trace.TTL)
	case found.life.revalidate > 0 && v.start.Before(found.expires().Add(found.life.revalidate)):
		v.trace.Result, v.trace.Status, v.trace.Age = StaleHit, found.status, v.start.Sub(found.stored)
		v.why("expired, and may be shown while the origin is asked (stale-while-revalidate)")
	default:
		v.trace.Result = Miss
		v.why("what was kept under this key has expired")
	}
}

// traceOrigin notes which origin was asked, and with what.
func (v *visit) traceOrigin(id string, request *http.Request) {
	if v.trace == nil {
		return
	}
	v.trace.Origin = id
	v.describe(request)
}

func (v *visit) describe(request *http.Request) {
	if v.sent == nil {
		return
	}
	v.trace.Forwarded = request.Header.Clone()
	v.trace.Forwarded.Set("Host", request.Host)
	v.trace.Stripped, v.trace.Added = stripped(v.sent, request.URL.RawQuery, request.Header)
}

// complete notes the outcome, and what would have reached the origin if the cache had not answered.
func (v *visit) complete(a *answer) {
	v.trace.Result, v.trace.Status, v.trace.Age = a.result, a.status, a.age
	if v.key != "" {
		v.trace.Key = readable(v.key)
	}
	if v.trace.Forwarded == nil && (a.result == Hit || a.result == StaleHit) {
		id, _, _ := v.target()
		request, silence := v.toOrigin(id)
		defer silence.end()
		v.describe(request)
	}
}

// readable writes a key on one line.
func readable(key string) string { return strings.ReplaceAll(key, "\n", " | ") }
