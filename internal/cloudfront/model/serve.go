package model

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ServeHTTP answers a request as the distribution would.
func (e *Edge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v, made := e.arrive(r, e.options.Observe != nil)
	switch {
	case made != nil:
		v.finish(w, made)
	case v.key == "":
		v.pass(w)
	default:
		v.finish(w, v.cached())
	}
	if v.trace != nil {
		v.trace.Elapsed = e.options.Now().Sub(v.start)
		e.options.Observe(*v.trace)
	}
}

// cached answers out of the cache, or from an origin for the cache.
func (v *visit) cached() *answer {
	found := v.kept.get(v.key)
	if found != nil && found.fresh(v.start) {
		return v.hit(found, Hit)
	}
	if found != nil && found.life.revalidate > 0 && v.start.Before(found.expires().Add(found.life.revalidate)) {
		v.why("expired, and may be shown while the origin is asked (stale-while-revalidate)")
		stale := v.hit(found, StaleHit)
		v.ask(found)
		return stale
	}
	if v.behavior.forwardsCookies() {
		return v.ask(found)
	}
	return v.collapsed(found)
}

// collapsed asks once for all who want the same at the same time, where no cookies are forwarded (CloudFront Developer
// Guide, "Simultaneous requests for the same object"). Who waited asks for himself if the answer is not kept.
func (v *visit) collapsed(found *entry) *answer {
	v.mu.Lock()
	first, busy := v.waiting[v.key]
	if !busy {
		done := make(chan struct{})
		v.waiting[v.key] = done
		v.mu.Unlock()
		defer func() {
			v.mu.Lock()
			delete(v.waiting, v.key)
			v.mu.Unlock()
			close(done)
		}()
		return v.ask(found)
	}
	v.mu.Unlock()
	v.why("waits for another request for the same (Simultaneous requests for the same object)")
	select {
	case <-first:
	case <-v.r.Context().Done():
		return refuse(http.StatusGatewayTimeout, "the viewer is gone")
	}
	if made := v.kept.get(v.key); made != nil && made.fresh(v.start) {
		return v.hit(made, Hit)
	}
	return v.ask(v.kept.get(v.key))
}

func (v *visit) hit(e *entry, result Result) *answer {
	v.kept.hit(e)
	v.why("kept under this key since %s, for %s", e.stored.Format(time.TimeOnly), e.life.ttl)
	return &answer{status: e.status, header: e.header.Clone(), body: e.body, result: result, age: v.start.Sub(e.stored)}
}

// ask brings an answer for the cache, keeps it if it may be kept, and falls back to what there was if nobody answers.
func (v *visit) ask(old *entry) *answer {
	got := v.fetch(old)
	now := v.options.Now()
	if partial := got.status == http.StatusPartialContent || old == nil && got.status == http.StatusNotModified; partial {
		v.why("an answer to a range or a condition is not kept")
		return got
	}
	if old != nil && got.status == http.StatusNotModified && got.result == Miss {
		refreshed := &entry{key: old.key, pattern: old.pattern, status: old.status, header: old.header.Clone(), body: old.body, stored: now, hits: old.hits, path: old.path}
		for name, values := range got.header {
			refreshed.header[name] = values
		}
		refreshed.life = v.distribution.lifetimeOf(v.behavior.Cache, old.status, refreshed.header, now)
		v.kept.put(refreshed)
		v.why("the origin says that what was kept is still right")
		answer := v.hit(refreshed, RefreshHit)
		answer.age = 0
		return answer
	}
	if old != nil && old.life.remembered && (got.result == Failed || got.status >= http.StatusInternalServerError) && now.Before(old.expires().Add(old.life.onError)) {
		v.why("the origin fails, and what it said before is shown again, also if it said no-store: only stale-if-error=0 prevents it (Manage how long content stays in the cache)")
		return v.hit(old, StaleHit)
	}
	if got.broken {
		v.why("it broke off in the middle, and is not kept (Dropped TCP connections)")
		return got
	}
	life := v.distribution.lifetimeOf(v.behavior.Cache, got.status, got.header, now)
	if got.result == Failed {
		life = lifetime{ttl: v.distribution.errorTTL(v.behavior.Cache, got.status, directives{}, 0, false)}
	}
	v.keep(got, life, now)
	return got
}

