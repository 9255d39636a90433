package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// maxAsked is how much JSON the API reads.
const maxAsked = 128 << 10

// isPage reports whether a path is the page's or below it. A longer name, such as /__edgewise, is the shop's.
func isPage(path string) bool {
	rest, within := strings.CutPrefix(path, PagePath)
	return within && (rest == "" || rest[0] == '/')
}

// page routes what is below PagePath. What changes something, or tells what the cache would do, is asked for by the page
// itself or by a program: a browser says where a request comes from (Fetch Metadata, and Origin before it).
func (s *Server) page() http.Handler {
	mux := http.NewServeMux()
	for path, file := range pageFiles() {
		mux.Handle("GET "+PagePath+path, file)
	}
	const api = PagePath + "/api/"
	mux.HandleFunc("GET "+api+"state", s.getState)
	mux.HandleFunc("GET "+api+"objects", s.getObjects)
	mux.HandleFunc("GET "+api+"events", s.getEvents)
	mux.HandleFunc("POST "+api+"explain", s.postExplain)
	mux.HandleFunc("POST "+api+"purge", s.postPurge)
	mux.HandleFunc("POST "+api+"reset", s.postReset)
	return s.guarded(http.NewCrossOriginProtection().Handler(mux))
}

// guarded keeps others out, and gives every answer the headers that keep foreign content out of the page.
func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // of the request before, on the same connection
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "+
			"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		if why := s.keptOut(r); why != "" {
			http.Error(w, why, http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// keptOut gives why a request may not see the page; empty if it may. A name that merely leads to this machine may be
// any site's (DNS rebinding), so that the Host must be a name of this machine, too.
func (s *Server) keptOut(r *http.Request) string {
	switch s.config.Page {
	case Everyone:
		return ""
	case Nobody:
		return "the page of the local edge is switched off"
	}
	address := net.ParseIP(hostname(r.RemoteAddr))
	if address == nil || !address.IsLoopback() {
		return "the page of the local edge is for the machine that it runs on"
	}
	name := strings.ToLower(hostname(r.Host))
	own := net.ParseIP(name).IsLoopback() || name == "localhost" || strings.HasSuffix(name, ".localhost") || name == s.config.Host
	if !own {
		return fmt.Sprintf("the page of the local edge is not at %q; ask for it at localhost", r.Host)
	}
	return ""
}

// state is what the page shows when it opens.
type state struct {
	Environment string        `json:"environment"`
	Host        string        `json:"host"`
	Visited     string        `json:"visited"`
	Backend     string        `json:"backend"`
	Media       string        `json:"media"`
	Behaviors   []Behavior    `json:"behaviors"`
	Counters    Counters      `json:"counters"`
	Objects     int           `json:"objects"` // that another visitor may get
	Alone       int           `json:"alone"`   // that nobody can ask for again
	Bytes       int           `json:"bytes"`
	Requests    []Explanation `json:"requests"`
}

func (s *Server) getState(w http.ResponseWriter, r *http.Request) {
	requests, counters := s.recorder.state()
	shown := state{
		Environment: s.config.Environment, Host: s.config.Host, Visited: s.hosts.scheme() + "://" + r.Host,
		Backend: s.config.Backend.String(), Media: s.config.Media,
		Behaviors: s.edge.Behaviors(), Counters: counters, Requests: requests,
	}
	for _, object := range s.edge.Objects() {
		if object.Alone {
			shown.Alone++
			continue
		}
		shown.Objects++
		shown.Bytes += len(object.Body)
	}
	writeJSON(w, http.StatusOK, shown)
}

// kept is something that the cache holds, without its body.
type kept struct {
	Key     string    `json:"key"`
	Pattern string    `json:"behavior"`
	Status  int       `json:"status"`
	Bytes   int       `json:"bytes"`
	Hits    int       `json:"hits"`
	Stored  time.Time `json:"stored"`
	Expires time.Time `json:"expires"`
}

func (s *Server) getObjects(w http.ResponseWriter, _ *http.Request) {
	shown := []kept{}
	for _, object := range s.edge.Objects() {
		shown = append(shown, kept{
			Key: object.Key, Pattern: object.Pattern, Status: object.Status, Bytes: len(object.Body), Hits: object.Hits,
			Stored: object.Stored, Expires: object.Expires,
		})
	}
	writeJSON(w, http.StatusOK, shown)
}

func (s *Server) postExplain(w http.ResponseWriter, r *http.Request) {
	var question Question
	if err := readJSON(w, r, &question); err != nil {
		writeProblem(w, err)
		return
	}
	request, err := question.request(s.hosts)
	if err != nil {
		writeProblem(w, err)
		return
	}
	writeJSON(w, http.StatusOK, explain(s.edge.Explain(request)))
}

func (s *Server) postPurge(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Pattern string `json:"pattern"`
	}
	if err := readJSON(w, r, &asked); err != nil {
		writeProblem(w, err)
		return
	}
	if !strings.HasPrefix(asked.Pattern, "/") {
		writeProblem(w, fmt.Errorf("pattern %q: begins with /, such as /* or /women/tops.html", asked.Pattern))
		return
	}
	writeJSON(w, http.StatusOK, map[string]int{"purged": s.edge.Purge(asked.Pattern)})
}

func (s *Server) postReset(w http.ResponseWriter, _ *http.Request) {
	s.recorder.reset()
	writeJSON(w, http.StatusOK, struct{}{})
}

// readJSON takes nothing but JSON: a form of another site cannot send it without asking first.
func readJSON(w http.ResponseWriter, r *http.Request, value any) error {
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); strings.TrimSpace(kind) != "application/json" {
		return errors.New("content type: must be application/json")
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxAsked))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(value); err != nil {
		return fmt.Errorf("reading JSON: %w", err)
	}
	return nil
}

func writeProblem(w http.ResponseWriter, err error) {
	writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // whoever asked may have gone
}
