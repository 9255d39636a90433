package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/settings"
)

// programsOf are the programs that an environment of these settings has: all of them, but for a standby.
func (t tool) programsOf(config settings.Config) []plan.Program {
	left := settings.LeftOut(config)
	return slices.DeleteFunc(slices.Clone(t.programs), func(p plan.Program) bool { return slices.Contains(left, p.Project) })
}

// sayLeftOut tells which layers an environment has not, and why.
func (t tool) sayLeftOut(environment string, config settings.Config) {
	var names []string
	for _, p := range t.programs {
		if slices.Contains(settings.LeftOut(config), p.Project) {
			names = append(names, p.Name)
		}
	}
	if len(names) > 0 {
		fmt.Fprintf(t.stderr, "%s is a standby and has no %s: the names of the shop are its primary's (docs/architecture.md, \"A standby in another region\")\n",
			environment, strings.Join(names, " and no "))
	}
}
