package varnish

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"time"
)

// notKept tells the edge and browsers that they may not keep an answer.
const notKept = "no-store, no-cache, must-revalidate, max-age=0, stale-if-error=0"

func (m *Model) pass(w http.ResponseWriter, asked *http.Request) {
	answer, silent := m.ask(asked)
	if silent {
		answer = httptest.NewRecorder()
		answer.Header().Set("Content-Type", "text/plain; charset=utf-8")
		answer.Header().Set("Cache-Control", "no-store, stale-if-error=0")
		answer.WriteHeader(http.StatusServiceUnavailable)
	}
	m.write(w, asked, answer)
}

// write is an answer that is not kept.
func (m *Model) write(w http.ResponseWriter, asked *http.Request, answer *httptest.ResponseRecorder) {
	copyHeader(w.Header(), answer.Header())
	if !filesPath.MatchString(asked.URL.Path) {
		mark(w.Header(), notKept)
	}
	w.Header().Set("X-Magento-Cache-Debug", "UNCACHEABLE")
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // whoever asked may be gone
}

// deliver is an answer that is kept.
func (m *Model) deliver(w http.ResponseWriter, asked *http.Request, o object, who audience, debug string) {
	copyHeader(w.Header(), o.header)
	control := notKept
	if who == everybody {
		control = fmt.Sprintf("public, max-age=0, s-maxage=%d", max(o.expires.Sub(m.now()), leastShared)/time.Second)
	}
	mark(w.Header(), control)
	w.Header().Set("X-Magento-Cache-Debug", debug)
	http.ServeContent(w, asked, "", time.Time{}, bytes.NewReader(o.body))
}

func mark(header http.Header, control string) {
	header.Set("Cache-Control", control)
	for _, name := range []string{"Age", "Pragma", "Expires"} {
		header.Del(name)
	}
}

// copyHeader leaves out what tells too much.
func copyHeader(to, from http.Header) {
	for name, values := range from {
		if !slices.Contains([]string{"X-Magento-Tags", "X-Powered-By", "Server", "Via", "X-Varnish"}, name) {
			to[name] = slices.Clone(values)
		}
	}
}
