package rollout

import "github.com/magestack/magestack/internal/plan"

import "strings"

// printStages prints the commands that bring the stages up, and runs none. Of a protected environment it prints both
// rounds: the plan for the review, and what applies it.
func (r Rollout) printStages(stages [][]plan.Program, options UpOptions) error {
	keys, err := r.protections()
	if err != nil {
		return err
	}
	rounds := []UpOptions{options}
	switch {
	case options.Plans != "" || options.SavePlans != "":
	case len(keys) > 0:
		r.say("# %s is protected (%s): each stage is planned with --save-plans FOLDER, reviewed, and applied with --plans FOLDER", r.Environment, strings.Join(keys, ", "))
		rounds = []UpOptions{{SavePlans: "FOLDER"}, {Plans: "FOLDER"}}
	case !options.Yes:
		r.say("# each stage is shown and agreed to before: pulumi preview in place of pulumi up")
	}
	for _, stage := range stages {
		if len(stage) > 1 {
			r.say("# side by side: %s", strings.Join(namesOf(stage), ", "))
		}
		for _, round := range rounds {
			for _, l := range stage {
				r.say("%s", r.upCommand(l, round))
			}
		}
	}
	return nil
}
