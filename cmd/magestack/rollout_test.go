package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/internal/rollout"
	"github.com/magestack/magestack/pkg/aws/provider"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
	"github.com/magestack/magestack/stacks"
)

// silent is a machine on which every stack is there and empty.
type silent struct{ ran []string }

func (s *silent) Run(_ context.Context, command rollout.Command, _ io.Writer) error {
	s.ran = append(s.ran, command.String())
	if at := slices.Index(command.Arguments, "--save-plan"); at >= 0 {
		project := map[string]string{"stacks/networking": "magento-networking", ".": "magento"}[command.Arguments[slices.Index(command.Arguments, "--cwd")+1]]
		text := fmt.Sprintf(`{"resourcePlans":{"urn:pulumi:staging::%s::aws:x/y:Z::it":{"steps":["create"]}}}`, project)
		return os.WriteFile(command.Arguments[at+1], []byte(text), 0o600)
	}
	return nil
}

func (s *silent) Output(_ context.Context, command rollout.Command) ([]byte, error) {
	switch {
	case strings.HasPrefix(command.String(), "pulumi stack ls"):
		return []byte(`[{"name":"staging"},{"name":"production"}]`), nil
	case strings.HasPrefix(command.String(), "aws sts"):
		return []byte(`{"Account":"123456789012"}`), nil
	case strings.HasPrefix(command.String(), "aws ec2 describe-availability-zones"):
		return []byte(`{"AvailabilityZones":[{"ZoneName":"eu-central-1a"},{"ZoneName":"eu-central-1b"},{"ZoneName":"eu-central-1c"}]}`), nil
	case command.String() == "pulumi version":
		return []byte("v" + rollout.MinimumPulumi), nil
	}
	return []byte("{}"), nil
}

// roll runs a command line with an answer typed.
func roll(t *testing.T, programs []plan.Program, answer string, arguments ...string) (result, []string) {
	t.Helper()
	return rollIn(fixture.Repository(t), programs, answer, arguments...)
}

func rollIn(directory string, programs []plan.Program, answer string, arguments ...string) (result, []string) {
	var stdout, stderr bytes.Buffer
	runner := &silent{}
	tool := tool{directory: directory, programs: programs, runner: runner, stdin: strings.NewReader(answer), stdout: &stdout, stderr: &stderr}
	status := tool.run(arguments)
	return result{status, stdout.String(), stderr.String()}, runner.ran
}

// TestTheOrderOfTheRepository holds that what is run follows the real programs: each after what it reads, destroyed
// before it, and compute destroyed before data, whose stores its pods hold connections to.
func TestTheOrderOfTheRepository(t *testing.T) {
	up, _ := roll(t, stacks.Programs(), "", "up", "staging", "--dry-run")
	require.Equal(t, 0, up.status, up.stderr)
	down, _ := roll(t, stacks.Programs(), "", "destroy", "staging", "--dry-run")
	require.Equal(t, 0, down.status, down.stderr)
	var directories []string
	for _, l := range layer.Layers() {
		directories = append(directories, l.Directory)
	}
	assert.Equal(t, directories, folders(up.stdout))
	assert.Equal(t, []string{".", "stacks/cdn", "stacks/compute", "stacks/data", "stacks/networking"}, folders(down.stdout))
	assert.Contains(t, up.stdout, "# side by side: data, compute\n")
	assert.Equal(t, 1, strings.Count(up.stdout, "side by side"))
}

// folders lists the folders of the commands in a text.
func folders(text string) []string {
	var found []string
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); words[0] == "pulumi" {
			found = append(found, words[3])
		}
	}
	return found
}