// keep remembers an answer as long as it may be.
func (v *visit) keep(got *answer, life lifetime, now time.Time) {
	if v.trace != nil {
		v.trace.TTL, v.trace.Alone = life.ttl, v.alone()
	}
	switch {
	case v.alone() && (life.ttl > 0 || life.remembered):
		v.why("kept under a key that nobody can ask for again: it has the id of this request")
	case life.ttl > 0:
		v.why("kept for %s", life.ttl)
	case life.remembered && life.onError == 0 && life.revalidate == 0:
		v.why("not kept, nor shown when the origin is out of reach (stale-if-error=0)")
	case life.remembered:
		v.why("not fresh for any viewer, and remembered for when the origin is out of reach")
	default:
		v.why("not kept")
		return
	}
	header := got.header.Clone()
	if directivesOf(header).withoutCookies {
		header.Del("Set-Cookie")
	}
	v.kept.put(&entry{
		key: v.key, pattern: v.behavior.Pattern, status: got.status, header: header, body: got.body, stored: now, life: life, path: normalize(v.message.path),
		alone: v.alone(),
	})
}

// alone reports whether nobody can ask for what is kept under the key of this visit again, because a function has put the
// request's id into it.
func (v *visit) alone() bool { return strings.Contains(v.key, v.id) }

// finish puts on an answer what every answer has, and sends it.
func (v *visit) finish(w http.ResponseWriter, a *answer) {
	a = v.errorPage(a)
	v.decorate(a)
	v.announce(a)
	a.write(w, v.message)
}

// announce tells who watches what goes to the viewer.
func (v *visit) announce(a *answer) {
	if v.trace == nil {
		return
	}
	v.complete(a)
	if v.options.Answer != nil {
		v.options.Answer(a.header, *v.trace)
	}
}

// decorate applies the policy about headers, then the function on answers, which never runs for errors (CloudFront
// Developer Guide, "Restrictions on edge functions").
func (v *visit) decorate(a *answer) {
	if a.header == nil {
		a.header = http.Header{}
	}
	v.behavior.Headers.apply(a.header)
	if v.behavior.onResponse != nil && a.status < http.StatusBadRequest && a.result != Refused {
		if err := v.behavior.onResponse.onResponse(v.Edge, v.message, a, v.id); err != nil {
			v.why("%v", err)
			*a = *refuse(http.StatusServiceUnavailable, err.Error())
		}
	}
	a.header.Set("X-Cache", xCache(a))
	a.header.Set("Via", "1.1 edge.cloudfront.net (CloudFront)")
	a.header.Set("X-Amz-Cf-Id", v.id)
	if a.result == Hit || a.result == StaleHit {
		a.header.Set("Age", strconv.Itoa(int(a.age/time.Second)))
	}
}

// xCache is what CloudFront says of an answer.
func xCache(a *answer) string {
	switch {
	case a.status >= http.StatusBadRequest:
		return "Error from cloudfront"
	case a.result == Hit || a.result == StaleHit:
		return "Hit from cloudfront"
	case a.result == RefreshHit:
		return "RefreshHit from cloudfront"
	case a.result == Generated && a.status == http.StatusMovedPermanently:
		return "Redirect from cloudfront"
	case a.result == Generated:
		return "FunctionGeneratedResponse from cloudfront"
	}
	return "Miss from cloudfront"
}

// errorPage gives an error the page that the distribution has for it.
func (v *visit) errorPage(a *answer) *answer {
	i := slices.IndexFunc(v.distribution.Errors, func(e ErrorResponse) bool { return e.Code == a.status && e.PagePath != "" })
	if i < 0 || a.result == Refused || strings.HasPrefix(v.r.URL.Path, v.distribution.Errors[i].PagePath) {
		return a
	}
	custom := v.distribution.Errors[i]
	page := v.internal(custom.PagePath)
	if page == nil || page.status != http.StatusOK {
		v.why("the page for such errors, %s, is not there", custom.PagePath)
		return a
	}
	v.why("answered with the page %s (Create a custom error page)", custom.PagePath)
	page.result, page.age = a.result, 0
	page.status = a.status
	if custom.ResponseCode != 0 {
		page.status = custom.ResponseCode
	}
	return page
}

// internal asks for a page as CloudFront itself does: through the behaviours, without a function and without anything of
// the viewer's.
func (v *visit) internal(path string) *answer {
	r, err := http.NewRequestWithContext(v.r.Context(), http.MethodGet, path, nil)
	if err != nil {
		return nil
	}
	r.Host = v.distribution.DomainName
	inner := &visit{Edge: v.Edge, r: r, id: v.id, start: v.start, message: newMessage(r)}
	for _, b := range v.behaviors {
		if matches(b.Pattern, normalize(path)) {
			inner.behavior = b
			break
		}
	}
	inner.accept = encodingOf(inner.behavior.Cache, "")
	if inner.behavior.caches(http.MethodGet) {
		inner.key = key(inner.behavior.Cache, inner.message, inner.accept)
		return inner.cached()
	}
	return inner.fetch(nil)
}
