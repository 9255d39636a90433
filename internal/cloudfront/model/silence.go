package model

import (
	"context"
	"io"
	"time"
)

// silence ends a request to an origin that says nothing for too long: neither an answer nor the next part of one
// (CloudFront Developer Guide, "Response timeout"). How long the whole of an answer takes does not matter.
type silence struct {
	longest time.Duration
	timer   *time.Timer
	cancel  context.CancelFunc
}

// listen gives the context of a request, which ends with the silence or with that of the viewer.
func listen(viewer context.Context, longest time.Duration) (context.Context, silence) {
	ctx, cancel := context.WithCancel(viewer)
	return ctx, silence{longest: longest, timer: time.AfterFunc(longest, cancel), cancel: cancel}
}

// listen starts to count anew.
func (s silence) listen() { s.timer.Reset(s.longest) }

// pause stops to count, until listen.
func (s silence) pause() { s.timer.Stop() }

// end gives back what the request holds.
func (s silence) end() {
	s.timer.Stop()
	s.cancel()
}

// told is the body of a request, during which the origin has nothing to say.
type told struct {
	io.ReadCloser
	silence
}

func (t told) Read(p []byte) (int, error) {
	t.pause()
	defer t.listen()
	return t.ReadCloser.Read(p)
}
