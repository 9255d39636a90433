package local

import (
	"log/slog"
	"sync/atomic"
)

// reach tells when an origin stops answering and when it answers again: once each, and not for every request of a page.
type reach struct {
	backend string
	log     *slog.Logger
	lost    atomic.Bool
}

func (r *reach) fails(err error) {
	if r.lost.CompareAndSwap(false, true) {
		r.log.Warn("the origin does not answer", "origin", r.backend, "error", err)
	}
}

func (r *reach) answers() {
	if r.lost.CompareAndSwap(true, false) {
		r.log.Warn("the origin answers again", "origin", r.backend)
	}
}
