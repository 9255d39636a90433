package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/runbooks"
)

func (t tool) restoreCommand() *cobra.Command {
	var from runbooks.Restore
	command := &cobra.Command{
		Use:   "restore-commands ENVIRONMENT",
		Short: "Print the commands that restore the database of an environment",
		Long: "Print a script of aws commands that restores the database beside the one that is there, with everything that the plan " +
			"says of it,\nand then, where it is told to, lets it take the old one's place. Nothing is run, and nothing is asked of AWS.",
		Example: "  magestack restore-commands production --to 2026-01-31T09:59:00Z > restore.sh\n" +
			"  magestack restore-commands production --snapshot magento-production-final-1a2b3c4d5e6f > restore.sh",
		Args:              t.oneEnvironment,
		ValidArgsFunction: t.completeEnvironment,
		RunE:              func(_ *cobra.Command, arguments []string) error { return t.restore(arguments[0], from) },
	}
	command.Flags().StringVar(&from.Time, "to", "", "the second to restore, in UTC; the last one that backups know if neither is given")
	command.Flags().StringVar(&from.Snapshot, "snapshot", "", "the snapshot to restore instead, for a cluster that is gone")
	return command
}

func (t tool) restore(environment string, from runbooks.Restore) error {
	config, err := t.settingsOf(environment)
	if err != nil {
		return err
	}
	programs, finished := t.withProgress(environment, t.programsOf(config))
	plan, err := offline.Run(environment, config, programs)
	finished()
	if err != nil {
		return err
	}
	commands, err := from.Commands(plan)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprint(t.stdout, commands); err != nil {
		return fmt.Errorf("printing the commands for %s: %w", environment, err)
	}
	return nil
}
