package rollout

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// failedUpdate is what the CLI prints of an update in which two resources failed.
const failedUpdate = "\x1b[95;1mUpdating (staging):\x1b[0m\n" +
	" \x1b[32m+\x1b[0m  aws:kms:Key data-database-key creating (0s) error: no such luck\n" +
	"Diagnostics:\n" +
	"  pulumi:pulumi:Stack (magento-data-staging):\n" +
	"    error: update failed\n\n" +
	"  aws:kms:Alias (data-alias):\n" +
	"    warning: something is old\n\n" +
	"  \x1b[1maws:kms:Key (data-database-key):\x1b[0m\n" +
	"    \x1b[31merror:\x1b[0m no such luck:\n      LimitExceeded\n\n" +
	"Resources:\n    + 3 created\n\nDuration: 7s\n"

// TestTheCauseIsSaidAtTheEnd, once more and alone, after what all layers printed.
func TestTheCauseIsSaidAtTheEnd(t *testing.T) {
	f := newFake()
	f.fails["up stacks/data"] = errors.New("exit status 255")
	f.during = func(_, folder string, output io.Writer) {
		if folder == "stacks/data" {
			fmt.Fprint(output, failedUpdate)
		}
	}
	r, _ := f.of(t, nil)
	assert.EqualError(t, r.Up(context.Background(), UpOptions{Yes: true}), "data failed: exit status 255\n"+
		"aws:kms:Key (data-database-key):\n  error: no such luck:\n    LimitExceeded\n"+
		"updated: networking, compute; not started: cdn, root\nwhat was made is kept. Remove the cause, then continue with: magestack up staging")
}

func TestManyCausesAreCut(t *testing.T) {
	var d diagnosis
	d.line("Diagnostics:\n")
	for i := range maxCauses {
		d.line(fmt.Sprintf("  aws:x:Y (number-%d):\n", i))
		d.line("    error: no\n")
	}
	lines := d.lines()
	assert.Len(t, lines, maxCauses+1)
	assert.Equal(t, fmt.Sprintf("… and %d lines more, above", maxCauses), lines[maxCauses])
}

// TestInterruptedIsNotFailed tells apart how an update ended, and says what each needs.
func TestInterruptedIsNotFailed(t *testing.T) {
	const cancel = "When no pulumi works on it any more: pulumi cancel --cwd stacks/networking --stack staging --yes"
	signalled := Processes{Directory: t.TempDir()}.Run(context.Background(), Command{"sh", []string{"-c", "kill -9 $$"}}, io.Discard)
	require.EqualError(t, signalled, "signal: killed")
	for _, c := range []struct {
		name      string
		err       error
		says      string
		interrupt bool
		want      string
	}{
		{"failed", errors.New("exit status 255"), "", false, "networking failed: exit status 255\n"},
		{"interrupted", errors.New("exit status 255"), "", true, "networking was interrupted: exit status 255\n"},
		{"killed", signalled, "", false, "networking was cut off: signal: killed\nits stack is still locked. " + cancel + "\n"},
		{
			"locked in a bucket", errors.New("exit status 255"), "error: the stack is currently locked by 1 lock(s). Either wait\n  s3://x: created by me\n", false,
			"networking found its stack locked: exit status 255\nerror: the stack is currently locked by 1 lock(s). Either wait\n  s3://x: created by me\n" +
				"another update is at work, or one was cut off. " + cancel + "\n",
		},
		{
			"locked in Pulumi Cloud", errors.New("exit status 255"), "error: [409] Conflict: Another update is currently in progress.\n", false,
			"networking found its stack locked: exit status 255\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake()
			ctx, stop := context.WithCancelCause(context.Background())
			defer stop(nil)
			f.fails["up stacks/networking"] = c.err
			f.during = func(_, _ string, output io.Writer) {
				fmt.Fprint(output, c.says)
				if c.interrupt {
					stop(errors.New("interrupted"))
				}
			}
			r, _ := f.of(t, nil)
			err := r.Up(ctx, UpOptions{Yes: true})
			require.Error(t, err)
			assert.True(t, strings.HasPrefix(err.Error(), c.want), err.Error())
		})
	}
}

