// Package rollout brings the layers of an environment up and takes them down, with the Pulumi CLI: in the order that the
// programs' reads give, up with what does not read each other side by side, down one at a time, and down only past what
// no state knows of (docs/decisions/0027-the-tool-drives-the-pulumi-cli.md).
package rollout

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
)

// Rollout is one environment and the means to change it.
type Rollout struct {
	Environment string
	Config      settings.Config
	Programs    []plan.Program
	Plan        *plan.Environment // of the programs on the embedded cloud; nil where only what is there counts
	Runner      Runner
	Stdout      io.Writer

	// Confirm asks a question, and gives nothing when the answer is the wanted one.
	Confirm func(question, wanted string) error

	// Pause waits between two looks at what AWS is slow to remove. A context that is done ends it with its error.
	Pause func(context.Context, time.Duration) error

	// Colors has Pulumi colour what it prints.
	Colors bool
}

// stages are the layers in the order in which they are brought up; those of a stage side by side.
func (r Rollout) stages() ([][]plan.Program, error) { return plan.Stages(r.Programs) }

// only keeps the layers that are named, or all if none is.
func only(stages [][]plan.Program, names []string) ([][]plan.Program, error) {
	if len(names) == 0 {
		return stages, nil
	}
	all := namesOf(slices.Concat(stages...))
	var problems []error
	for _, name := range names {
		if !slices.Contains(all, name) {
			problems = append(problems, fmt.Errorf("unknown layer %q; allowed are: %s", name, strings.Join(all, ", ")))
		}
	}
	var kept [][]plan.Program
	for _, stage := range stages {
		stage = slices.DeleteFunc(slices.Clone(stage), func(l plan.Program) bool { return !slices.Contains(names, l.Name) })
		if len(stage) > 0 {
			kept = append(kept, stage)
		}
	}
	return kept, errors.Join(problems...)
}

func namesOf(layers []plan.Program) []string {
	names := make([]string, len(layers))
	for i, l := range layers {
		names[i] = l.Name
	}
	return names
}

// describe says in which order the stages go, such as "networking, then data and compute, then cdn".
func describe(stages [][]plan.Program) string {
	names := make([]string, len(stages))
	for i, stage := range stages {
		names[i] = strings.Join(namesOf(stage), " and ")
	}
	return strings.Join(names, ", then ")
}

// say prints a line of our own between those of the commands.
func (r Rollout) say(format string, arguments ...any) {
	fmt.Fprintf(r.Stdout, format+"\n", arguments...)
}

// account is where the environment lives. The settings were checked before.
func (r Rollout) account() (account.Account, error) {
	set, err := settings.LoadNetworking(r.Config)
	return set.Account(), err
}

// protections lists the settings that protect the environment from being destroyed and are on.
func (r Rollout) protections() ([]string, error) {
	networking, networkingErr := settings.LoadNetworking(r.Config)
	data, dataErr := settings.LoadData(r.Config)
	compute, computeErr := settings.LoadCompute(r.Config)
	cdn, cdnErr := settings.LoadCDN(r.Config)
	if err := errors.Join(networkingErr, dataErr, computeErr, cdnErr); err != nil {
		return nil, err
	}
	var keys []string
	for _, protection := range []struct {
		key string
		on  bool
	}{
		{naming.ProjectNetworking + ":protectNetwork", networking.ProtectNetwork},
		{naming.ProjectData + ":protectData", data.ProtectData},
		{naming.ProjectCompute + ":protectCluster", compute.ProtectCluster},
		{naming.ProjectCDN + ":protectEdge", cdn.ProtectEdge},
	} {
		if protection.on {
			keys = append(keys, protection.key)
		}
	}
	return keys, nil
}

// stackIs reports whether a name that the CLI lists is that of the environment's stack; it may be in full.
func (r Rollout) stackIs(listed string) bool { return path.Base(listed) == r.Environment }
