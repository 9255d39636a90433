package rotator_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/functions/rotation/rotator"
	"github.com/magestack/magestack/functions/rotation/secretstest"
	"github.com/magestack/magestack/pkg/naming"
)

// cacheWorld is a replication group, which knows two tokens, with a web pod, cron and Secrets Manager.
type cacheWorld struct {
	cacheLimits
	now     time.Time
	drawn   int
	secrets *secretstest.Memory

	tokens           []string // the newest last
	copied, web      string   // by External Secrets, and in the pod's files
	cron             string
	stale            time.Time
	begun, step      int
	token            string
	run              *run
	operators, ended int
}

type cacheLimits struct {
	rotations, crashes int
	ends               int // how often an operator ends the previous token
	hold               time.Duration
	noKeep             bool // the group ignores that a token is to be the only one
}

var cacheSecret = environment.Secret(naming.SecretCache)

func newCacheWorld(l cacheLimits) *cacheWorld {
	w := &cacheWorld{cacheLimits: l, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), operators: l.ends}
	w.secrets = secretstest.New(func() time.Time { return w.now })
	w.secrets.Create(cacheSecret, "v-cache", text(map[string]any{"host": "cache", "port": 6379, "password": "Aa1t"}), true)
	w.tokens = []string{"Aa1t"}
	w.copied, w.web, w.cron = "Aa1t", "Aa1t", "Aa1t"
	w.now = w.now.Add(24 * time.Hour)
	return w
}

func (w *cacheWorld) current() string {
	var value struct{ Password string }
	_ = json.Unmarshal([]byte(w.secrets.Text(cacheSecret, rotator.StageCurrent)), &value)
	return value.Password
}

func (w *cacheWorld) actions() []action {
	var possible []action
	may := func(when bool, name string, do func()) {
		if when {
			possible = append(possible, action{name, func() {
				do()
				if w.run != nil {
					w.run.trace = append(w.run.trace, name)
				}
			}})
		}
	}
	if w.run != nil {
		possible = append(possible, action{"the function goes on: " + w.run.at, func() { w.run.resume(); w.returned() }})
		may(w.crashes > 0, "the function is killed before: "+w.run.at, func() { w.crashes--; w.run.crash(); w.returned() })
	}
	idle := w.run == nil
	may(idle && (w.token != "" || w.begun < w.rotations), "Secrets Manager asks for "+steps[w.step], w.ask)
	may(idle && w.operators > 0, "an operator ends the previous token", func() {
		w.operators--
		w.call(rotator.Event{End: "cache"}, -1)
	})
	may(w.copied != w.current(), "External Secrets reads the token", func() {
		if w.copied = w.current(); w.cron == w.web {
			w.stale = w.now
		}
	})
	may(w.web != w.copied, "the web pod's files are exchanged", func() { w.web = w.copied })
	may(w.cron != w.copied, "cron is replaced", func() { w.cron = w.copied })
	settled := idle && w.copied == w.current() && w.web == w.copied
	held := w.cron != w.copied && w.now.Add(2*time.Hour).After(w.stale.Add(hold))
	may(settled && w.cron == w.copied && (w.begun < w.rotations || w.operators > 0), "a day passes", func() { w.now = w.now.Add(24 * time.Hour) })
	may(settled && w.token != "" && !held, "two hours pass", func() { w.now = w.now.Add(2 * time.Hour) })
	return possible
}

func (w *cacheWorld) ask() {
	if w.token == "" {
		w.begun++
		w.token, w.step = fmt.Sprintf("token%d", w.begun), 0
		w.secrets.Rotate(cacheSecret, w.token)
	}
	w.call(rotator.Event{Step: steps[w.step], SecretID: cacheSecret, ClientRequestToken: w.token}, w.step)
}

func (w *cacheWorld) call(event rotator.Event, step int) {
	w.run = begin(func(pause func(string)) *rotator.Function {
		return &rotator.Function{
			Config:  rotator.Config{Environment: environment, Hold: w.hold, Groups: map[naming.Secret]string{naming.SecretCache: "group"}},
			Secrets: pausing{secretstest.Client{Memory: w.secrets}, pause},
			Clock:   noClock{&w.now},
			Random:  numbered{&w.drawn},
			Stores:  rotator.Stores{Cache: cacheOf{w, pause}},
		}
	}, event)
	w.run.step = step
	w.returned()
}

