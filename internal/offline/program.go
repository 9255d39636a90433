// Package offline is the embedded cloud: it runs the Pulumi programs of an environment in process, without
// an account and without the engine, and records every resource that they would make.
//
// The programs run under Pulumi's mock monitor as a preview does: an output is known only when the embedded
// cloud made it up, everything else stays unknown. It is strict, since a plan that guesses proves nothing: a
// type or a function that it was not taught, an unknown value that reaches a resource or a stack output, a
// duplicate URN, a default provider and a stack that nobody declared to read are all errors.
//
// What it does not do, because the mock monitor does not: hooks, transforms that run in the engine, the
// outputs that components register, and the checks of a provider on its inputs. A run of the real engine proves those.
package offline

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/settings"
)

// Program is one Pulumi project that can run in process.
type Program struct {
	Project   string   // as in its Pulumi.yaml, such as magento-networking
	Directory string   // from the root of the repository, such as stacks/networking; "." for the root project
	Reads     []string // the projects whose stacks it reads
	Run       func(ctx *pulumi.Context, config settings.Config) error
}

// Layer is what the program is called in --layer: its folder, or "root".
func (p Program) Layer() string {
	if p.Directory == "." {
		return "root"
	}
	return path.Base(p.Directory)
}

// inOrder sorts the programs so that each comes after those it reads and otherwise keeps their order. A
// project that is there twice, a read of a project that is not there and a circle are errors.
func inOrder(programs []Program) ([]Program, error) {
	if err := checkReads(programs); err != nil {
		return nil, err
	}
	ordered := make([]Program, 0, len(programs))
	done := map[string]bool{}
	waiting := slices.Clone(programs)
	for len(waiting) > 0 {
		next := slices.IndexFunc(waiting, func(p Program) bool {
			return !slices.ContainsFunc(p.Reads, func(project string) bool { return !done[project] })
		})
		if next < 0 {
			return nil, fmt.Errorf("ordering the programs: they wait for each other: %s", describeReads(waiting))
		}
		done[waiting[next].Project] = true
		ordered = append(ordered, waiting[next])
		waiting = slices.Delete(waiting, next, next+1)
	}
	return ordered, nil
}

func checkReads(programs []Program) error {
	known := map[string]bool{}
	var problems []error
	for _, p := range programs {
		if known[p.Project] {
			problems = append(problems, fmt.Errorf("ordering the programs: %s is there twice", p.Project))
		}
		known[p.Project] = true
	}
	for _, p := range programs {
		for _, project := range p.Reads {
			if !known[project] {
				problems = append(problems,
					fmt.Errorf("ordering the programs: %s reads %s, which is not among them", p.Project, project))
			}
		}
	}
	return errors.Join(problems...)
}

func describeReads(programs []Program) string {
	texts := make([]string, len(programs))
	for i, p := range programs {
		texts[i] = p.Project + " reads " + strings.Join(p.Reads, ", ")
	}
	return strings.Join(texts, "; ")
}
