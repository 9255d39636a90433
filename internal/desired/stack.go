package desired

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	sigsyaml "sigs.k8s.io/yaml"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/layer"
)

// waveType is the type token of a wave of a synchronisation, which groups objects as a component groups resources.
const waveType = "argocd:application:Wave"

// Annotations that order a synchronisation (Argo CD, "Sync Phases and Waves").
const (
	waveAnnotation = "argocd.argoproj.io/sync-wave"
	hookAnnotation = "argocd.argoproj.io/hook"
)

// Stack returns a rendered Application as the stack of a plan, so that it prints as the layers do: its objects are the
// resources, each under the wave of the synchronisation that applies it. An object without a kind or a name is an error.
func Stack(environment, application, folder string, rendered []byte) (plan.Stack, error) {
	stack := plan.Stack{Layer: layer.Layer{Name: application, Project: application, Directory: folder}, Environment: environment}
	root := entry(stack, plan.StackType, application)
	stack.Resources = append(stack.Resources, root)
	waves := map[string]bool{}
	if err := eachDocument(rendered, func(document []byte) error {
		object, err := objectOf(document)
		if err != nil || object == nil {
			return err
		}
		wave := entry(stack, waveType, object.wave())
		if wave.Parent = root.URN; !waves[wave.URN] {
			waves[wave.URN] = true
			stack.Resources = append(stack.Resources, wave)
		}
		made := entry(stack, object.token(), object.Metadata.Name)
		made.Parent, made.Custom, made.Inputs = wave.URN, true, object.content
		stack.Resources = append(stack.Resources, made)
		return nil
	}); err != nil {
		return plan.Stack{}, fmt.Errorf("reading Application %s: %w", application, err)
	}
	return stack, nil
}

// entry is a line of the plan, with an identity of its own.
func entry(stack plan.Stack, token, name string) plan.Resource {
	return plan.Resource{
		Project: stack.Project, Stack: stack.Environment, Type: token, Name: name,
		URN: fmt.Sprintf("urn:pulumi:%s::%s::%s::%s", stack.Environment, stack.Project, token, name),
	}
}

// object is what a plan shows of one of Kubernetes'.
type object struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name        string            `json:"name"`
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
	content map[string]any
}

// objectOf reads a document; nil for one that holds comments alone.
func objectOf(document []byte) (*object, error) {
	text, err := sigsyaml.YAMLToJSON(document)
	if err != nil {
		return nil, err
	}
	var o object
	if string(text) == "null" {
		return nil, nil
	}
	if err := errors.Join(json.Unmarshal(text, &o), json.Unmarshal(text, &o.content)); err != nil {
		return nil, err
	}
	if o.APIVersion == "" || o.Kind == "" || o.Metadata.Name == "" {
		return nil, fmt.Errorf("apiVersion %q, kind %q, name %q: all three are required", o.APIVersion, o.Kind, o.Metadata.Name)
	}
	return &o, nil
}

// token is the type as Pulumi's provider of Kubernetes calls it.
func (o object) token() string {
	group := o.APIVersion
	if !strings.Contains(group, "/") {
		group = "core/" + group
	}
	return "kubernetes:" + group + ":" + o.Kind
}

// wave is when a synchronisation applies the object: in a wave, or in a phase of its own before or after all of them. In the
// order of their names, in which a plan is printed, PreSync is in front and PostSync is behind wave-9.
func (o object) wave() string {
	switch hook := o.Metadata.Annotations[hookAnnotation]; hook {
	case "", "Sync":
		return "wave-" + cmp.Or(o.Metadata.Annotations[waveAnnotation], "0")
	case "PreSync":
		return hook
	default:
		return "wave-" + hook
	}
}
