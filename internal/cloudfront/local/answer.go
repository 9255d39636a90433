package local

import (
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/magestack/magestack/internal/cloudfront/model"
)

// maxDetail is how much of a key or an explanation goes into a header. Browsers and proxies stop at 8 KiB in all.
const maxDetail = 1500

// serveShop lets the model answer, under the shop's name.
func (s *Server) serveShop(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Time{}) // of the request before, on the same connection; recorders have none
	request := s.hosts.request(r)
	if request == r {
		request = r.Clone(r.Context())
	}
	if r.Body != nil && r.Body != http.NoBody {
		request.Body = &patientReader{ReadCloser: r.Body, control: control}
	}
	s.edge.ServeHTTP(&answer{
		ResponseWriter: w, control: control,
		finish: func(header http.Header) { s.hosts.response(header, r.Host) },
	}, request)
}

// tell puts into an answer's header what the edge did, for people and scripts.
func tell(header http.Header, trace model.Trace) {
	header.Set("X-Edge-Behavior", headerText(trace.Pattern))
	header.Set("X-Edge-Key", headerText(trace.Key))
	header.Set("X-Edge-Why", headerText(strings.Join(trace.Why, "; ")))
}

// headerText makes text fit for a header whatever a visitor has put into it: visible ASCII and blanks (RFC 9110, 5.5).
func headerText(text string) string {
	const hexadecimal = "0123456789ABCDEF"
	var safe strings.Builder
	for _, c := range []byte(text) {
		if safe.Len() >= maxDetail {
			safe.WriteString(" ...")
			break
		}
		if c < ' ' || c > '~' {
			safe.Write([]byte{'%', hexadecimal[c>>4], hexadecimal[c&15]})
			continue
		}
		safe.WriteByte(c)
	}
	return safe.String()
}

// answer is a response whose header is finished before it leaves, and that gives up on a viewer that does not take it.
type answer struct {
	http.ResponseWriter
	control *http.ResponseController
	finish  func(http.Header)
	begun   bool
}

// WriteHeader implements http.ResponseWriter. Informational answers go before the header that counts.
func (a *answer) WriteHeader(status int) {
	if !a.begun && (status >= 200 || status == http.StatusSwitchingProtocols) {
		a.begun = true
		a.finish(a.Header())
	}
	a.patience()
	a.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) {
	if !a.begun {
		a.WriteHeader(http.StatusOK)
	}
	a.patience()
	return a.ResponseWriter.Write(p)
}

// FlushError is what http.ResponseController calls to send what there is.
func (a *answer) FlushError() error {
	if !a.begun {
		a.WriteHeader(http.StatusOK)
	}
	a.patience()
	return a.control.Flush()
}

// Flush is for who asks for http.Flusher. What fails then fails again at the next write.
func (a *answer) Flush() { _ = a.FlushError() }

// Unwrap gives http.ResponseController the rest.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *answer) patience() {
	_ = a.control.SetWriteDeadline(time.Now().Add(stallTimeout)) // a recorder in a test has no deadlines
}

// patientReader gives up on a viewer that stops in the middle of a request's body.
type patientReader struct {
	io.ReadCloser
	control *http.ResponseController
}

// Read implements io.Reader.
func (p *patientReader) Read(b []byte) (int, error) {
	_ = p.control.SetReadDeadline(time.Now().Add(stallTimeout)) // as above
	return p.ReadCloser.Read(b)
}
