package rotator_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/magestack/magestack/functions/rotation/rotator"
	"github.com/magestack/magestack/functions/rotation/secretstest"
	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/naming"
)

const (
	environment = naming.Environment("staging")
	hold        = 9 * time.Hour
)

// login is what a process holds.
type login struct{ user, password string }

// databaseWorld is an environment with one pair of users: the database, ProxySQL's pods, External Secrets, kubelet, a web pod,
// which reads its files at each request, cron, which keeps what it has read until it is replaced, and a standby, which has the
// secret as a replica.
type databaseWorld struct {
	limits
	now     time.Time
	drawn   int
	secrets *secretstest.Memory

	database  map[string]string // password by user
	passwords map[string]string // External Secrets' copy for ProxySQL, by user
	loaded    []map[string]string
	login     login // External Secrets' copy for Magento
	web, cron login
	standby   login
	stale     time.Time // since when cron could have heard of another login

	schedule
	runs []*run
}

// limits bound a world, and leave out what is to be missed.
type limits struct {
	rotations, crashes, proxies, atOnce int

	of      subject
	calls   int           // of the function, if there is a limit
	hold    time.Duration // that the function is told
	forever bool          // cron is replaced by nobody, and always connected
	noOrder bool          // logins through ProxySQL are claimed to work
	unseen  bool          // the database claims that nobody is connected
}

// subject is a secret that rotates, with the users that it may name.
type subject struct {
	secret, administrator string
	user, other           string
}

func pairOf(secret, administrator naming.Secret, user string) subject {
	return subject{environment.Secret(secret), environment.Secret(administrator), user, user + proxysql.CloneSuffix}
}

var (
	web   = pairOf(naming.SecretDatabaseWeb, naming.SecretDatabaseAdmin, "magento")
	queue = pairOf(naming.SecretQueueShop, naming.SecretQueue, "magento-shop")

	// alone is a shop that logs in as a user without a clone.
	alone = subject{environment.Secret(naming.SecretDatabaseAdmin), environment.Secret(naming.SecretDatabaseAdmin), "admin", "nobody"}

	proxySecret = environment.Secret(naming.SecretProxySQL)
)

// schedule is how far Secrets Manager is.
type schedule struct {
	begun int
	asked int
	token string
	step  int
}

var steps = []string{"createSecret", "setSecret", "testSecret", "finishSecret"}

func text(value map[string]any) string {
	out, _ := json.Marshal(value)
	return string(out)
}

