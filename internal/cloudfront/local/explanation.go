package local

import (
	"net/http"
	"time"

	"github.com/magestack/magestack/internal/cloudfront/model"
)

// Explanation is a trace as the page, its API and the terminal have it.
type Explanation struct {
	ID         string      `json:"id,omitempty"`
	Start      time.Time   `json:"start,omitzero"`
	Elapsed    float64     `json:"elapsedMilliseconds"`
	Method     string      `json:"method"`
	Plain      bool        `json:"plain,omitempty"` // without TLS
	Host       string      `json:"host"`
	Path       string      `json:"path"`
	Query      string      `json:"query,omitempty"`
	Behavior   string      `json:"behavior"`
	Function   string      `json:"function,omitempty"`
	Key        string      `json:"key,omitempty"`
	Origin     string      `json:"origin,omitempty"`
	Result     string      `json:"result"`
	Status     int         `json:"status,omitempty"`
	AgeSeconds int64       `json:"ageSeconds"`
	TTLSeconds int64       `json:"ttlSeconds"`
	Alone      bool        `json:"alone,omitempty"` // kept under a key that nobody can ask for again
	Stripped   []string    `json:"stripped"`
	Added      []string    `json:"added"`
	Forwarded  http.Header `json:"forwarded,omitempty"`
	Why        []string    `json:"why"`
}

// explain puts a trace into the form that people get.
func explain(trace model.Trace) Explanation {
	return Explanation{
		ID: trace.ID, Start: trace.Start, Elapsed: float64(trace.Elapsed.Microseconds()) / 1000,
		Method: trace.Method, Plain: trace.Plain, Host: trace.Host, Path: trace.Path, Query: trace.Query,
		Behavior: trace.Pattern, Function: trace.Function, Key: trace.Key, Origin: trace.Origin,
		Result: string(trace.Result), Status: trace.Status,
		AgeSeconds: int64(trace.Age / time.Second), TTLSeconds: int64(trace.TTL / time.Second), Alone: trace.Alone,
		Stripped: orEmpty(trace.Stripped), Added: orEmpty(trace.Added), Forwarded: trace.Forwarded, Why: orEmpty(trace.Why),
	}
}

// orEmpty keeps a list a list in JSON.
func orEmpty(values []string) []string {
	if values == nil {
		return []string{}
	}
	return values
}
