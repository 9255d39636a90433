// Package model behaves like CloudFront for one distribution, as CloudFront documents it, in process and without an
// account. What it serves is read from the resources that the program registered, so that there is no second
// description to go stale. Where the documentation is silent it takes the worse case for privacy.
package model

import (
	"net/http"
	"time"
)

// Result is what became of a request, in CloudFront's own terms (CloudFront Developer Guide, "Standard log file fields",
// x-edge-result-type), told apart further where people want to know.
type Result string

// The results.
const (
	Hit        Result = "hit"         // answered from the cache
	RefreshHit Result = "refresh hit" // the origin said 304 to what the cache had
	StaleHit   Result = "stale hit"   // answered with what had expired, as the origin allowed or was out of reach
	Miss       Result = "miss"        // answered by the origin, and may be kept
	Pass       Result = "pass"        // answered by the origin under a policy that keeps nothing
	Generated  Result = "generated"   // answered by a function, or a redirect to HTTPS
	Refused    Result = "refused"     // CloudFront itself does not take such requests
	Failed     Result = "failed"      // no origin answered, and nothing was kept
)

// Trace is what happened to one request, for people and for tests.
type Trace struct {
	ID       string // the request's, as functions see it
	Start    time.Time
	Elapsed  time.Duration
	Method   string
	Plain    bool // came without TLS, and is answered as such
	Host     string
	Path     string
	Query    string
	Pattern  string // of the behaviour; "*" for the default
	Function string // that ran on the request; empty for none
	Key      string // of the cache, readable; empty where nothing is kept
	Origin   string // id of the origin that answered; empty where none was asked
	Result   Result
	Status   int
	Age      time.Duration // of what the cache answered with
	TTL      time.Duration // that the answer is kept for; 0 where it is not
	Alone    bool          // it is kept under a key that nobody can ask for again

	// Stripped are parts of the viewer's request that the origin does not get, such as "cookie PHPSESSID", "query
	// utm_source" or "header user-agent"; Added are those that it gets beside.
	Stripped, Added []string

	// Forwarded are the headers that the origin gets, or would have got on a miss.
	Forwarded http.Header

	// Why tells the decisions in order, each with the section of CloudFront's documentation that it rests on.
	Why []string
}

// Object is something that the cache holds.
type Object struct {
	Key     string
	Pattern string
	Status  int
	Header  http.Header // as the origin sent them, without what CloudFront never keeps
	Body    []byte
	Stored  time.Time
	Expires time.Time
	Hits    int
	Alone   bool // nobody can ask for it again: the request's id is in the key
}

// Options configure an Edge.
type Options struct {
	// Origins answer for the distribution's origins, by their ids. An origin that is out of reach panics with
	// http.ErrAbortHandler before it writes anything.
	Origins map[string]http.Handler

	// Now is the time; nil for time.Now.
	Now func() time.Time

	// CacheBytes is how much the cache holds before what was used least recently goes; 0 for 64 MiB.
	CacheBytes int64

	// OriginTimeout is how long an origin may be silent until its answer counts as none; 0 for what the distribution says.
	OriginTimeout time.Duration

	// Observe gets the trace of every request; nil for nobody. It is called on the request's goroutine.
	Observe func(Trace)

	// Answer gets the header of every answer before it goes to the viewer, with the trace as it is by then, and may add to
	// it; nil for nobody. It needs Observe.
	Answer func(http.Header, Trace)

	// Plain answers requests without TLS as though they had come with it, where the viewer's connection ends at
	// something of the user's own, such as a development server without a certificate.
	Plain bool
}
