package local

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// heartbeat keeps proxies from closing what is merely quiet, and tells the server of a page that has gone.
const heartbeat = 15 * time.Second

// getEvents sends requests as they are done, each with the counters after it (HTML, "Server-sent events").
func (s *Server) getEvents(w http.ResponseWriter, r *http.Request) {
	requests, stop, ok := s.recorder.listen()
	if !ok {
		http.Error(w, fmt.Sprintf("%d pages are open already", maxListeners), http.StatusServiceUnavailable)
		return
	}
	defer stop()
	w.Header().Set("Content-Type", "text/event-stream")
	control := http.NewResponseController(w)
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for text := ": open\n\n"; ; {
		_ = control.SetWriteDeadline(time.Now().Add(stallTimeout)) // a recorder in a test has no deadlines
		if _, err := w.Write([]byte(text)); err != nil {
			return
		}
		if err := control.Flush(); err != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-beat.C:
			text = ": here\n\n"
		case request, open := <-requests:
			if !open {
				return
			}
			text = event(request, s.recorder)
		}
	}
}

func event(request Explanation, recorder *recorder) string {
	_, counters := recorder.state()
	data, err := json.Marshal(struct {
		Request  Explanation `json:"request"`
		Counters Counters    `json:"counters"`
	}{request, counters})
	if err != nil {
		return ": a request that cannot be shown\n\n"
	}
	return "data: " + string(data) + "\n\n"
}
