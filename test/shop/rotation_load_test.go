package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/functions/rotation/rotator"
	"github.com/magestack/magestack/functions/rotation/secretstest"
)

// connections is how many clients there are at once.
const connections = 200

// file is a credential as a pod has it mounted: External Secrets and kubelet bring a new one some time after the secret has it.
type file struct {
	mutex sync.Mutex
	held  rotator.Document
}

func (f *file) read() rotator.Document {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.held
}

// follow keeps a file as the secret is, up to a while late.
func (f *file) follow(ctx context.Context, secrets *secretstest.Memory, name string, late time.Duration) {
	for ctx.Err() == nil {
		var value rotator.Document
		if json.Unmarshal([]byte(secrets.Text(name, rotator.StageCurrent)), &value) == nil {
			f.mutex.Lock()
			f.held = value
			f.mutex.Unlock()
		}
		rest(ctx, rand.N(late))
	}
}

// load are clients of a store that come and go. Three of four read their credential at each connection, as a web pod does; the
// others keep theirs for as long as they live, as cron does, and connect anew with it.
type load struct {
	cancel   context.CancelFunc
	clients  sync.WaitGroup
	done     atomic.Int64
	mutex    sync.Mutex
	failures []string
	holding  map[int]string // what the clients have, by their number
}

// session is one connection of a client: it logs in, does some work and leaves.
type session func(ctx context.Context, held rotator.Document) error

// startLoad starts the clients, and waits until each has worked once.
func startLoad(t *testing.T, secrets *secretstest.Memory, name string, late time.Duration, work session) *load {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	l := &load{cancel: cancel, holding: map[int]string{}}
	mounted := &file{}
	var first rotator.Document
	require.NoError(t, json.Unmarshal([]byte(secrets.Text(name, rotator.StageCurrent)), &first))
	mounted.held = first
	l.clients.Go(func() { mounted.follow(ctx, secrets, name, late) })
	for number := range connections {
		l.clients.Go(func() {
			if number%4 != 0 {
				l.web(ctx, number, mounted, work)
			} else {
				l.cron(ctx, number, mounted, work)
			}
		})
	}
	t.Cleanup(l.stop)
	require.Eventually(t, func() bool { return l.done.Load() > connections }, patience, pause, "the clients do not work")
	return l
}

func (l *load) web(ctx context.Context, number int, mounted *file, work session) {
	for ctx.Err() == nil {
		l.once(ctx, number, mounted.read(), work)
	}
}

func (l *load) cron(ctx context.Context, number int, mounted *file, work session) {
	for ctx.Err() == nil {
		held := mounted.read()
		for range 2 {
			l.once(ctx, number, held, work)
		}
	}
}

func (l *load) once(ctx context.Context, number int, held rotator.Document, work session) {
	l.mutex.Lock()
	l.holding[number] = fmt.Sprint(held["username"], held["password"])
	l.mutex.Unlock()
	err := work(ctx, held)
	if ctx.Err() != nil {
		return
	}
	l.done.Add(1)
	if err != nil {
		l.mutex.Lock()
		l.failures = append(l.failures, fmt.Sprintf("%s as %v: %v", time.Now().Format("15:04:05.000"), held["username"], err))
		l.mutex.Unlock()
	}
}

// haveAll tells whether every client has the credential that is current.
func (l *load) haveAll(value rotator.Document) bool {
	want := fmt.Sprint(value["username"], value["password"])
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for _, has := range l.holding {
		if has != want {
			return false
		}
	}
	return true
}

func (l *load) stop() {
	l.cancel()
	l.clients.Wait()
}

// noFailure stops the clients, and wants none to have failed.
func (l *load) noFailure(t *testing.T) {
	t.Helper()
	l.stop()
	require.Empty(t, l.failures, "of %d sessions", l.done.Load())
	t.Logf("%d sessions of %d clients, none failed", l.done.Load(), connections)
}

// rest waits, or until the context ends.
func rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
