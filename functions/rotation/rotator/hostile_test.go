package rotator_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/functions/rotation/rotator"
	"github.com/magestack/magestack/functions/rotation/secretstest"
	"github.com/magestack/magestack/pkg/naming"
)

// marked is in every password of these tests, and must be in no error.
const marked = "hunter2"

// tried is a function with stores that answer as a test says.
type tried struct {
	*rotator.Function
	secrets *secretstest.Memory
	now     time.Time
	users   *answering
}

// answering are users of a store that answers with an error where there is one.
type answering struct {
	passwords map[string]string
	fail      map[string]error // by what is asked
	holders   []string
}

func (a *answering) Login(_ context.Context, as rotator.Credential) error {
	if err := a.fail["login"]; err != nil {
		return err
	}
	if a.passwords[as.User] != as.Password {
		return rotator.ErrRefused
	}
	return nil
}

func (a *answering) SetPassword(_ context.Context, _ rotator.Credential, user, password string) error {
	if err := a.fail["set"]; err != nil {
		return err
	}
	a.passwords[user] = password
	return a.fail["answer to set"] // half-way: it is done, and nobody is told
}

func (a *answering) Holders(_ context.Context, _ rotator.Credential, user string) ([]string, error) {
	if user == "monitor" {
		return []string{"proxy"}, nil
	}
	return a.holders, a.fail["holders"]
}

func (a *answering) LoginThrough(ctx context.Context, _ string, as rotator.Credential) error {
	if err := a.fail["through"]; err != nil {
		return err
	}
	return a.Login(ctx, as)
}

