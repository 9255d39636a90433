package model

import (
	"slices"
	"time"
)

// Distribution is all that decides what becomes of a request: plain values, so that tests can change them.
type Distribution struct {
	ID         string
	DomainName string
	Aliases    []string
	Origins    []Origin
	Groups     []OriginGroup
	Behaviors  []Behavior // in order, the default last
	Errors     []ErrorResponse
}

// Origin is a server that CloudFront asks.
type Origin struct {
	ID          string
	DomainName  string
	Bucket      bool // S3, which is asked for by a name of its own
	ReadTimeout time.Duration
	Attempts    int // that are made for what is read and not answered; 0 for once
	Shield      bool
}

// OriginGroup is a pair of origins, of which the second is asked where the first does not answer well.
type OriginGroup struct {
	ID      string
	Members []string
	Codes   []int
}

// ErrorResponse is what becomes of an error with a status code.
type ErrorResponse struct {
	Code         int
	MinTTL       time.Duration // that it is kept for, also if it says no-store
	ResponseCode int           // in place of Code; 0 for the same
	PagePath     string        // in place of the origin's page; empty for none
}

// Behavior is what becomes of the requests whose path matches a pattern.
type Behavior struct {
	Pattern        string // Default for the last
	Origin         string // or group
	Methods        []string
	CachedMethods  []string
	ViewerProtocol string // allow-all, redirect-to-https or https-only
	Compress       bool
	Cache          CachePolicy
	Request        *RequestPolicy // nil for none
	Headers        *HeadersPolicy // nil for none
	ViewerRequest  *Function      // nil for none
	ViewerResponse *Function      // nil for none
}

// Default is the pattern of the behaviour for every path that no other matches.
const Default = "*"

// Mode is how the cookies, query parameters or headers that a policy is about are chosen.
type Mode string

// The modes, in CloudFront's own words.
const (
	None      Mode = "none"
	Whitelist Mode = "whitelist"
	AllExcept Mode = "allExcept"
	All       Mode = "all"

	// AllViewer and AllViewerAndCloudFront are of headers alone: all that the viewer sent, with some that CloudFront adds.
	AllViewer              Mode = "allViewer"
	AllViewerAndCloudFront Mode = "allViewerAndWhitelistCloudFront"
)

// Selection chooses names. Names have no wildcards: * is a letter like any other (CloudFront Developer Guide, "Understand
// cache policies").
type Selection struct {
	Mode  Mode
	Names []string
}

// includes reports whether a name is chosen. Names of headers are given in lower case, those of cookies and parameters as
// they are.
func (s Selection) includes(name string) bool {
	switch s.Mode {
	case All, AllViewer, AllViewerAndCloudFront:
		return true
	case Whitelist:
		return slices.Contains(s.Names, name)
	case AllExcept:
		return !slices.Contains(s.Names, name)
	}
	return false
}

// any reports whether anything may be chosen.
func (s Selection) any() bool { return s.Mode != None && s.Mode != "" }

// CachePolicy is what answers are told apart by, and how long they are kept.
type CachePolicy struct {
	Name                  string
	MinTTL, DefaultTTL    time.Duration
	MaxTTL                time.Duration // 0 for nothing is kept
	Headers               Selection     // names in lower case
	Cookies, Queries      Selection
	AcceptGzip, AcceptBro bool
}

// keeps reports whether the policy keeps anything at all.
func (p CachePolicy) keeps() bool { return p.MaxTTL > 0 }

// RequestPolicy is what the origin gets beside what answers are told apart by.
type RequestPolicy struct {
	Name             string
	Headers          Selection // names in lower case
	Cookies, Queries Selection
}

// HeadersPolicy is what is taken off answers and put on them.
type HeadersPolicy struct {
	Name   string
	Remove []string // in lower case
	Set    []HeaderValue
}

// HeaderValue is a header that a policy sets.
type HeaderValue struct {
	Name, Value string
	Override    bool // what the origin said
}

// Function is code that runs on requests or answers.
type Function struct {
	Name    string
	Runtime string
	Code    string
}

// forwardsCookies reports whether the origin gets any cookie. Where it does, CloudFront keeps Set-Cookie with the answer
// and sends it with every hit, asks the origin again without conditions, and does not make one request of many
// (CloudFront Developer Guide, "Cache content based on cookies"). It is taken to be so as well where a request policy
// forwards cookies that no key has, which the documentation does not say.
func (b Behavior) forwardsCookies() bool {
	return b.Cache.Cookies.any() || b.Request != nil && b.Request.Cookies.any()
}

// caches reports whether answers to a method may be kept.
func (b Behavior) caches(method string) bool {
	return b.Cache.keeps() && (method == "GET" || method == "HEAD" || method == "OPTIONS" && slices.Contains(b.CachedMethods, "OPTIONS"))
}
