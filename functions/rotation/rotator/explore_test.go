package rotator_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/magestack/magestack/functions/rotation/rotator"
)

// action is something that may happen next in a world.
type action struct {
	name string
	do   func()
}

// world is an environment in which one thing happens after the other. It is built anew for every history, so that the code
// under exploration may keep what it likes in its variables.
type world interface {
	actions() []action
	key() string       // equal for worlds that go on alike
	violation() string // what must never be; empty for none
}

// explored is what an exploration found.
type explored struct {
	states   int
	history  []string        // of a violation, among the shortest
	problem  string          // that it ends in
	finished map[string]bool // notes of the worlds, such as how many rotations were finished
}

// explore visits every world that can be reached, breadth first, up to a number of them. Breadth first gives the shortest
// counterexample.
func explore(t *testing.T, build func() world, limit int) explored {
	t.Helper()
	seen := map[string]bool{}
	type found struct {
		history []int
		choices int
	}
	start := build()
	queue := []found{{nil, len(start.actions())}}
	result := explored{finished: map[string]bool{}}
	replay := func(history []int) (world, []string) {
		w := build()
		var names []string
		for _, choice := range history {
			a := w.actions()[choice]
			a.do()
			names = append(names, a.name)
		}
		return w, names
	}
	for len(queue) > 0 {
		from := queue[0]
		queue = queue[1:]
		for choice := range from.choices {
			next := append(slices.Clone(from.history), choice)
			w, names := replay(next)
			key, problem, choices := w.key(), w.violation(), len(w.actions())
			if noted, ok := w.(interface{ note() string }); ok {
				result.finished[noted.note()] = true
			}
			release(w)
			if problem != "" {
				result.problem, result.history = problem, names
				result.states = len(seen)
				return result
			}
			if seen[key] {
				continue
			}
			seen[key] = true
			if len(seen) > limit {
				t.Fatalf("more than %d states: the world is not bounded", limit)
			}
			queue = append(queue, found{next, choices})
		}
	}
	result.states = len(seen)
	return result
}

func release(w world) {
	if r, ok := w.(interface{ release() }); ok {
		r.release()
	}
}

// run is a call of the function that stops before every effect and between them, and may never go on.
type run struct {
	step  int // that it does
	next  func() (string, bool)
	stop  func()
	at    string   // the effect that it is about to have
	trace []string // of the effects, and of what happened in between
	done  bool
	err   error
}

type crashed struct{}

// begin calls the function up to its first effect. build gets what every client calls before an effect.
func begin(build func(pause func(string)) *rotator.Function, event rotator.Event) *run {
	r := &run{}
	sequence := iter.Seq[string](func(yield func(string) bool) {
		defer func() {
			if cause := recover(); cause != nil {
				if _, ok := cause.(crashed); !ok {
					panic(cause)
				}
			}
		}()
		function := build(func(effect string) {
			if !yield(effect) {
				panic(crashed{})
			}
		})
		ctx, cancel := context.WithDeadline(context.Background(), time.Now().Add(time.Hour))
		defer cancel()
		r.err = function.Handle(ctx, event)
	})
	r.next, r.stop = iter.Pull(sequence)
	r.resume()
	return r
}

// resume lets the call have its effect and go on to the next.
func (r *run) resume() {
	at, more := r.next()
	r.at, r.done = at, !more
	r.trace = append(r.trace, at)
}

// crash ends the call where it stands, as kill -9 does.
func (r *run) crash() {
	r.stop()
	r.done, r.err = true, context.Canceled
}

// noClock is a clock on which nothing is waited for: who would wait fails, and is asked again later.
type noClock struct{ now *time.Time }

func (c noClock) Now() time.Time { return *c.now }

func (noClock) Sleep(context.Context, time.Duration) error { return context.DeadlineExceeded }

// numbered draws p1, p2 and so on, each long enough.
type numbered struct{ drawn *int }

func (n numbered) Text(length int, alphabet string) string {
	*n.drawn++
	text := fmt.Sprintf("Aa1%d", *n.drawn)
	if strings.Contains(alphabet, "A") {
		return text
	}
	return fmt.Sprintf("v%d", *n.drawn)
}

// canonical replaces what was drawn by the order in which it appears, so that worlds that differ by names alone are one.
func canonical(text string) string {
	names := map[string]string{}
	var out strings.Builder
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' }) {
		if strings.HasPrefix(word, "Aa1") || strings.HasPrefix(word, "v") || strings.HasPrefix(word, "token") {
			if names[word] == "" {
				names[word] = fmt.Sprintf("#%d", len(names))
			}
			word = names[word]
		}
		out.WriteString(word)
		out.WriteByte(' ')
	}
	return out.String()
}

// story prints the counterexample, if there is one.
func (e explored) story() string {
	if e.problem == "" {
		return ""
	}
	var out strings.Builder
	for i, name := range e.history {
		fmt.Fprintf(&out, "%3d. %s\n", i+1, name)
	}
	return out.String() + "  => " + e.problem
}