func TestUpAsksForTheName(t *testing.T) {
	got, ran := roll(t, smallPrograms(), "staging\nstaging\n", "up", "staging")
	assert.Equal(t, 0, got.status, got.stderr)
	assert.Contains(t, got.stdout, "This changes staging in account 123456789012, eu-central-1, as shown above: networking.\nType staging to go on: ")
	require.Len(t, ran, 4)
	assert.Contains(t, ran[0], "pulumi preview --cwd stacks/networking --stack staging ")
	assert.Equal(t, "pulumi up --cwd stacks/networking --stack staging --yes --non-interactive --skip-preview", ran[1])
	assert.Contains(t, ran[2], "pulumi preview --cwd . --stack staging ")
	assert.Equal(t, "pulumi up --cwd . --stack staging --yes --non-interactive --skip-preview", ran[3])

	for _, answer := range []string{"", "yes\n", "production\n"} {
		got, ran = roll(t, smallPrograms(), answer, "up", "staging")
		assert.Equal(t, 1, got.status)
		assert.Equal(t, "not confirmed: the answer must be staging\nupdated: nothing; not started: networking, root\ncontinue with: magestack up staging\n", got.stderr)
		assert.Len(t, ran, 1, "it was shown, and no more")
	}
	_, ran = roll(t, smallPrograms(), "", "up", "staging", "--yes", "--layer", "root")
	assert.Len(t, ran, 1)
}

func TestProductionTakesPlansAlone(t *testing.T) {
	got, ran := roll(t, smallPrograms(), "production\n", "up", "production", "--yes")
	got.refused(t, "cannot update production without reviewed plans: these settings protect it: magento-networking:protectNetwork, magento-data:protectData, magento-compute:protectCluster, magento-cdn:protectEdge. "+
		"Save plans with --save-plans FOLDER, have them reviewed, and apply them with --plans FOLDER")
	assert.Empty(t, ran)
	directory := fixture.Repository(t)
	got, _ = rollIn(directory, smallPrograms(), "", "up", "production", "--save-plans", "plans", "--dry-run", "--layer", "networking")
	assert.Equal(t, 0, got.status, got.stderr)
	assert.Contains(t, got.stdout, "--save-plan "+filepath.Join(directory, "plans", "networking.json")+"\n", "Pulumi changes to the layer's folder first")
	got, _ = rollIn(directory, smallPrograms(), "", "up", "production", "--plans", "no-such-folder", "--dry-run")
	got.refused(t, "--plans "+filepath.Join(directory, "no-such-folder")+": no such folder; save plans with --save-plans")

	got, ran = roll(t, smallPrograms(), "production\n", "destroy", "production", "--yes")
	assert.Equal(t, 1, got.status)
	assert.Contains(t, got.stderr, "cannot destroy production: these settings protect it: magento-networking:protectNetwork, magento-data:protectData, magento-compute:protectCluster, magento-cdn:protectEdge.")
	assert.Empty(t, ran)
}

// TestUpChecksFirst: settings, programs and controls, each before anything is run.
func TestUpChecksFirst(t *testing.T) {
	got, ran := roll(t, smallPrograms(), "", "up", "moon", "--yes")
	assert.Contains(t, got.stderr, `unknown environment "moon"`)
	assert.Empty(t, ran)

	programs := smallPrograms()
	programs[1].Run = func(*pulumi.Context, settings.Config) error { return errors.New("out of cheese") }
	got, ran = roll(t, programs, "", "up", "staging", "--yes")
	got.refused(t, "planning magento/staging: out of cheese")
	assert.Empty(t, ran)

	programs = smallPrograms()
	programs[1].Run = func(ctx *pulumi.Context, config settings.Config) error {
		set, err := settings.LoadRoot(config)
		if err != nil {
			return err
		}
		aws, err := provider.NewAWS(ctx, "aws", "root", set.Account())
		if err != nil {
			return err
		}
		_, err = kms.NewKey(ctx, "key", &kms.KeyArgs{Description: pulumi.String("never rotated")}, pulumi.Provider(aws))
		return err
	}
	got, ran = roll(t, programs, "", "up", "staging", "--yes")
	assert.Equal(t, 1, got.status)
	assert.Regexp(t, `(?m)^keys-rotate: urn:pulumi:staging::magento::aws:kms/key:Key::key: `, got.stderr)
	assert.Empty(t, ran)
}

func TestDestroyOfWhatIsDown(t *testing.T) {
	got, ran := roll(t, smallPrograms(), "staging\n", "destroy", "staging")
	assert.Equal(t, 0, got.status, got.stderr)
	assert.Empty(t, ran)
	assert.Contains(t, got.stdout, "  networking is down already\n")
}

func TestPauseEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	assert.NoError(t, pause(ctx, 0))
	cancel(errInterrupted)
	assert.ErrorIs(t, pause(ctx, time.Hour), errInterrupted)
}
