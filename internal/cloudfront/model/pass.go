package model

import (
	"net/http"
)

// pass answers from the origin without keeping anything, and without waiting for the whole.
func (v *visit) pass(w http.ResponseWriter) {
	id, standby, _ := v.target()
	if standby != "" {
		v.finish(w, v.fetch(nil))
		return
	}
	request, silence := v.toOrigin(id)
	defer silence.end()
	through := &passer{visit: v, w: w, header: http.Header{}, silence: silence}
	v.traceOrigin(id, request)
	finished := run(v.options.Origins[id], through, request)
	reading := v.message.method == http.MethodGet || v.message.method == http.MethodHead
	for n := 1; !finished && !through.wrote && request.Context().Err() == nil && reading && n < v.origins[id].Attempts; n++ {
		finished = run(v.options.Origins[id], through, request)
	}
	switch {
	case !through.wrote && request.Context().Err() != nil:
		v.finish(w, v.unanswered(http.StatusGatewayTimeout, id))
	case !through.wrote && !finished:
		v.finish(w, v.unanswered(http.StatusBadGateway, id))
	case !through.wrote:
		through.WriteHeader(http.StatusOK)
	case !finished:
		panic(http.ErrAbortHandler) // the viewer must see that something is missing
	}
}

// passer sends an answer on while it comes.
type passer struct {
	*visit
	w      http.ResponseWriter
	header http.Header
	wrote  bool
	empty  bool // the viewer gets no body
	silence
}

func (p *passer) Header() http.Header { return p.header }

func (p *passer) WriteHeader(status int) {
	if p.wrote {
		return
	}
	if status < 200 {
		return
	}
	p.wrote = true
	a := &answer{status: status, header: p.header.Clone(), result: Pass}
	p.received(a.header)
	if page := p.errorPage(a); page != a {
		p.finish(p.w, page)
		p.empty = true
		return
	}
	p.decorate(a)
	p.announce(a)
	for name, values := range a.header {
		p.w.Header()[name] = values
	}
	p.w.WriteHeader(a.status)
}

func (p *passer) Write(body []byte) (int, error) {
	p.WriteHeader(http.StatusOK)
	if p.empty || p.message.method == http.MethodHead {
		return len(body), nil
	}
	p.pause() // a viewer who reads slowly is not the origin's fault
	defer p.listen()
	return p.w.Write(body)
}

// Flush sends on what there is.
func (p *passer) Flush() {
	if flusher, ok := p.w.(http.Flusher); ok && p.wrote {
		flusher.Flush()
	}
}
