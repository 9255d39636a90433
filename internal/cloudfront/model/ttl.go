package model

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// defaultErrorTTL is how long errors are kept that the distribution says nothing about (CloudFront Developer Guide, "How
// CloudFront processes and caches HTTP 4xx and 5xx status codes from your origin").
const defaultErrorTTL = 10 * time.Second

// lifetime is how long an answer is fresh, and what may be done with it afterwards.
type lifetime struct {
	ttl        time.Duration
	revalidate time.Duration // longer that it may be shown while the origin is asked (stale-while-revalidate)
	onError    time.Duration // longer that it may be shown when the origin fails; forever where nothing is said
	remembered bool          // whether anything is remembered at all
}

const forever = 100 * 365 * day

// directives are those of Cache-Control that CloudFront reads. A value in quotes names headers, and leaves the rest as it
// is: no-cache="Set-Cookie" keeps the answer without the cookie.
type directives struct {
	noStore                           bool // or no-cache or private
	withoutCookies                    bool
	age, shared, revalidate, staleErr *time.Duration
}

func directivesOf(h http.Header) directives {
	var d directives
	for _, line := range h.Values("Cache-Control") {
		for part := range strings.SplitSeq(line, ",") {
			name, value, given := strings.Cut(strings.TrimSpace(part), "=")
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "no-cache", "private":
				if given {
					d.withoutCookies = d.withoutCookies || strings.EqualFold(strings.Trim(value, `" `), "set-cookie")
					continue
				}
				d.noStore = true
			case "no-store":
				d.noStore = true
			case "max-age":
				d.age = number(value)
			case "s-maxage":
				d.shared = number(value)
			case "stale-while-revalidate":
				d.revalidate = number(value)
			case "stale-if-error":
				d.staleErr = number(value)
			}
		}
	}
	return d
}

// number reads seconds: as many as there are if there are too many to count (RFC 9111, 1.2.2), and nil where nothing is said
// that is a number, which leaves the default, the longer of what CloudFront may do.
func number(value string) *time.Duration {
	n, err := strconv.ParseUint(strings.Trim(strings.TrimSpace(value), `"`), 10, 31)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return nil
	}
	d := time.Duration(n) * time.Second
	return &d
}

// lifetimeOf is CloudFront's arithmetic (CloudFront Developer Guide, "Specify the amount of time that CloudFront caches
// objects").
func (d Distribution) lifetimeOf(p CachePolicy, status int, h http.Header, now time.Time) lifetime {
	if !p.keeps() {
		return lifetime{}
	}
	c := directivesOf(h)
	said, says := c.says(h, now)
	if status >= http.StatusBadRequest {
		return lifetime{ttl: d.errorTTL(p, status, c, said, says)}
	}
	life := lifetime{onError: forever, remembered: true}
	switch {
	case c.noStore:
		life.ttl = p.MinTTL // above 0, CloudFront keeps what says that it must not be kept
	case says:
		life.ttl = min(max(said, p.MinTTL), p.MaxTTL)
	default:
		life.ttl = min(max(p.DefaultTTL, p.MinTTL), p.MaxTTL)
	}
	if strings.Contains(strings.Join(h.Values("Vary"), ","), "*") && p.MinTTL == 0 {
		life.ttl = 0
	}
	if c.revalidate != nil && !c.noStore {
		life.revalidate = min(*c.revalidate, p.MaxTTL)
	}
	if c.staleErr != nil {
		life.onError = min(*c.staleErr, p.MaxTTL)
	}
	return life
}

// says is how long an answer itself wants to be kept: s-maxage before max-age before Expires.
func (c directives) says(h http.Header, now time.Time) (time.Duration, bool) {
	if c.shared != nil {
		return *c.shared, true
	}
	if c.age != nil {
		return *c.age, true
	}
	if h.Get("Expires") == "" {
		return 0, false
	}
	at, err := http.ParseTime(h.Get("Expires"))
	if err != nil {
		return 0, true
	}
	return at.Sub(now), true
}

// errorTTL is how long an error is kept (same guide, "How CloudFront processes and caches HTTP 4xx and 5xx status codes").
func (d Distribution) errorTTL(p CachePolicy, status int, c directives, said time.Duration, says bool) time.Duration {
	least := defaultErrorTTL
	if i := slices.IndexFunc(d.Errors, func(e ErrorResponse) bool { return e.Code == status }); i >= 0 {
		least = d.Errors[i].MinTTL
	}
	switch status {
	case 404, 410, 414, 501:
		if c.noStore {
			return 0
		}
	case 500, 502, 503, 504:
		if c.noStore {
			return least
		}
	case 400, 403, 405, 412, 415:
		if !says || c.noStore || c.age == nil && c.shared == nil {
			return 0
		}
	default:
		return 0
	}
	if says {
		return max(least, min(said, p.MaxTTL))
	}
	return least
}