func newTried(t *testing.T) *tried {
	t.Helper()
	h := &tried{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	h.secrets = secretstest.New(func() time.Time { return h.now })
	h.users = &answering{passwords: map[string]string{"magento": "web-" + marked, "magento_clone": "clone-" + marked, "admin": "admin-" + marked}, fail: map[string]error{}}
	h.Function = &rotator.Function{
		Config:  rotator.Config{Environment: environment, Hold: hold, ProxySQLPods: 1, APIKeys: map[string]rotator.APIKey{"erp": {Name: "erp", Length: 40, Alphabet: "0123456789abcdef"}}},
		Secrets: secretstest.Client{Memory: h.secrets},
		Clock:   noClock{&h.now},
		Random:  rotator.System{},
		Stores:  rotator.Stores{Database: h.users, Search: h.users, Queue: h.users},
	}
	h.secrets.Create(web.administrator, "v-admin", databaseLogin("admin", "admin-"+marked), true)
	h.secrets.Create(web.secret, "v-web", databaseLogin("magento", "web-"+marked), true)
	h.secrets.Create(proxySecret, "v-proxysql", text(map[string]any{
		"webPassword": "web-" + marked, "webClonePassword": "clone-" + marked,
		"monitorPassword": "m-" + marked, "adminPassword": "a-" + marked, "statsPassword": "s-" + marked,
	}), true)
	h.now = h.now.Add(24 * time.Hour)
	return h
}

func databaseLogin(user, password string) string {
	return text(map[string]any{"engine": "mysql", "host": "db", "port": 3306, "username": user, "password": password})
}

// step asks for one step of a rotation that has begun.
func (h *tried) step(secret, step string) error {
	return h.Handle(context.Background(), rotator.Event{Step: step, SecretID: secret, ClientRequestToken: "token"})
}

// all asks for all steps, and returns the first error.
func (h *tried) all(secret string) error {
	h.secrets.Rotate(secret, "token")
	for _, step := range steps {
		if err := h.step(secret, step); err != nil {
			return err
		}
	}
	return nil
}

// unharmed wants the current credentials to be what they were, and the next rotation to work.
func (h *tried) unharmed(t *testing.T, err error) {
	t.Helper()
	require.Error(t, err)
	assert.NotContains(t, err.Error(), marked, "a password is in the error")
	assert.Equal(t, databaseLogin("magento", "web-"+marked), h.secrets.Text(web.secret, rotator.StageCurrent))
	assert.Equal(t, "web-"+marked, h.users.passwords["magento"], "the password in use was changed")
	h.users.fail, h.users.holders = map[string]error{}, nil
	require.NoError(t, h.all(web.secret), "the next run does not go on")
	assert.Contains(t, h.secrets.Text(web.secret, rotator.StageCurrent), "magento_clone")
}

func TestStoresThatFail(t *testing.T) {
	down := errors.New("connection refused")
	for name, prepare := range map[string]func(*tried){
		"down":                         func(h *tried) { h.users.fail["login"] = down },
		"refuses the change":           func(h *tried) { h.users.fail["set"] = errors.New("the database answers with error 1819") },
		"answers half-way":             func(h *tried) { h.users.fail["answer to set"] = context.DeadlineExceeded },
		"does not tell who is there":   func(h *tried) { h.users.fail["holders"] = down },
		"has the resting user at work": func(h *tried) { h.users.holders = []string{"10.0.0.1", "10.0.0.2"} },
		"ProxySQL refuses":             func(h *tried) { h.users.fail["through"] = rotator.ErrRefused },
	} {
		t.Run(name, func(t *testing.T) {
			h := newTried(t)
			prepare(h)
			h.unharmed(t, h.all(web.secret))
		})
	}
}

func TestTooFewProxies(t *testing.T) {
	h := newTried(t)
	h.ProxySQLPods = 2
	err := h.all(web.secret)
	require.ErrorContains(t, err, "the monitors of 1 pods of ProxySQL are connected to the database, there must be 2 at least")
	h.ProxySQLPods = 1
	h.unharmed(t, err)
}

func TestSecretsThatAreNoCredentials(t *testing.T) {
	for value, want := range map[string]string{
		marked: "is not a JSON object",
		text(map[string]any{"engine": "mysql", "host": "db", "username": "magento"}):                                                            "missing or of the wrong type: password, port",
		text(map[string]any{"engine": "postgres", "host": "db", "port": 3306, "username": "magento", "password": marked}):                       `the engine is "postgres", it must be mysql`,
		text(map[string]any{"engine": "mysql", "host": "db", "port": 3306, "username": "root", "password": marked}):                             `the user "root" is none of the pair magento and magento_clone`,
		text(map[string]any{"engine": "mysql", "host": "db", "port": 65536, "username": "magento", "password": marked}):                         "missing or of the wrong type: port",
		text(map[string]any{"engine": "mysql", "host": "db", "port": "3306", "username": "magento", "password": []string{marked}}):              "missing or of the wrong type: password, port",
		text(map[string]any{"engine": "mysql", "host": "", "port": 3306.5, "username": "magento", "password": marked, "dbname": "magento <&>"}): "missing or of the wrong type: host, port",
	} {
		t.Run(want, func(t *testing.T) {
			h := newTried(t)
			h.secrets.Create(web.secret, "v-other", value, true)
			h.now = h.now.Add(24 * time.Hour)
			err := h.all(web.secret)
			require.ErrorContains(t, err, want)
			assert.NotContains(t, err.Error(), marked)
		})
	}
}

func TestTokensThatAreNotPending(t *testing.T) {
	h := newTried(t)
	require.ErrorContains(t, h.step(web.secret, "createSecret"), `there is no version "token"`)

	h.secrets.Rotate(web.secret, "token")
	require.ErrorContains(t, h.step(web.secret, "dropSecret"), `step "dropSecret": must be createSecret, setSecret, testSecret or finishSecret`)
	for _, step := range []string{"setSecret", "finishSecret"} {
		require.ErrorContains(t, h.step(web.secret, step), "there is no such version", "of a version without a value")
	}
	require.NoError(t, h.all(web.secret))
	for _, step := range steps {
		before := h.secrets.Text(web.secret, rotator.StageCurrent)
		require.NoError(t, h.step(web.secret, step), "an old request comes again")
		assert.Equal(t, before, h.secrets.Text(web.secret, rotator.StageCurrent))
	}
	h.secrets.Create(web.secret, "v-web", databaseLogin("magento", "web-"+marked), false)
	require.ErrorContains(t, h.step(web.secret, "createSecret"), "rotation is not enabled")
}

func TestOtherSecretsAreRefused(t *testing.T) {
	h := newTried(t)
	for secret, want := range map[string]string{
		"magento/production/database/web": `"magento/production/database/web" is no secret of staging`,
		"arn:aws:secretsmanager:eu-central-1:123456789012:secret:magento/production/database/web-aB3dE6": `"magento/production/database/web" is no secret of staging`,
		"magento/staging/proxysql/template": `the secret "proxysql/template" is none that rotates`,
		"magento/staging/api/unknown":       `the API key "unknown" is not declared`,
	} {
		require.ErrorContains(t, h.step(secret, "createSecret"), want)
	}
	h.secrets.Rotate(web.secret, "token")
	require.Error(t, h.step("arn:aws:secretsmanager:eu-central-1:123456789012:secret:"+web.secret+"-aB3dE6", "createSecret"), "the memory knows names alone")
}

// A day after the change the one before may still be held for so long: hold, and the hour that a pending version may take.
func TestTheDelayOnItsBound(t *testing.T) {
	for wait, allowed := range map[time.Duration]bool{hold + time.Hour - time.Second: false, hold + time.Hour: true} {
		h := newTried(t)
		require.NoError(t, h.all(web.secret))
		h.now = h.now.Add(wait)
		h.secrets.Rotate(web.secret, "second")
		err := h.Handle(context.Background(), rotator.Event{Step: "createSecret", SecretID: web.secret, ClientRequestToken: "second"})
		if allowed {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, "may be held for another 1s")
		}
	}
}

