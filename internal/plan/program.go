package plan

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
)

// Program is the Pulumi project of a layer, as it can be run in process.
type Program struct {
	layer.Layer
	Reads []string // the projects whose stacks it reads
	Run   func(ctx *pulumi.Context, config settings.Config) error
}

// InOrder sorts the programs so that each comes after those it reads and otherwise keeps their order. A
// project that is there twice, a read of a project that is not there and a circle are errors.
func InOrder(programs []Program) ([]Program, error) {
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
