package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/magestack/magestack/internal/rollout"
	"github.com/magestack/magestack/pkg/settings"
)

// rollout prepares to change an environment whose plan has passed every check.
func (t tool) rollout(environment string) (rollout.Rollout, error) {
	config, plan, err := t.check(environment)
	if err != nil {
		return rollout.Rollout{}, err
	}
	r, err := t.rolloutOf(environment, config)
	r.Plan = plan
	return r, err
}

func (t tool) rolloutOf(environment string, config settings.Config) (rollout.Rollout, error) {
	root, err := findRoot(t.directory)
	if err != nil {
		return rollout.Rollout{}, err
	}
	runner := t.runner
	if runner == nil {
		runner = rollout.Processes{Directory: root}
	}
	return rollout.Rollout{
		Environment: environment,
		Config:      config,
		Programs:    t.programsOf(config),
		Runner:      runner,
		Stdout:      t.stdout,
		Confirm:     t.confirm,
		Pause:       pause,
		Colors:      wantsColors(terminalWidth(t.stdout)),
	}, nil
}

// confirm asks on stdout and wants the answer typed.
func (t tool) confirm(question, wanted string) error {
	fmt.Fprintf(t.stdout, "%s\nType %s to go on: ", question, wanted)
	answer, err := t.answers.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if strings.TrimSpace(answer) != wanted {
		return fmt.Errorf("not confirmed: the answer must be %s", wanted)
	}
	return nil
}

// pause waits, or ends with what ended the context.
func pause(ctx context.Context, duration time.Duration) error {
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// errInterrupted is the cause of a context that an interrupt ended.
var errInterrupted = errors.New("interrupted")

// untilTold gives a context that ends at the first interrupt or termination. The tool itself goes on until what it runs
// has ended: Pulumi lets the operations that it has begun come to their end.
func untilTold() (ctx context.Context, stop func()) {
	ctx, end := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		if told, more := <-signals; more && told == os.Interrupt {
			end(errInterrupted)
		} else if more {
			end(rollout.ErrTerminated)
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		end(nil)
	}
}
