package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/spf13/cobra"

	"github.com/magestack/magestack/pkg/offline"
	"github.com/magestack/magestack/pkg/preview"
	"github.com/magestack/magestack/pkg/settings"
)

// previewFlags say what of a plan is printed.
type previewFlags struct {
	layer   string
	json    bool
	outputs bool
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
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, arguments []string) error { return t.preview(arguments[0], flags) },
	}
	command.Flags().StringVar(&flags.layer, "layer", "", "print only this layer: "+strings.Join(t.layers(), ", "))
	command.Flags().BoolVar(&flags.json, "json", false, "print the resources as JSON, one object a line, and nothing else")
	command.Flags().BoolVar(&flags.outputs, "outputs", false, "print the outputs of the stacks with their values")
	command.MarkFlagsMutuallyExclusive("json", "outputs")
	return command
}

// preview computes all that it prints before the first line goes out.
func (t tool) preview(environment string, flags previewFlags) error {
	project, err := t.projectOf(flags.layer)
	if err != nil {
		return err
	}
	config, err := t.settingsOf(environment)
	if err != nil {
		return err
	}
	t.sayLeftOut(environment, config)
	programs, finished := t.withProgress(environment, t.programsOf(config))
	plan, err := offline.Run(environment, config, programs)
	finished()
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := t.print(&text, plan, project, flags); err != nil {
		return err
	}
	if _, err := t.stdout.Write(text.Bytes()); err != nil {
		return fmt.Errorf("printing the plan of %s: %w", environment, err)
	}
	return nil
}

// settingsOf reads and checks the settings file of an environment.
func (t tool) settingsOf(environment string) (settings.Config, error) {
	root, err := findRoot(t.directory)
	if err != nil {
		return nil, err
	}
	environments, err := settings.Environments(root)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(environments, environment) {
		return nil, fmt.Errorf("unknown environment %q; there are: %s", environment, strings.Join(environments, ", "))
	}
	config, err := settings.ReadFile(filepath.Join(root, settings.FileName(environment)))
	if err != nil {
		return nil, err
	}
	return config, settings.Check(config)
}

func (t tool) print(text *bytes.Buffer, plan *offline.Environment, project string, flags previewFlags) error {
	if !flags.json {
		width := terminalWidth(t.stdout)
		return preview.Write(text, plan, preview.Options{
			Project: project, Outputs: flags.outputs, Colors: wantsColors(width), Width: width,
		})
	}
	for _, stack := range plan.Stacks {
		if project != "" && stack.Project != project {
			continue
		}
		if err := stack.WriteJSON(text); err != nil {
			return err
		}
	}
	return nil
}

// projectOf is the project of a layer, empty for no layer.
func (t tool) projectOf(layer string) (string, error) {
	if layer == "" {
		return "", nil
	}
	for _, program := range t.programs {
		if program.Layer() == layer {
			return program.Project, nil
		}
	}
	return "", fmt.Errorf("unknown layer %q; there are: %s", layer, strings.Join(t.layers(), ", "))
}

func (t tool) layers() []string {
	layers := make([]string, len(t.programs))
	for i, program := range t.programs {
		layers[i] = program.Layer()
	}
	return layers
}

// withProgress wraps the programs so that a terminal on stderr shows which one runs; finished wipes that away.
func (t tool) withProgress(environment string, all []offline.Program) (programs []offline.Program, finished func()) {
	if terminalWidth(t.stderr) == 0 {
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
