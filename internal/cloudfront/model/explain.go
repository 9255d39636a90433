package model

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
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
	case found == nil && v.alone():
		v.trace.Result, v.trace.Alone = Miss, true
		v.why("the key has the id of this request, which no other has: the origin is asked, always")
	case found == nil:
		v.trace.Result = Miss
		v.why("nothing is kept under this key: the origin is asked, and whoever comes next with the same key may get the answer")
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

// tellChanges says what a function has made of a request, which is what it has decided.
func (v *visit) tellChanges(before *message) {
	if v.trace == nil {
		return
	}
	var changes []string
	gone := 0
	for name := range before.header {
		if v.message.header.Get(name) == "" {
			gone++
		}
	}
	for _, part := range []struct {
		count int
		what  string
	}{
		{gone, "header"}, {len(before.cookies) - len(v.message.cookies), "cookie"}, {len(before.queries) - len(v.message.queries), "parameter"},
	} {
		switch {
		case part.count == 1:
			changes = append(changes, "takes off a "+part.what)
		case part.count > 1:
			changes = append(changes, fmt.Sprintf("takes off %d %ss", part.count, part.what))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.message.header)) {
		if value := v.message.header.Get(name); value != before.header.Get(name) {
			changes = append(changes, fmt.Sprintf("says %s: %s", name, value))
		}
	}
	if len(changes) > 0 {
		v.why("the function %s %s", v.behavior.onRequest.Name, strings.Join(changes, ", "))
	}
}

// readable writes a key on one line.
func readable(key string) string { return strings.ReplaceAll(key, "\n", " | ") }
