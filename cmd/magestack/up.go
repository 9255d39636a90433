package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/magestack/magestack/internal/rollout"
)

func (t tool) upCommand() *cobra.Command {
	var options rollout.UpOptions
	command := &cobra.Command{
		Use:   "up ENVIRONMENT",
		Short: "Bring an environment up on AWS, layer by layer, with the Pulumi CLI",
		Long: "Bring an environment up on AWS, layer by layer, with the Pulumi CLI. Settings, plans and controls are checked on the\n" +
			"embedded cloud before. Layers that do not read each other run side by side, and each stage is shown before it is\n" +
			"asked about; after a failure no further layer is begun. A protected environment accepts only saved plans: of what can\n" +
			"be planned, which the first time is one stage after the other.",
		Example: "  magestack up staging\n  magestack up staging --layer networking\n" +
			"  magestack up production --save-plans plans\n  magestack up production --plans plans",
		Args:              t.oneEnvironment,
		ValidArgsFunction: t.completeEnvironment,
		RunE:              func(_ *cobra.Command, arguments []string) error { return t.up(arguments[0], options) },
	}
	flags := command.Flags()
	t.addLayers(command, &options.Layers, "bring up only this layer")
	flags.StringVar(&options.SavePlans, "save-plans", "", "change nothing, and save plans to this folder, for review")
	flags.StringVar(&options.Plans, "plans", "", "apply the plans in this folder, and nothing beyond")
	flags.BoolVar(&options.DryRun, "dry-run", false, "print the commands, and run none")
	flags.BoolVar(&options.Yes, "yes", false, "skip the preview and the confirmation")
	return command
}

func (t tool) up(environment string, options rollout.UpOptions) error {
	for _, folder := range []*string{&options.Plans, &options.SavePlans} {
		if *folder == "" || filepath.IsAbs(*folder) {
			continue
		}
		*folder = filepath.Join(t.directory, *folder) // Pulumi goes to the folder of a layer before it opens a plan
	}
	if info, err := os.Stat(options.Plans); options.Plans != "" && (err != nil || !info.IsDir()) {
		return fmt.Errorf("--plans %s: no such folder; save plans with --save-plans", options.Plans)
	}
	r, err := t.rollout(environment)
	if err != nil {
		return err
	}
	ctx, stop := untilTold()
	defer stop()
	return r.Up(ctx, options)
}
