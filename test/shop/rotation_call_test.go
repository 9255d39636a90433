package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/stretchr/testify/require"

	rotationaws "github.com/magestack/magestack/functions/rotation/aws"
	"github.com/magestack/magestack/functions/rotation/rotator"
	"github.com/magestack/magestack/functions/rotation/store"
	"github.com/magestack/magestack/pkg/naming"
)

// callVariable makes this test's own program the function for one call, as the runtime starts it: a process that may be killed.
const callVariable = "ROTATION_CALL"

// timeOfCall is what a call has at most, of the fifteen minutes that Lambda gives. A broker may tell late who has gone.
const timeOfCall = 10 * time.Minute

// call is what such a process is told.
type call struct {
	Event       rotator.Event
	Region      string // address of Secrets Manager
	ElastiCache string // address of ElastiCache
	Authority   string // file of who signs the stores' certificates
	Console     int    // port of RabbitMQ's
	ProxySQL    int    // port of ProxySQL's clients
	Pods        int
	Later       time.Duration // than the machine's clock
	KillAfter   int           // effects; zero for never
}

// called does a call and tells whether this process is one.
func called() bool {
	text := os.Getenv(callVariable)
	if text == "" {
		return false
	}
	var c call
	err := json.Unmarshal([]byte(text), &c)
	if err == nil {
		err = c.handle()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return true
}

// handle connects the function to the stores of this machine, otherwise as functions/rotation does.
func (c call) handle() error {
	pem, err := os.ReadFile(c.Authority)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	secure := &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: secure, DisableKeepAlives: true}}
	account := aws.Config{Region: "eu-central-1", Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
	clock := laterClock(c.Later)
	effects := 0
	function := &rotator.Function{
		Config: rotator.Config{
			Environment: environment, Hold: holdHours * time.Hour, ProxySQLPods: c.Pods,
			Groups: map[naming.Secret]string{naming.SecretCache: "cache"},
		},
		Secrets: rotationaws.Secrets{Client: secretsmanager.NewFromConfig(account, func(o *secretsmanager.Options) { o.BaseEndpoint = &c.Region })},
		Clock:   clock,
		Random:  rotator.System{},
		Stores: rotator.Stores{
			Database: store.MySQL{Authorities: roots, ProxyPort: c.ProxySQL},
			Cache: rotationaws.Cache{
				Logins: store.Valkey{Secure: secure}, Clock: clock,
				Client: elasticache.NewFromConfig(account, func(o *elasticache.Options) { o.BaseEndpoint = &c.ElastiCache }),
			},
			Search: store.NewOpenSearch(client),
			Queue:  store.NewRabbitMQ(client, secure, c.Console),
		},
		Mark: func(effect string) {
			effects++
			fmt.Println(effect)
			if effects == c.KillAfter {
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			}
		},
	}
	ctx, cancel := context.WithDeadline(context.Background(), clock.Now().Add(timeOfCall))
	defer cancel()
	return function.Handle(ctx, c.Event)
}

// holdHours is how long a process may keep a credential (docs/operations.md).
const holdHours = 9

// laterClock is as much later than the machine's as it says. Waiting takes a hundredth of the time.
type laterClock time.Duration

func (c laterClock) Now() time.Time { return time.Now().Add(time.Duration(c)) }

func (laterClock) Sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d / 100):
		return nil
	}
}

// do runs a call in a process of its own. It tells the effects that it had, and whether it was killed.
func (c call) do(t *testing.T) (effects []string, killed bool, err error) {
	t.Helper()
	text, err := json.Marshal(c)
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), callVariable+"="+string(text))
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err = command.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		status, _ := exit.Sys().(syscall.WaitStatus)
		killed = status.Signaled()
		err = errors.New(strings.TrimSpace(stderr.String()))
	}
	return strings.Fields(stdout.String()), killed, err
}
