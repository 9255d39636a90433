package rollout

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// Command is a program and its arguments, to be run at the root of the repository.
type Command struct {
	Name      string
	Arguments []string
}

// String is the command as one would type it.
func (c Command) String() string { return c.Name + " " + strings.Join(c.Arguments, " ") }

// Runner runs commands.
type Runner interface {
	// Run runs a command, passing on what it prints, and does not end before it.
	Run(ctx context.Context, command Command, output io.Writer) error

	// Output runs a command and gives what it printed on stdout.
	Output(ctx context.Context, command Command) ([]byte, error)
}

// errMissing is said of a program that is not on the PATH.
var errMissing = errors.New("not found on the PATH")

// ErrTerminated is the cause of a context that ends because this process alone was told to: what it runs has to be told,
// too. An interrupt from the terminal reaches all of them by itself, and twice would make Pulumi give up what it is doing.
var ErrTerminated = errors.New("terminated")

// Processes runs commands as processes in a folder.
type Processes struct{ Directory string }

// Run waits for the command however the context ends: Pulumi that is killed leaves a stack locked, and resources that
// it has made and not yet written down.
func (p Processes) Run(ctx context.Context, command Command, output io.Writer) error {
	process := p.process(command)
	process.Stdout, process.Stderr = output, output
	if err := process.Start(); err != nil {
		return started(err)
	}
	done := make(chan struct{})
	go func() {
		select {
		case <-ctx.Done():
			if errors.Is(context.Cause(ctx), ErrTerminated) {
				// It may have ended meanwhile, which is as well.
				_ = process.Process.Signal(syscall.SIGINT)
			}
		case <-done:
		}
	}()
	err := process.Wait()
	close(done)
	return err
}

// Output gives what the command printed on stdout, or an error with what it printed on stderr.
func (p Processes) Output(ctx context.Context, command Command) ([]byte, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	output, err := p.process(command).Output()
	if err == nil {
		return output, nil
	}
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return nil, fmt.Errorf("%s: %w: %s", command, err, strings.TrimSpace(string(failed.Stderr)))
	}
	return nil, fmt.Errorf("%s: %w", command, started(err))
}

func (p Processes) process(command Command) *exec.Cmd {
	process := exec.Command(command.Name, command.Arguments...)
	process.Dir = p.Directory
	// No pager waits for a key, and no message about a newer version gets between the lines.
	process.Env = append(os.Environ(), "AWS_PAGER=", "PULUMI_SKIP_UPDATE_CHECK=true")
	return process
}

func started(err error) error {
	if errors.Is(err, exec.ErrNotFound) {
		return errMissing
	}
	return err
}
