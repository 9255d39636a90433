package crdcheck

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// Module is the folder of a Go module's source: of the version in go.mod, or of another, given as path@version, which
// is downloaded if it is not there. What is only read need not be among the modules that the programs are built from.
func Module(name string) (string, error) {
	output, err := exec.Command("go", "mod", "download", "-json", name).Output()
	var module struct{ Dir, Error string }
	if jsonErr := json.Unmarshal(output, &module); jsonErr != nil || module.Dir == "" {
		var stderr []byte
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			stderr = exit.Stderr
		}
		return "", fmt.Errorf("finding the Go module %s: %w", name, errors.Join(err, jsonErr, errors.New(module.Error+string(stderr))))
	}
	return module.Dir, nil
}

// Modules reads the definitions of modules, each given with the folder in it that they are in, such as
// sigs.k8s.io/karpenter//pkg/apis/crds or example.com/module@v1.2.3//config/crd.
func Modules(folders ...string) (*Set, error) {
	var found []string
	for _, folder := range folders {
		name, path, ok := strings.Cut(folder, "//")
		if !ok {
			return nil, fmt.Errorf("%s: must be a module and a folder in it, with // between them", folder)
		}
		root, err := Module(name)
		if err != nil {
			return nil, err
		}
		found = append(found, filepath.Join(root, filepath.FromSlash(path)))
	}
	return Read(found...)
}

// Read reads the definitions in the YAML files of folders and of those below them. A folder without any is an error.
func Read(folders ...string) (*Set, error) {
	s := &Set{kinds: map[string]*definition{}}
	for _, folder := range folders {
		before := len(s.kinds)
		if err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
				return err
			}
			return s.readFile(path)
		}); err != nil {
			return nil, fmt.Errorf("reading custom resource definitions: %w", err)
		}
		if len(s.kinds) == before {
			return nil, fmt.Errorf("reading custom resource definitions: none in %s that another folder has not", folder)
		}
	}
	return s, nil
}

// readFile adds the definitions of a file, which may hold other objects, too.
func (s *Set) readFile(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for _, document := range bytes.Split(text, []byte("\n---")) {
		if !bytes.Contains(document, []byte("kind: CustomResourceDefinition")) {
			continue
		}
		var crd apiextensions.CustomResourceDefinition
		if err := yaml.UnmarshalStrict(document, &crd); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if crd.Kind != "CustomResourceDefinition" {
			continue // mentions one only
		}
		if err := s.add(crd); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}
