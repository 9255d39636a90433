package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"

	"github.com/magestack/magestack/internal/desired"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/internal/preview"
)

// render prints a folder of gitops/ with the facts of an environment.
type render func(root, folder string, facts map[string]string) ([]byte, error)

func (t tool) desiredCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "desired ENVIRONMENT",
		Short: "Render what Argo CD applies in an environment, and print it as a plan",
		Long: "Render what Argo CD applies in an environment, from gitops/ in this working tree and the facts of its plan, and print it as\n" +
			"preview prints the layers: each wave of a synchronisation, and its objects. Nothing is asked of AWS or of a cluster.",
		Example:           "  magestack desired staging",
		Args:              t.oneEnvironment,
		ValidArgsFunction: t.completeEnvironment,
		RunE:              func(_ *cobra.Command, arguments []string) error { return t.desired(arguments[0]) },
	}
}

func (t tool) desired(environment string) error {
	root, _, err := t.environments()
	if err != nil {
		return err
	}
	_, recorded, err := t.plan(environment)
	if err != nil {
		return err
	}
	applications, err := applicationsOf(recorded)
	if err != nil {
		return err
	}
	shown := &plan.Environment{Name: environment}
	for _, a := range applications {
		rendered, err := t.renderer()(root, a.folder, a.facts)
		if err != nil {
			return fmt.Errorf("rendering gitops/%s: %w", a.folder, err)
		}
		stack, err := desired.Stack(environment, a.name, "gitops/"+a.folder, rendered)
		if err != nil {
			return err
		}
		shown.Stacks = append(shown.Stacks, stack)
	}
	width := terminalWidth(t.stdout)
	return preview.Write(t.stdout, shown, preview.Options{Colors: wantsColors(width), Width: width})
}

// application is what an Application of the plan applies.
type application struct {
	name, folder string // the folder from gitops/ on
	facts        map[string]string
}

const applicationType = "kubernetes:argoproj.io/v1alpha1:Application"

// applicationsOf are the Applications of a plan. Without a repository there are none, and the overlays are shown without facts.
func applicationsOf(recorded *plan.Environment) ([]application, error) {
	var all []application
	for _, r := range recorded.OfType(applicationType) {
		a, err := applicationOf(r)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.URN, err)
		}
		all = append(all, a)
	}
	if len(all) == 0 {
		for _, part := range []string{"stores", "shop"} {
			all = append(all, application{name: part, folder: path.Join("overlays", recorded.Name, part)})
		}
	}
	return all, nil
}

func applicationOf(r plan.Resource) (application, error) {
	source, _ := r.Input("spec.source.path").(string)
	patches, _ := r.Input("spec.source.kustomize.patches").([]any)
	_, below, found := strings.Cut("/"+source, "/overlays/")
	if !found || len(patches) != 1 {
		return application{}, fmt.Errorf("path %q and %d patches: an overlay and one patch with the facts are expected", source, len(patches))
	}
	text, _ := plan.Within(patches, "0.patch").(string)
	var patch struct {
		Data map[string]string `json:"data"`
	}
	if err := yaml.Unmarshal([]byte(text), &patch); err != nil {
		return application{}, fmt.Errorf("patch with the facts: %w", err)
	}
	return application{name: fmt.Sprint(r.Input("metadata.name")), folder: "overlays/" + below, facts: patch.Data}, nil
}

// renderer is Kustomize, in a module of its own (docs/decisions/0080-desired-state-is-rendered-outside-the-tool.md).
func (t tool) renderer() render {
	if t.render != nil {
		return t.render
	}
	return func(root, folder string, facts map[string]string) ([]byte, error) {
		told, err := json.Marshal(facts)
		if err != nil {
			return nil, err
		}
		command := exec.Command("go", "run", "./render", folder)
		command.Dir = filepath.Join(root, "test", "gitops")
		command.Stdin = bytes.NewReader(told)
		rendered, err := command.Output()
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			return nil, errors.New(strings.TrimSpace(string(failed.Stderr)))
		}
		return rendered, err
	}
}
