package rollout

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/magestack/magestack/internal/plan"
)

// MinimumPulumi is the oldest CLI that the programs were tested with: the release of the SDK in go.mod, held by a test.
const MinimumPulumi = "3.250.0"

// pulumi is a command on the environment's stack of a layer, in the form that the documents have.
func (r Rollout) pulumi(l plan.Program, verb string, arguments ...string) Command {
	verbs := strings.Fields(verb)
	return Command{"pulumi", append(append(verbs, "--cwd", l.Directory, "--stack", r.Environment), arguments...)}
}

// unattended are the arguments of an operation that asks no questions.
func (r Rollout) unattended() []string {
	arguments := []string{"--yes", "--non-interactive"}
	if r.Colors {
		arguments = append(arguments, "--color", "always")
	}
	return arguments
}

// checkVersion refuses a CLI that is not there or too old.
func (r Rollout) checkVersion(ctx context.Context) error {
	output, err := r.Runner.Output(ctx, Command{"pulumi", []string{"version"}})
	if errors.Is(err, errMissing) {
		return fmt.Errorf("pulumi: %w; install the CLI, %s or newer: https://www.pulumi.com/docs/install/", errMissing, MinimumPulumi)
	}
	if err != nil {
		return err
	}
	version := strings.TrimSpace(string(output))
	if version == "" {
		return nil // built from source, which has no version
	}
	version = "v" + strings.TrimPrefix(version, "v")
	if !semver.IsValid(version) || semver.Compare(version, "v"+MinimumPulumi) < 0 {
		return fmt.Errorf("pulumi: version %s: must be %s or newer: https://www.pulumi.com/docs/install/", version, MinimumPulumi)
	}
	return nil
}

// checkIdentity refuses credentials of another account than the settings name. The providers of the programs refuse
// them, too, but only once something runs; and an empty answer from a wrong account would read as "nothing is left".
func (r Rollout) checkIdentity(ctx context.Context) error {
	where, err := r.account()
	if err != nil {
		return err
	}
	output, err := r.Runner.Output(ctx, Command{"aws", []string{"sts", "get-caller-identity", "--region", where.Region, "--output", "json"}})
	if errors.Is(err, errMissing) {
		return fmt.Errorf("aws: %w; install the AWS CLI: the cluster's kubeconfig needs it, too", errMissing)
	}
	if err != nil {
		return err
	}
	var identity struct{ Account, Arn string }
	if err := json.Unmarshal(output, &identity); err != nil {
		return fmt.Errorf("reading whose the AWS credentials are: %w", err)
	}
	if identity.Account != where.ID {
		return fmt.Errorf("aws: the credentials are those of %s, but %s is in account %s: choose others, such as with AWS_PROFILE", identity.Arn, r.Environment, where.ID)
	}
	return nil
}

// hasStack asks the backend whether a layer has a stack of the environment.
func (r Rollout) hasStack(ctx context.Context, l plan.Program) (bool, error) {
	output, err := r.Runner.Output(ctx, Command{"pulumi", []string{"stack", "ls", "--cwd", l.Directory, "--json"}})
	if err != nil {
		return false, err
	}
	var stacks []struct{ Name string }
	if err := json.Unmarshal(output, &stacks); err != nil {
		return false, fmt.Errorf("reading the list of stacks of %s: %w", l.Project, err)
	}
	return slices.ContainsFunc(stacks, func(s struct{ Name string }) bool { return r.stackIs(s.Name) }), nil
}
