package model

import (
	"fmt"
	"strings"
	"time"
)

// Words are what a behaviour does, for people.
type Words struct {
	Key       string // what answers are told apart by; none where nothing is kept
	Forwarded string // what the origin gets
	Lifetimes string // how long answers are kept
	Functions string // what runs; empty for nothing
}

// InWords says what the behaviour does.
func (b Behavior) InWords() Words {
	return Words{Key: b.Cache.keyInWords(), Forwarded: b.forwardedInWords(), Lifetimes: b.Cache.lifetimesInWords(), Functions: b.functionsInWords()}
}

func (p CachePolicy) keyInWords() string {
	if !p.keeps() {
		return "none"
	}
	parts := append([]string{"path"}, p.Queries.inWords("query")...)
	parts = append(parts, p.Headers.inWords("header")...)
	parts = append(parts, p.Cookies.inWords("cookie")...)
	var encodings []string
	if p.AcceptBro {
		encodings = append(encodings, "br")
	}
	if p.AcceptGzip {
		encodings = append(encodings, "gzip")
	}
	if len(encodings) > 0 {
		parts = append(parts, "encoding "+strings.Join(encodings, "/"))
	}
	return strings.Join(parts, ", ")
}

func (b Behavior) forwardedInWords() string {
	if b.Request == nil {
		return "the key"
	}
	parts := append(b.Request.Queries.inWords("query"), b.Request.Headers.inWords("header")...)
	parts = append(parts, b.Request.Cookies.inWords("cookie")...)
	if len(parts) == 0 {
		return "the key"
	}
	return strings.Join(parts, ", ")
}

// inWords says what a policy takes of a kind, nothing for nothing.
func (s Selection) inWords(kind string) []string {
	switch s.Mode {
	case None, "":
		return nil
	case All, AllViewer:
		return []string{"every " + kind}
	case AllViewerAndCloudFront:
		return []string{"every " + kind + " and CloudFront's own"}
	case AllExcept:
		return []string{"every " + kind + " but " + strings.Join(s.Names, ", ")}
	}
	return []string{kind + " " + strings.Join(s.Names, ", ")}
}

func (p CachePolicy) lifetimesInWords() string {
	if !p.keeps() {
		return "never"
	}
	return fmt.Sprintf("%s to %s, %s where the origin does not say", inWords(p.MinTTL), inWords(p.MaxTTL), inWords(p.DefaultTTL))
}

func inWords(d time.Duration) string {
	switch {
	case d == 0:
		return "0"
	case d%day == 0:
		return fmt.Sprintf("%d d", d/day)
	case d%time.Hour == 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return d.String()
}

func (b Behavior) functionsInWords() string {
	var names []string
	if b.ViewerRequest != nil {
		names = append(names, b.ViewerRequest.Name+" on requests")
	}
	if b.ViewerResponse != nil {
		names = append(names, b.ViewerResponse.Name+" on answers")
	}
	return strings.Join(names, ", ")
}
