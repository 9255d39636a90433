package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

const (
	// podUser is as whom the pods' containers run, where this may be chosen (gitops, runAsUser).
	podUser = 10001

	patience = 2 * time.Minute       // for a program to answer
	pause    = 50 * time.Millisecond // between two questions whether it does
	farewell = 15 * time.Second      // for a program to end by itself
)

// program is the path of a program, which a pattern may name.
func program(name string) (string, error) {
	for _, folder := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/usr/lib/rabbitmq/bin") {
		found, err := filepath.Glob(filepath.Join(folder, name))
		if err != nil {
			return "", err
		}
		if len(found) > 0 {
			return found[0], nil
		}
	}
	return "", fmt.Errorf("%s is not installed; on Debian: apt-get install %s", name, packages)
}

// process is a program that runs until it is stopped.
type process struct {
	launch
	log     string
	command *exec.Cmd
	ended   chan struct{}
	err     error // once ended is closed
	once    sync.Once
}

// launch says how a program is started.
type launch struct {
	name        string
	what        string // it is, for those who look at it
	path        string
	arguments   []string
	environment []string
	folder      string // where it has its log
	directory   string // where it runs; the folder, where it does not say so
	network     string // tcp, where it does not say unix
	address     string // listens here when it is ready; empty for one that listens nowhere
}

// command is the program with its log, as the pods' user and in a group of its own, so that what it starts ends with it.
func (l launch) command() (*exec.Cmd, *os.File, error) {
	file := filepath.Join(l.folder, l.name+".log")
	log, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("log of %s: %w", l.name, err)
	}
	command := exec.Command(l.path, l.arguments...) // it ends by stop, in order
	command.Env, command.Dir, command.Stdout, command.Stderr = l.environment, cmp.Or(l.directory, l.folder), log, log
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	endWithParent(command.SysProcAttr)
	if os.Geteuid() == 0 {
		command.SysProcAttr.Credential = &syscall.Credential{Uid: podUser, Gid: podUser, NoSetGroups: true}
		if err := log.Chown(podUser, podUser); err != nil {
			return nil, nil, errors.Join(err, log.Close())
		}
	}
	return command, log, nil
}

// start starts a program, and waits until it listens.
func (l launch) start(ctx context.Context) (*process, error) {
	command, log, err := l.command()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting %s: %w", l.name, err), log.Close())
	}
	p := &process{launch: l, log: log.Name(), command: command, ended: make(chan struct{})}
	go func() { p.err = errors.Join(command.Wait(), log.Close()); close(p.ended) }()
	if l.address == "" {
		return p, nil
	}
	err = wait(ctx, l.name+" listens at "+l.address, func(context.Context) error {
		if !p.running() {
			return final{fmt.Errorf("%s has ended: %w", l.name, p.err)}
		}
		connection, err := net.DialTimeout(cmp.Or(l.network, "tcp"), l.address, time.Second)
		if err != nil {
			return err
		}
		return connection.Close()
	})
	if err != nil {
		p.stop()
		return nil, fmt.Errorf("%w\n%s", err, tail(p.log))
	}
	return p, nil
}

// run runs a program to its end, and gives what it wrote.
func (l launch) run(ctx context.Context) (string, error) {
	command, log, err := l.command()
	if err != nil {
		return "", err
	}
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	err = command.Start()
	if err == nil {
		stop := context.AfterFunc(ctx, func() { _ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) })
		err = command.Wait()
		stop()
	}
	_, logged := log.Write(output.Bytes())
	if err = errors.Join(err, logged, log.Close()); err != nil {
		return output.String(), fmt.Errorf("%s: %w\n%s", l.name, err, output.String())
	}
	return output.String(), nil
}

// running says whether a program has not ended.
func (p *process) running() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// stop ends a program and what it has started.
func (p *process) stop() {
	p.once.Do(func() {
		_ = p.command.Process.Signal(syscall.SIGTERM) // it may have ended
		select {
		case <-p.ended:
		case <-time.After(farewell):
		}
		_ = syscall.Kill(-p.command.Process.Pid, syscall.SIGKILL) // the rest of the group
		<-p.ended
	})
}

// final is an error that waiting does not change.
type final struct{ error }

func (f final) Unwrap() error { return f.error }

// wait asks until a condition holds.
func wait(ctx context.Context, what string, holds func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	again := time.NewTicker(pause)
	defer again.Stop()
	for {
		err := holds(ctx)
		if err == nil || errors.As(err, &final{}) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting until %s: %w", what, err)
		case <-again.C:
		}
	}
}

// tail is the end of a log.
func tail(file string) string {
	const most = 4 << 10
	text, _ := os.ReadFile(file) // it helps, and is not what failed
	return string(text[max(0, len(text)-most):])
}

// freePorts asks the kernel for ports of this machine. They are free when it answers, and are used soon.
func freePorts(count int) ([]string, error) {
	var ports []string
	for range count {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("looking for a free port: %w", err)
		}
		defer listener.Close()
		_, port, err := net.SplitHostPort(listener.Addr().String())
		if err != nil {
			return nil, fmt.Errorf("looking for a free port: %w", err)
		}
		ports = append(ports, port)
	}
	return ports, nil
}