// unsettledKey is what a killed update left of a key.
func unsettledKey(kind string) map[string]any {
	return map[string]any{"type": kind, "resource": resource("aws:kms/key:Key", "data-database-key", "")}
}

// TestPendingOperationsAreNeverUp: neither before an update, nor after one that says that it went well, nor after one that failed.
func TestPendingOperationsAreNeverUp(t *testing.T) {
	const listed = "data: its state has pending operations (1) of an update that was cut off; each may have happened in AWS or not\n" +
		"data: creating \"data-database-key\" of type aws:kms/key:Key, urn:pulumi:staging::project::aws:kms/key:Key::data-database-key\n" +
		"data: list what AWS has: aws resourcegroupstaggingapi get-resources --tag-filters Key=environment,Values=staging Key=layer,Values=data --region eu-central-1 --query ResourceTagMappingList[].ResourceARN\n" +
		"data: import each that was created: pulumi refresh --cwd stacks/data --stack staging --yes --import-pending-creates URN --import-pending-creates ID\n" +
		"data: then clear the others: pulumi refresh --cwd stacks/data --stack staging --yes --clear-pending-creates"
	for _, options := range []UpOptions{{Yes: true}, {SavePlans: t.TempDir()}} {
		f := newFake()
		f.pending["stacks/data staging"] = []map[string]any{unsettledKey("creating")}
		r, _ := f.of(t, nil)
		assert.EqualError(t, r.Up(context.Background(), options), listed)
		assert.EqualError(t, r.Destroy(context.Background(), DestroyOptions{Yes: true}), listed)
		assert.Empty(t, f.ran)
	}

	for _, fails := range []error{nil, errors.New("exit status 255")} {
		f := newFake()
		f.fails["up stacks/data"] = fails
		f.during = func(_, folder string, _ io.Writer) {
			if folder == "stacks/data" {
				f.mutex.Lock()
				defer f.mutex.Unlock()
				f.pending["stacks/data staging"] = []map[string]any{unsettledKey("creating")}
			}
		}
		r, output := f.of(t, nil)
		err := r.Up(context.Background(), UpOptions{Yes: true})
		assert.ErrorContains(t, err, listed)
		assert.ErrorContains(t, err, "updated: networking, compute; not started: cdn, root")
		assert.NotContains(t, output.String(), "staging is up")
	}

	f := newFake()
	f.pending["stacks/data staging"] = []map[string]any{unsettledKey("updating")}
	r, _ := f.of(t, nil)
	assert.ErrorContains(t, r.Up(context.Background(), UpOptions{Yes: true}), "data: then clear them: pulumi refresh --cwd stacks/data --stack staging --yes")
}

// TestNoViolationTellsAValue has the engine's own message, in a row of the progress and among the diagnostics, with
// values over several lines, coloured and in pieces.
func TestNoViolationTellsAValue(t *testing.T) {
	const message = "\x1b[31merror:\x1b[0m resource urn:pulumi:staging::magento-data::aws:rds/cluster:Cluster::database-cluster violates plan: " +
		"properties changed: ++masterPassword[{&{{hunter2}}}!={&{{hunter3}}}], ~~text[{a: hunter4\n    b: hunter5\n\thunter6\nhunter7}]\n"
	var text bytes.Buffer
	w := (&prefixes{into: &text}).writer("data | ")
	for chunk := range strings.SplitSeq(" +  aws:rds:Cluster database-cluster "+message+"\nDiagnostics:\n  aws:rds:Cluster (database-cluster):\n    "+message+"\nResources:\n    + 1 created\n", "hunter3") {
		_, err := io.WriteString(w, chunk)
		require.NoError(t, err)
	}
	require.NoError(t, w.flush())
	assert.NotContains(t, text.String(), "hunter")
	assert.Equal(t, 2, strings.Count(text.String(), "database-cluster violates plan: properties changed: first of them masterPassword; the values are left out, since they may be secret\n"))
	assert.Contains(t, text.String(), "data | Resources:\ndata |     + 1 created\n", "what follows is printed again")
	assert.NotContains(t, strings.Join(w.diagnosis.lines(), "\n"), "hunter")
	assert.Contains(t, strings.Join(w.diagnosis.lines(), "\n"), "violates plan")
}
