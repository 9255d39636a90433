package main

import (
	"errors"

	"github.com/magestack/magestack/internal/guard"
	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/settings"
)

// check is what an environment must pass before anything is asked of AWS: its settings, the plans of all its programs on
// the embedded cloud, and the controls over them. Everything that is wrong is reported at once.
func (t tool) check(environment string) (settings.Config, *plan.Environment, error) {
	config, recorded, err := t.plan(environment)
	if err != nil {
		return nil, nil, err
	}
	return config, recorded, violations(recorded)
}

// plan reads the settings of an environment and plans all its programs on the embedded cloud.
func (t tool) plan(environment string) (settings.Config, *plan.Environment, error) {
	config, err := t.settingsOf(environment)
	if err != nil {
		return nil, nil, err
	}
	t.sayLeftOut(environment, config)
	programs, finished := t.withProgress(environment, t.programsOf(config))
	recorded, err := offline.Run(environment, config, programs)
	finished()
	return config, recorded, err
}

// violations is an error of every control that a plan breaks.
func violations(recorded *plan.Environment) error {
	var problems []error
	for _, violation := range guard.Check(recorded) {
		problems = append(problems, errors.New(violation.String()))
	}
	return errors.Join(problems...)
}