func TestAPendingVersionThatIsTooOldIsGivenUp(t *testing.T) {
	h := newTried(t)
	h.users.fail["through"] = rotator.ErrRefused
	require.Error(t, h.all(web.secret))
	h.now = h.now.Add(time.Hour)
	require.ErrorContains(t, h.step(web.secret, "testSecret"), "credential is refused", "an hour is not too old")
	h.now = h.now.Add(time.Second)
	require.ErrorContains(t, h.step(web.secret, "testSecret"), "given up, the next rotation begins anew")
	h.unharmed(t, errors.New("given up"))
}

// Turned on without rotating at once, Secrets Manager asks for a test alone.
func TestAConfigurationIsTestedBeforeThereAreUsers(t *testing.T) {
	h := newTried(t)
	h.users.passwords = nil
	h.secrets.Rotate(web.secret, "token")
	require.NoError(t, h.step(web.secret, "testSecret"))
	require.NoError(t, h.Secrets.Put(context.Background(), web.secret, "token", parsed(t, h.secrets.Text(web.secret, rotator.StageCurrent)), rotator.StagePending))
	require.NoError(t, h.step(web.secret, "testSecret"))
	require.ErrorContains(t, h.step(web.secret, "finishSecret"), "refused", "nothing is finished without proof")
}

func parsed(t *testing.T, text string) rotator.Document {
	t.Helper()
	value, err := rotator.Parse(text)
	require.NoError(t, err)
	return value
}

func TestTwoWhoWriteAtOnceDoNotUndoEachOther(t *testing.T) {
	h := newTried(t)
	h.secrets.Rotate(proxySecret, "token")
	require.NoError(t, h.step(proxySecret, "createSecret"))
	require.NoError(t, h.all(web.secret))
	for _, step := range steps[1:2] {
		require.ErrorContains(t, h.step(proxySecret, step), "the current version has changed since the pending one was made from it")
	}
	assert.Equal(t, parsed(t, h.secrets.Text(web.secret, rotator.StageCurrent))["password"], parsed(t, h.secrets.Text(proxySecret, rotator.StageCurrent))["webClonePassword"])
	assert.True(t, h.secrets.Rotate(proxySecret, "again"), "the secret is not free for another rotation")
}

func TestEvents(t *testing.T) {
	h := newTried(t)
	for _, event := range []rotator.Event{{}, {Step: "createSecret", End: "*"}, {Rotate: "encryption-key", End: "*"}} {
		require.ErrorContains(t, h.Handle(context.Background(), event), "an event has one of Step")
	}
	require.ErrorContains(t, h.Handle(context.Background(), rotator.Event{End: "*", Urgent: true}), "urgent ends one credential, which must be named")
	require.ErrorContains(t, h.Handle(context.Background(), rotator.Event{Rotate: "database/web"}), "only encryption-key is rotated by this event")
}

func TestTheEncryptionKeyIsAppendedTo(t *testing.T) {
	h := newTried(t)
	name := environment.Secret(naming.SecretEncryptionKey)
	h.secrets.Create(name, "v-key", text(map[string]any{"key": "first-" + marked + "\n"}), false)
	rotate := rotator.Event{Rotate: "encryption-key"}
	require.NoError(t, h.Handle(context.Background(), rotate))
	value := parsed(t, h.secrets.Text(name, rotator.StageCurrent))
	keys := strings.Split(value["key"].(string), "\n")
	require.Len(t, keys, 2)
	assert.Equal(t, "first-"+marked, keys[0])
	assert.Regexp(t, `^[0-9A-Za-z]{32}$`, keys[1])
	assert.EqualValues(t, h.now.Add(30*time.Minute).Unix(), value["activeFrom"])

	require.ErrorContains(t, h.Handle(context.Background(), rotate), "another one has to wait")
	h.now = h.now.Add(30 * time.Minute)
	for minutes, allowed := range map[int]bool{11: false, 12: true} {
		rotate.ActiveInMinutes = minutes
		if err := h.Handle(context.Background(), rotate); allowed {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, "activeInMinutes 11: must be 12 at least")
		}
	}
	h.secrets.Create(name, "v-key", text(map[string]any{"key": "first"}), true)
	h.secrets.Rotate(name, "token")
	require.ErrorContains(t, h.step(name, "createSecret"), "rotates when asked, never by a schedule")
	assert.Equal(t, "first", parsed(t, h.secrets.Text(name, rotator.StageCurrent))["key"])
}

