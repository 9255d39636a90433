package rollout

import (
	"bytes"
	"io"
	"sync"
)

// prefixes gives commands that run side by side a writer each. Only whole lines are passed on, each with a prefix, so
// that lines of two commands never mix, and none with a value that may be secret.
type prefixes struct {
	mutex sync.Mutex
	into  io.Writer
}

func (p *prefixes) writer(prefix string) *prefixed { return &prefixed{shared: p, prefix: prefix} }

type prefixed struct {
	shared    *prefixes
	prefix    string
	partial   []byte
	withheld  withheld
	diagnosis diagnosis
}

// Write keeps what is not a whole line yet.
func (w *prefixed) Write(text []byte) (int, error) {
	w.partial = append(w.partial, text...)
	end := bytes.LastIndexByte(w.partial, '\n')
	if end < 0 {
		return len(text), nil
	}
	lines := w.partial[:end+1]
	w.partial = bytes.Clone(w.partial[end+1:])
	return len(text), w.pass(lines)
}

// flush ends a last line that its command did not.
func (w *prefixed) flush() error {
	if len(w.partial) == 0 {
		return nil
	}
	lines := append(w.partial, '\n')
	w.partial = nil
	return w.pass(lines)
}

func (w *prefixed) pass(lines []byte) error {
	w.shared.mutex.Lock()
	defer w.shared.mutex.Unlock()
	for line := range bytes.Lines(lines) {
		text := w.withheld.line(string(line))
		if text == "" {
			continue
		}
		w.diagnosis.line(text)
		if _, err := io.WriteString(w.shared.into, w.prefix+text); err != nil {
			return err
		}
	}
	return nil
}
