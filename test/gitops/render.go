package gitops

import (
	"fmt"
	"os"
	"path/filepath"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// Fact is one of those in gitops/facts.yaml.
type Fact struct {
	Name    string `json:"name"`
	Meaning string `json:"meaning"`
	Example string `json:"example"`
}

// Facts reads gitops/facts.yaml.
func Facts(root string) ([]Fact, error) {
	text, err := os.ReadFile(filepath.Join(root, "facts.yaml"))
	if err != nil {
		return nil, err
	}
	var file struct {
		Facts []Fact `json:"facts"`
	}
	if err := yaml.UnmarshalStrict(text, &file); err != nil {
		return nil, fmt.Errorf("reading facts.yaml: %w", err)
	}
	return file.Facts, nil
}

// Render builds a folder of the desired state as Argo CD does: from a copy of the repository, with the facts patched into the
// overlay's own kustomization.yaml, where they come before its transformers.
func Render(root, folder string, facts map[string]string, edits ...Edit) (resmap.ResMap, error) {
	memory := filesys.MakeFsInMemory()
	if err := memory.MkdirAll("/"); err != nil {
		return nil, err
	}
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		return memory.WriteFile("/"+relative, text)
	})
	if err != nil {
		return nil, fmt.Errorf("copying %s: %w", root, err)
	}
	if facts != nil {
		edits = append(edits, Patch("ConfigMap", "magento-environment", patchOf(facts)))
	}
	if err := edit(memory, "/"+folder+"/kustomization.yaml", edits); err != nil {
		return nil, err
	}
	return krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(memory, "/"+folder)
}

func patchOf(facts map[string]string) string {
	text, _ := yaml.Marshal(map[string]any{ // texts alone: it cannot fail
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "magento-environment"}, "data": facts,
	})
	return string(text)
}

// Edit changes a kustomization.yaml.
type Edit func(kustomization map[string]any)

// Patch adds a patch of objects of a kind.
func Patch(kind, name, patch string) Edit {
	return func(kustomization map[string]any) {
		own, _ := kustomization["patches"].([]any)
		kustomization["patches"] = append(own, map[string]any{"target": map[string]any{"kind": kind, "name": name}, "patch": patch})
	}
}

// Component adds a component.
func Component(folder string) Edit {
	return func(kustomization map[string]any) {
		own, _ := kustomization["components"].([]any)
		kustomization["components"] = append(own, folder)
	}
}

func edit(memory filesys.FileSystem, path string, edits []Edit) error {
	text, err := memory.ReadFile(path)
	if err != nil {
		return err
	}
	var kustomization map[string]any
	if err := yaml.Unmarshal(text, &kustomization); err != nil {
		return fmt.Errorf("reading %s: %w", path, err)
	}
	for _, change := range edits {
		change(kustomization)
	}
	if text, err = yaml.Marshal(kustomization); err != nil {
		return err
	}
	return memory.WriteFile(path, text)
}