func newDatabaseWorld(l limits) *databaseWorld {
	w := &databaseWorld{limits: l, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	w.secrets = secretstest.New(func() time.Time { return w.now })
	user := func(user, password string) string {
		return text(map[string]any{"engine": "mysql", "host": "db", "port": 3306, "username": user, "password": password})
	}
	w.secrets.Create(l.of.administrator, "v-admin", user("admin", "Aa1admin"), true)
	if l.of != alone {
		w.secrets.Create(l.of.secret, "v-user", user(l.of.user, "Aa1w"), true)
	}
	w.secrets.Create(proxySecret, "v-proxysql", text(map[string]any{"webPassword": "Aa1w", "webClonePassword": "Aa1c", "monitorPassword": "m"}), true)
	w.database = map[string]string{l.of.user: "Aa1w", l.of.other: "Aa1c"}
	w.database["admin"] = "Aa1admin"
	w.passwords = w.current()
	for range l.proxies {
		w.loaded = append(w.loaded, w.current())
	}
	w.login = w.currentLogin()
	w.web, w.cron, w.standby = w.login, w.login, w.login
	w.now = w.now.Add(24 * time.Hour)
	return w
}

// current is what ProxySQL's secret says now, and currentLogin what Magento's does.
func (w *databaseWorld) current() map[string]string {
	var value map[string]string
	_ = json.Unmarshal([]byte(w.secrets.Text(proxySecret, rotator.StageCurrent)), &value)
	return map[string]string{w.of.user: value["webPassword"], w.of.other: value["webClonePassword"]}
}

func (w *databaseWorld) currentLogin() login {
	var value struct{ Username, Password string }
	_ = json.Unmarshal([]byte(w.secrets.Text(w.of.secret, rotator.StageCurrent)), &value)
	return login{value.Username, value.Password}
}

// settled tells whether everything but cron has heard of everything.
func (w *databaseWorld) settled() bool {
	for _, loaded := range w.loaded {
		if !maps.Equal(loaded, w.passwords) {
			return false
		}
	}
	return len(w.runs) == 0 && maps.Equal(w.passwords, w.current()) && w.login == w.currentLogin() && w.web == w.login && w.standby == w.login
}

// actions are what may happen next.
func (w *databaseWorld) actions() []action {
	var possible []action
	may := func(when bool, name string, do func()) {
		if when {
			possible = append(possible, action{name, func() {
				do()
				for _, r := range w.runs { // what happens between two effects of a call is part of how it goes on
					r.trace = append(r.trace, name)
				}
			}})
		}
	}
	for i, r := range w.runs {
		possible = append(possible, action{"the function goes on: " + r.at, func() { r.resume(); w.ended(i) }})
		may(w.crashes > 0, "the function is killed before: "+r.at, func() { w.crashes--; r.crash(); w.ended(i) })
	}
	ask := len(w.runs) == 0 || len(w.runs) < w.atOnce && w.token != ""
	if ask && (w.token != "" || w.begun < w.rotations) && (w.calls == 0 || w.asked < w.calls) {
		may(true, "Secrets Manager asks for "+steps[w.step], w.ask)
	}
	may(!maps.Equal(w.passwords, w.current()), "External Secrets reads ProxySQL's passwords", func() { w.passwords = w.current() })
	may(w.login != w.currentLogin(), "External Secrets reads the login", func() {
		if w.login = w.currentLogin(); w.cron == w.web {
			w.stale = w.now
		}
	})
	for i := range w.loaded {
		may(!maps.Equal(w.loaded[i], w.passwords), fmt.Sprintf("ProxySQL %d loads its users, or a new pod takes its place", i), func() { w.loaded[i] = maps.Clone(w.passwords) })
	}
	may(w.web != w.login, "the web pod's files are exchanged", func() { w.web = w.login })
	may(w.cron != w.login && !w.forever, "cron is replaced", func() { w.cron = w.login })
	may(w.standby != w.currentLogin(), "the standby gets its replica", func() { w.standby = w.currentLogin() })
	refused := w.database[w.of.user] != w.passwords[w.of.user] || w.database[w.of.other] != w.passwords[w.of.other]
	may(w.proxies > 0 && refused && maps.Equal(w.passwords, w.current()), "the job of the users sets what is refused", func() { maps.Copy(w.database, w.passwords) })
	may(w.settled() && (w.cron == w.login || w.forever) && w.begun < w.rotations, "a day passes", func() { w.now = w.now.Add(24 * time.Hour) })
	held := w.cron != w.login && !w.forever && w.now.Add(2*time.Hour).After(w.stale.Add(hold))
	may(w.settled() && w.token != "" && !held, "two hours pass", func() { w.now = w.now.Add(2 * time.Hour) })
	return possible
}

// ask begins the step that is due, or a rotation.
func (w *databaseWorld) ask() {
	if w.token == "" {
		w.begun++
		w.token, w.step = fmt.Sprintf("token%d", w.begun), 0
		w.secrets.Rotate(w.of.secret, w.token)
	}
	if w.calls > 0 {
		w.asked++
	}
	r := begin(w.function, rotator.Event{Step: steps[w.step], SecretID: w.of.secret, ClientRequestToken: w.token})
	r.step = w.step
	w.runs = append(w.runs, r)
	w.ended(len(w.runs) - 1)
}

// ended takes note of a call that has returned.
func (w *databaseWorld) ended(i int) {
	r := w.runs[i]
	if !r.done {
		return
	}
	w.runs = slices.Delete(w.runs, i, i+1)
	if r.err == nil {
		w.step = max(w.step, r.step+1)
	}
	pending := false
	for id, stages := range w.secrets.Stages(w.of.secret) {
		pending = pending || id == w.token && slices.Contains(stages, rotator.StagePending) && !slices.Contains(stages, rotator.StageCurrent)
	}
	if !pending { // finished, or given up
		w.token, w.step = "", 0
	}
}

func (w *databaseWorld) function(pause func(string)) *rotator.Function {
	return &rotator.Function{
		Config:  rotator.Config{Environment: environment, Hold: w.hold, ProxySQLPods: w.proxies},
		Secrets: pausing{secretstest.Client{Memory: w.secrets}, pause},
		Clock:   noClock{&w.now},
		Random:  numbered{&w.drawn},
		Stores:  rotator.Stores{Database: databaseOf{w, pause}, Queue: databaseOf{w, pause}},
	}
}

// violation is a process whose login would fail now.
func (w *databaseWorld) violation() string {
	for _, process := range []struct {
		name string
		has  login
	}{{"the web pod", w.web}, {"a web pod that starts", w.login}, {"cron", w.cron}, {"the standby", w.standby}} {
		if w.database[process.has.user] != process.has.password {
			return fmt.Sprintf("%s logs in as %s, and the database refuses the password", process.name, process.has.user)
		}
		for i, loaded := range append(slices.Clone(w.loaded), w.passwords) {
			if w.proxies > 0 && loaded[process.has.user] != process.has.password {
				return fmt.Sprintf("%s logs in as %s, and ProxySQL %d refuses the password", process.name, process.has.user, i)
			}
		}
	}
	return ""
}

func (w *databaseWorld) key() string {
	var key strings.Builder
	fmt.Fprintf(&key, "%d %d %d %d %s %s ", w.begun, w.asked, w.step, w.crashes, w.token, age(w.now, w.stale))
	for _, name := range []string{w.of.secret, proxySecret} {
		for _, stage := range []string{rotator.StageCurrent, rotator.StagePending} {
			version, _ := secretstest.Client{Memory: w.secrets}.Get(context.Background(), name, stage)
			fmt.Fprint(&key, age(w.now, version.Created), " ")
			for _, field := range []string{"username", "password", "webPassword", "webClonePassword"} {
				fmt.Fprint(&key, version.Value[field], " ")
			}
		}
	}
	fmt.Fprint(&key, w.database[w.of.user], " ", w.database[w.of.other], " ", w.database["admin"], " ")
	for _, loaded := range append(slices.Clone(w.loaded), w.passwords) {
		fmt.Fprint(&key, loaded[w.of.user], " ", loaded[w.of.other], " ")
	}
	for _, l := range []login{w.login, w.web, w.cron, w.standby} {
		fmt.Fprint(&key, l.user, " ", l.password, " ")
	}
	for _, r := range w.runs {
		fmt.Fprint(&key, " | ", strings.Join(r.trace, " > "), " ")
	}
	return canonical(key.String())
}

// age is how long ago something was. Beyond the longest that anything waits for it makes no difference.
func age(now, then time.Time) time.Duration {
	return min(now.Sub(then), 2*hold)
}

func (w *databaseWorld) note() string {
	return fmt.Sprintf("%d rotations, in use %s", w.begun, w.currentLogin().user)
}

func (w *databaseWorld) release() {
	for _, r := range w.runs {
		r.stop()
	}
}

// pausing stops before every effect on Secrets Manager.
type pausing struct {
	rotator.Secrets
	pause func(string)
}

func (p pausing) Put(ctx context.Context, secret, version string, value rotator.Document, stage string) error {
	p.pause("write " + secret + " at " + stage)
	return p.Secrets.Put(ctx, secret, version, value, stage)
}

func (p pausing) Move(ctx context.Context, secret, stage, from, to string) error {
	p.pause("move " + stage + " of " + secret)
	return p.Secrets.Move(ctx, secret, stage, from, to)
}

// databaseOf is the database of a world, and its ProxySQL.
type databaseOf struct {
	*databaseWorld
	pause func(string)
}

func (d databaseOf) Login(_ context.Context, as rotator.Credential) error {
	if d.database[as.User] != as.Password {
		return rotator.ErrRefused
	}
	return nil
}

func (d databaseOf) SetPassword(ctx context.Context, administrator rotator.Credential, user, password string) error {
	d.pause("set the password of " + user)
	if err := d.Login(ctx, administrator); err != nil {
		return err
	}
	d.database[user] = password
	return nil
}

func (d databaseOf) Holders(_ context.Context, _ rotator.Credential, user string) ([]string, error) {
	if user != proxysql.MonitorUser {
		if d.forever && user == d.cron.user && !d.unseen {
			return []string{"cron"}, nil
		}
		return nil, nil // cron connects when it has work: who holds a login is not seen
	}
	var pods []string
	for i := range d.loaded {
		pods = append(pods, fmt.Sprint(i))
	}
	return pods, nil
}

func (d databaseOf) LoginThrough(ctx context.Context, pod string, as rotator.Credential) error {
	d.pause("log in through ProxySQL " + pod)
	if d.noOrder {
		return nil
	}
	for i, loaded := range d.loaded {
		if fmt.Sprint(i) == pod && loaded[as.User] != as.Password {
			return rotator.ErrRefused
		}
	}
	return d.Login(ctx, as)
}
