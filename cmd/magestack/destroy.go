package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/magestack/magestack/internal/rollout"
)

// defaultPatience is how long a destroy waits for AWS. A function's interfaces go within 20 minutes (Lambda Developer
// Guide, "Giving Lambda functions access to resources in an Amazon VPC"); everything else is faster.
const defaultPatience = 30 * time.Minute

func (t tool) destroyCommand() *cobra.Command {
	var options rollout.DestroyOptions
	command := &cobra.Command{
		Use:   "destroy ENVIRONMENT",
		Short: "Take an environment down, one layer at a time, and find what would be left",
		Long: "Take an environment down, one layer at a time, against the order of up. Before a layer goes AWS is asked for what no\n" +
			"state has and what would block it: each is listed with who made it and the command that removes it. A protected\n" +
			"environment is refused. A destroy that stopped goes on where it did when it is called again.",
		Example:           "  magestack destroy staging --dry-run\n  magestack destroy staging",
		Args:              t.oneEnvironment,
		ValidArgsFunction: t.completeEnvironment,
		RunE:              func(_ *cobra.Command, arguments []string) error { return t.destroy(arguments[0], options) },
	}
	flags := command.Flags()
	flags.BoolVar(&options.DryRun, "dry-run", false, "print the commands and the checks between them, and run none")
	flags.BoolVar(&options.Yes, "yes", false, "ask for no confirmation")
	flags.DurationVar(&options.Patience, "wait", defaultPatience, "how long to wait for what AWS removes by itself")
	return command
}

// destroy needs the settings, and no plan: what is there may have been made by an older program.
func (t tool) destroy(environment string, options rollout.DestroyOptions) error {
	if options.Patience < 0 {
		return fmt.Errorf("--wait %s: must be 0 or longer", options.Patience)
	}
	config, err := t.settingsOf(environment)
	if err != nil {
		return err
	}
	r, err := t.rolloutOf(environment, config)
	if err != nil {
		return err
	}
	ctx, stop := untilTold()
	defer stop()
	return r.Destroy(ctx, options)
}
