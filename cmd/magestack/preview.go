package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/spf13/cobra"

	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/internal/preview"
	"github.com/magestack/magestack/pkg/settings"
)

// previewFlags say what of a plan is printed.
type previewFlags struct {
	layers  []string
	json    bool
	outputs bool
	timings bool
}

func (t tool) previewCommand() *cobra.Command {
	var flags previewFlags
	command := &cobra.Command{
		Use:   "preview ENVIRONMENT",
		Short: "Plan an environment and print what it would be made of",
		Long: "Plan an environment and print what it would be made of: the programs of all layers run in process, with " +
			"its settings\nfile, against a cloud that is made up. Nothing is asked of AWS.",
		Example: "  magestack preview staging\n  magestack preview production --layer networking\n" +
			"  magestack preview staging --json | jq -r .urn",
		Args:              t.oneEnvironment,
		ValidArgsFunction: t.completeEnvironment,
		RunE:              func(_ *cobra.Command, arguments []string) error { return t.preview(arguments[0], flags) },
	}
	t.addLayers(command, &flags.layers, "print only this layer")
	command.Flags().BoolVar(&flags.json, "json", false, "print the resources as JSON, one object a line, and nothing else")
	command.Flags().BoolVar(&flags.outputs, "outputs", false, "print the outputs of the stacks with their values")
	command.Flags().BoolVar(&flags.timings, "timings", false, "print how long planning took, which makes two plans differ")
	command.MarkFlagsMutuallyExclusive("json", "outputs")
	command.MarkFlagsMutuallyExclusive("json", "timings")
	return command
}

// preview computes all that it prints before the first line goes out.
func (t tool) preview(environment string, flags previewFlags) error {
	projects, err := t.projectsOf(flags.layers)
	if err != nil {
		return err
	}
	config, err := t.settingsOf(environment)
	if err != nil {
		return err
	}
	t.sayLeftOut(environment, config)
	programs, finished := t.withProgress(environment, t.programsOf(config))
	recorded, err := offline.Run(environment, config, programs)
	finished()
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := t.print(&text, recorded, projects, flags); err != nil {
		return err
	}
	if _, err := t.stdout.Write(text.Bytes()); err != nil {
		return fmt.Errorf("printing the plan of %s: %w", environment, err)
	}
	return nil
}

// settingsOf reads and checks the settings file of an environment.
func (t tool) settingsOf(environment string) (settings.Config, error) {
	root, environments, err := t.environments()
	if err != nil {
		return nil, err
	}
	if !slices.Contains(environments, environment) {
		return nil, fmt.Errorf("unknown environment %q; allowed are: %s", environment, strings.Join(environments, ", "))
	}
	config, err := settings.ReadFile(filepath.Join(root, settings.FileName(environment)))
	if err != nil {
		return nil, err
	}
	return config, settings.Check(config)
}

func (t tool) print(text *bytes.Buffer, recorded *plan.Environment, projects []string, flags previewFlags) error {
	if !flags.json {
		width := terminalWidth(t.stdout)
		return preview.Write(text, recorded, preview.Options{
			Projects: projects, Outputs: flags.outputs, Timings: flags.timings, Colors: wantsColors(width), Width: width,
		})
	}
	for _, stack := range recorded.Stacks {
		if len(projects) > 0 && !slices.Contains(projects, stack.Project) {
			continue
		}
		if err := stack.WriteJSON(text); err != nil {
			return err
		}
	}
	return nil
}

// projectsOf are the projects of layers.
func (t tool) projectsOf(layers []string) ([]string, error) {
	var projects []string
	var problems []error
	for _, layer := range layers {
		at := slices.IndexFunc(t.programs, func(program plan.Program) bool { return program.Name == layer })
		if at < 0 {
			problems = append(problems, fmt.Errorf("unknown layer %q; allowed are: %s", layer, strings.Join(t.layers(), ", ")))
			continue
		}
		projects = append(projects, t.programs[at].Project)
	}
	return projects, errors.Join(problems...)
}

func (t tool) layers() []string {
	layers := make([]string, len(t.programs))
	for i, program := range t.programs {
		layers[i] = program.Name
	}
	return layers
}

// withProgress wraps the programs so that a terminal on stderr shows which one runs; finished wipes that away.
func (t tool) withProgress(environment string, all []plan.Program) (programs []plan.Program, finished func()) {
	if terminalWidth(t.stderr) == 0 || isDumb() {
		return all, func() {}
	}
	const wipe = "\r\x1b[K"
	programs = slices.Clone(all)
	for i, program := range all {
		programs[i].Run = func(ctx *pulumi.Context, config settings.Config) error {
			fmt.Fprintf(t.stderr, "%splanning %s/%s …", wipe, program.Project, environment)
			return program.Run(ctx, config)
		}
	}
	return programs, func() { fmt.Fprint(t.stderr, wipe) }
}
