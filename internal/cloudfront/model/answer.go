package model

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// answer is what goes to a viewer.
type answer struct {
	status int
	header http.Header
	body   []byte
	result Result
	age    time.Duration
	broken bool // it ended before it was whole, without having said how long it would be
}

// refuse is an answer of CloudFront's own.
func refuse(status int, why string) *answer {
	return &answer{
		status: status, result: Refused, header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}},
		body: fmt.Appendf(nil, "%d %s: %s\n", status, http.StatusText(status), why),
	}
}

// apply takes headers off an answer and puts others on it (CloudFront Developer Guide, "Add or remove HTTP headers in
// CloudFront responses": it applies to hits, misses and errors alike).
func (p *HeadersPolicy) apply(h http.Header) {
	if p == nil {
		return
	}
	for _, name := range p.Remove {
		h.Del(name)
	}
	for _, set := range p.Set {
		if set.Override || h.Get(set.Name) == "" {
			h.Set(set.Name, set.Value)
		}
	}
}

// write sends an answer: nothing of it for HEAD, a part of it for a range, 304 to who has it already.
func (a *answer) write(w http.ResponseWriter, m *message) {
	header := w.Header()
	for name, values := range a.header {
		header[name] = values
	}
	if a.status == http.StatusOK && (m.method == http.MethodGet || m.method == http.MethodHead) {
		if unchanged(m.header, a.header) {
			for _, name := range []string{"Content-Length", "Content-Type", "Content-Encoding"} {
				header.Del(name)
			}
			w.WriteHeader(http.StatusNotModified)
			return
		}
		if from, to, ok := requestedRange(m.header, len(a.body)); ok {
			header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, to, len(a.body)))
			header.Set("Content-Length", strconv.Itoa(to-from+1))
			w.WriteHeader(http.StatusPartialContent)
			if m.method != http.MethodHead {
				_, _ = w.Write(a.body[from : to+1]) // the viewer may be gone
			}
			return
		}
	}
	if a.broken {
		header.Del("Content-Length") // the viewer sees by the end of the connection that something is missing
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body)
		panic(http.ErrAbortHandler)
	}
	if a.status != http.StatusNoContent && a.status != http.StatusNotModified && m.method != http.MethodHead {
		header.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	if m.method != http.MethodHead {
		_, _ = w.Write(a.body) // the viewer may be gone
	}
}

// unchanged reports whether a viewer has what he asks for (RFC 9110, section 13.2.2).
func unchanged(request, response http.Header) bool {
	if asked := request.Get("If-None-Match"); asked != "" {
		has := strings.TrimPrefix(response.Get("ETag"), "W/")
		return has != "" && slices.ContainsFunc(strings.Split(asked, ","), func(tag string) bool {
			return strings.TrimPrefix(strings.TrimSpace(tag), "W/") == has
		})
	}
	since, err := http.ParseTime(request.Get("If-Modified-Since"))
	if err != nil {
		return false
	}
	modified, err := http.ParseTime(response.Get("Last-Modified"))
	return err == nil && !modified.After(since)
}

// requestedRange is the one range that a viewer asks for; several, or one that makes no sense, bring the whole.
func requestedRange(request http.Header, size int) (from, to int, ok bool) {
	spec, found := strings.CutPrefix(request.Get("Range"), "bytes=")
	first, last, dash := strings.Cut(spec, "-")
	if !found || !dash || strings.Contains(spec, ",") || request.Get("If-Range") != "" {
		return 0, 0, false
	}
	to = size - 1
	if first == "" {
		n, err := strconv.Atoi(last)
		return max(size-n, 0), to, err == nil && n > 0 && size > 0
	}
	from, err := strconv.Atoi(first)
	if err != nil || from < 0 || from >= size {
		return 0, 0, false
	}
	if last != "" {
		n, err := strconv.Atoi(last)
		if err != nil || n < from {
			return 0, 0, false
		}
		to = min(to, n)
	}
	return from, to, true
}

// What CloudFront compresses (CloudFront Developer Guide, "Serve compressed files").
const (
	minCompressed = 1000
	maxCompressed = 10_000_000
)

var compressedTypes = []string{
	"text/html", "text/css", "text/plain", "text/xml", "text/javascript", "text/csv", "application/javascript", "application/x-javascript",
	"application/json", "application/xml", "application/rss+xml", "application/xhtml+xml", "application/vnd.ms-fontobject", "application/x-font-ttf",
	"font/ttf", "font/otf", "font/opentype", "image/svg+xml",
}

// compress makes an answer smaller for viewers who can read gzip. CloudFront would rather use brotli, which the standard
// library cannot write; what decides whether it compresses is the same.
func compress(b Behavior, accept encoding, a *answer) {
	if !b.Compress || accept != gzipOnly && accept != both || a.header.Get("Content-Encoding") != "" || a.header.Get("Content-Length") == "" {
		return
	}
	kind, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	statuses := []int{http.StatusOK, http.StatusForbidden, http.StatusNotFound}
	if len(a.body) < minCompressed || len(a.body) > maxCompressed || !slices.Contains(statuses, a.status) || !slices.Contains(compressedTypes, strings.TrimSpace(kind)) {
		return
	}
	var out bytes.Buffer
	writer := gzip.NewWriter(&out)
	if _, err := writer.Write(a.body); err != nil || writer.Close() != nil {
		return
	}
	a.body = out.Bytes()
	a.header.Set("Content-Encoding", string(gzipOnly))
	a.header.Set("Content-Length", strconv.Itoa(len(a.body)))
	a.header.Add("Vary", "Accept-Encoding")
	if tag := a.header.Get("ETag"); tag != "" && !strings.HasPrefix(tag, "W/") {
		a.header.Set("ETag", "W/"+tag)
	}
}
