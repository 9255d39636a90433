package rollout

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"syscall"

	"github.com/magestack/magestack/internal/plan"
)

// diagnosis keeps of what a command printed the part that says why it failed, to say it once more where it is looked for.
type diagnosis struct {
	within bool     // the section of diagnostics
	group  []string // of one resource
	causes []string
	bare   []string // what a command says that fails before anything begins
	locked bool
}

// maxCauses is how many lines are repeated. The first resource that failed is nearly always the reason for the others.
const maxCauses = 40

// lockMessages is how a backend says that another update has the stack: a bucket or folder (pulumi/pkg,
// backend/diy/lock.go), and Pulumi Cloud.
var lockMessages = []string{"the stack is currently locked by", "Another update is currently in progress"}

func (d *diagnosis) line(line string) {
	plain := strings.TrimRight(colors.ReplaceAllString(line, ""), " \r\n")
	for _, text := range lockMessages {
		d.locked = d.locked || strings.Contains(plain, text)
	}
	switch {
	case sections[plain] || strings.HasPrefix(plain, "Duration:"):
		d.endGroup()
		d.within = plain == "Diagnostics:"
	case !d.within:
		if strings.HasPrefix(plain, "error:") || len(d.bare) > 0 && plain != "" {
			d.bare = append(d.bare, plain)
		}
	case strings.HasPrefix(plain, "  ") && !strings.HasPrefix(plain, "   "):
		d.endGroup()
		d.group = []string{strings.TrimPrefix(plain, "  ")}
	case plain != "" && len(d.group) > 0:
		d.group = append(d.group, strings.TrimPrefix(plain, "  "))
	}
}

// endGroup keeps what was said of a resource if it is an error, and more than that something failed.
func (d *diagnosis) endGroup() {
	isCause := func(line string) bool {
		text := strings.TrimSpace(line)
		return strings.HasPrefix(text, "error:") && text != "error: update failed" && text != "error: preview failed"
	}
	if slices.ContainsFunc(d.group, isCause) {
		d.causes = append(d.causes, d.group...)
	}
	d.group = nil
}

// lines are the causes.
func (d *diagnosis) lines() []string {
	d.endGroup()
	causes := d.causes
	if len(causes) == 0 {
		causes = d.bare
	}
	if len(causes) > maxCauses {
		causes = append(slices.Clone(causes[:maxCauses]), fmt.Sprintf("… and %d lines more, above", len(d.causes)-maxCauses))
	}
	return causes
}

// runError is what became of a command of Pulumi that did not end well.
type runError struct {
	ended   string // failed, was interrupted, was cut off, found the stack locked
	err     error
	details []string
}

func (e *runError) Error() string {
	return strings.Join(append([]string{e.err.Error()}, e.details...), "\n")
}

func (e *runError) Unwrap() error { return e.err }

// endedOf is how the work on a layer ended, for a sentence that begins with its name.
func endedOf(err error) string {
	if e, ok := errors.AsType[*runError](err); ok {
		return e.ended
	}
	return "failed"
}

// explain says how a command ended, why, and what it left: a lock, and operations whose outcome is unknown.
func (r Rollout) explain(ctx context.Context, l plan.Program, command Command, err error, d *diagnosis) error {
	e := &runError{ended: "failed", err: err, details: d.lines()}
	unlock := r.pulumi(l, "cancel", "--yes").String()
	switch {
	case killed(err):
		e.ended = "was cut off"
		e.details = append(e.details, "its stack is still locked. When no pulumi works on it any more: "+unlock)
	case d.locked:
		e.ended = "found its stack locked"
		e.details = append(e.details, "another update is at work, or one was cut off. When no pulumi works on it any more: "+unlock)
	case ctx.Err() != nil:
		e.ended = "was interrupted"
	}
	if command.Arguments[0] == "preview" {
		return e
	}
	s, readErr := r.stateOf(context.WithoutCancel(ctx), l)
	if readErr == nil {
		readErr = r.checkPending(l, s)
	}
	if readErr != nil {
		e.details = append(e.details, readErr.Error())
	}
	return e
}

// killed reports whether a process was ended by a signal that it could not answer.
func killed(err error) bool {
	failed, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		return false
	}
	status, ok := failed.Sys().(syscall.WaitStatus)
	return ok && status.Signaled()
}