func TestAPIKeysKeepTheOneBefore(t *testing.T) {
	h := newTried(t)
	name := environment.Secret("api/erp")
	h.secrets.Create(name, "v-key", text(map[string]any{"key": "first"}), true)
	h.now = h.now.Add(24 * time.Hour)
	require.NoError(t, h.all(name))
	value := parsed(t, h.secrets.Text(name, rotator.StageCurrent))
	assert.Regexp(t, `^[0-9a-f]{40}$`, value["key"])
	assert.Equal(t, "first", value["previousKey"])

	end := rotator.Event{End: "api/erp"}
	require.ErrorContains(t, h.Handle(context.Background(), end), "may be held for another")
	h.now = h.now.Add(hold + time.Hour)
	require.NoError(t, h.Handle(context.Background(), end))
	assert.Equal(t, rotator.Document{"key": value["key"]}, parsed(t, h.secrets.Text(name, rotator.StageCurrent)))
}

// The daily end does what is due, leaves the rest and says what failed.
func TestEndingAllThatIsDue(t *testing.T) {
	h := newTried(t)
	require.NoError(t, h.all(web.secret))
	before := h.users.passwords["magento"]
	require.NoError(t, h.Handle(context.Background(), rotator.Event{End: "*"}))
	assert.Equal(t, before, h.users.passwords["magento"], "it may still be held")

	h.now = h.now.Add(hold + time.Hour)
	h.users.holders = []string{"10.0.0.9"}
	require.ErrorContains(t, h.Handle(context.Background(), rotator.Event{End: "*"}), "ending the previous credential of database/web: magento, which is to rest, is connected from 10.0.0.9")
	h.users.holders = nil
	require.NoError(t, h.Handle(context.Background(), rotator.Event{End: "*"}))
	assert.NotEqual(t, before, h.users.passwords["magento"])
	assert.Equal(t, h.users.passwords["magento"], parsed(t, h.secrets.Text(proxySecret, rotator.StageCurrent))["webPassword"], "the job of the users would set the old one again")

	ended := h.users.passwords["magento"]
	require.NoError(t, h.Handle(context.Background(), rotator.Event{End: "*"}))
	assert.Equal(t, ended, h.users.passwords["magento"], "what has ended ends again")
}

func TestConfiguration(t *testing.T) {
	variables := map[string]string{
		rotator.VariableEnvironment: "staging", rotator.VariableHoldHours: "9", rotator.VariableProxySQLPods: "2",
		rotator.VariableCacheGroup: "cache", rotator.VariableSessionsGroup: "sessions",
		rotator.VariableAPIKeys: `[{"name":"erp","length":40,"alphabet":"ab"}]`,
	}
	config, err := rotator.ReadConfig(func(name string) string { return variables[name] })
	require.NoError(t, err)
	assert.Equal(t, rotator.Config{
		Environment: "staging", Hold: 9 * time.Hour, ProxySQLPods: 2,
		Groups:  map[naming.Secret]string{naming.SecretCache: "cache", naming.SecretSessions: "sessions"},
		APIKeys: map[string]rotator.APIKey{"erp": {Name: "erp", Length: 40, Alphabet: "ab"}},
	}, config)

	_, err = rotator.ReadConfig(func(name string) string {
		return map[string]string{rotator.VariableHoldHours: "0", rotator.VariableAPIKeys: "[{}]"}[name]
	})
	for _, want := range []string{"ENVIRONMENT: required", `HOLD_HOURS "0": must be a number of hours`, `PROXYSQL_PODS "": must be a number of pods`, `the key "" must have a name`} {
		require.ErrorContains(t, err, want)
	}
}

func TestDrawnTexts(t *testing.T) {
	counts := map[rune]int{}
	for _, c := range (rotator.System{}).Text(30_000, "abc") {
		counts[c]++
	}
	require.Len(t, counts, 3, fmt.Sprint(counts))
	for c, count := range counts {
		assert.InDelta(t, 10_000, count, 600, "%c", c) // seven standard deviations
	}
}