func (w *cacheWorld) returned() {
	if !w.run.done {
		return
	}
	if w.run.err == nil {
		w.step = max(w.step, w.run.step+1)
		if w.run.step < 0 {
			w.ended++
		}
	}
	w.run = nil
	pending := false
	for id, stages := range w.secrets.Stages(cacheSecret) {
		pending = pending || id == w.token && slices.Contains(stages, rotator.StagePending) && !slices.Contains(stages, rotator.StageCurrent)
	}
	if !pending {
		w.token, w.step = "", 0
	}
}

func (w *cacheWorld) violation() string {
	for name, token := range map[string]string{"the web pod": w.web, "a web pod that starts": w.copied, "cron": w.cron} {
		if !slices.Contains(w.tokens, token) {
			return name + " logs in, and the cache refuses the token"
		}
	}
	return ""
}

func (w *cacheWorld) key() string {
	var key strings.Builder
	fmt.Fprintf(&key, "%d %d %d %d %s %s ", w.begun, w.step, w.crashes, w.operators, w.token, age(w.now, w.stale))
	for _, stage := range []string{rotator.StageCurrent, rotator.StagePending, rotator.StagePrevious} {
		version, _ := secretstest.Client{Memory: w.secrets}.Get(context.Background(), cacheSecret, stage)
		fmt.Fprint(&key, age(w.now, version.Created), " ", version.Value["password"], " ")
	}
	fmt.Fprint(&key, w.copied, " ", w.web, " ", w.cron, " | ", strings.Join(w.tokens, " "), " | ")
	if w.run != nil {
		fmt.Fprint(&key, strings.Join(w.run.trace, " > "))
	}
	return canonical(key.String())
}

func (w *cacheWorld) note() string {
	return fmt.Sprintf("%d rotations, %d ended, %d tokens", w.begun, w.ended, len(w.tokens))
}

func (w *cacheWorld) release() {
	if w.run != nil {
		w.run.stop()
	}
}

// cacheOf is the group of a world: it keeps the newest token and the one before it.
type cacheOf struct {
	*cacheWorld
	pause func(string)
}

func (c cacheOf) Login(_ context.Context, _ string, _ int, token string) error {
	if !slices.Contains(c.tokens, token) {
		return rotator.ErrRefused
	}
	return nil
}

func (c cacheOf) Add(_ context.Context, _, token string) error {
	c.pause("add a token")
	c.tokens = append(c.tokens[len(c.tokens)-1:], token)
	return nil
}

func (c cacheOf) Keep(_ context.Context, _, token string) error {
	c.pause("keep one token")
	if !c.noKeep {
		c.tokens = []string{token}
	}
	return nil
}

func TestNoTokenIsRefusedWhateverHappensWhen(t *testing.T) {
	found := explore(t, func() world {
		return newCacheWorld(cacheLimits{rotations: 3, crashes: 1, ends: 1, hold: hold})
	}, maxStates)
	require.Empty(t, found.problem, found.story())
	t.Logf("%d states", found.states)
	assert.Contains(t, found.finished, "3 rotations, 1 ended, 2 tokens")
	assert.Contains(t, found.finished, "1 rotations, 1 ended, 1 tokens")
}

// A rotation that was given up leaves the group with a token that nobody has. The next one must not push the current one out.
func TestEverySafetyOfTokensIsNeeded(t *testing.T) {
	for name, l := range map[string]cacheLimits{
		"keeping the current token first": {rotations: 2, hold: hold, noKeep: true},
		"the delay":                       {rotations: 2, hold: -2 * hold},
	} {
		t.Run(name, func(t *testing.T) {
			found := explore(t, func() world { return newCacheWorld(l) }, maxStates)
			require.Contains(t, found.problem, "the cache refuses the token", "%d states, no counterexample", found.states)
			t.Log("without " + name + ":\n" + found.story())
		})
	}
}
