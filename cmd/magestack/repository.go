package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"github.com/magestack/magestack/pkg/naming"
)

const projectFile = "Pulumi.yaml"

// findRoot walks up from a folder to that of the root project, where the settings files are. Each layer has a
// project of its own, so the name decides.
func findRoot(directory string) (string, error) {
	for folder := directory; ; folder = filepath.Dir(folder) {
		name, err := projectName(filepath.Join(folder, projectFile))
		if err != nil {
			return "", fmt.Errorf("finding the root of the repository: %w", err)
		}
		if name == naming.ProjectRoot {
			return folder, nil
		}
		if folder == filepath.Dir(folder) {
			return "", fmt.Errorf("finding the root of the repository: neither %s nor a folder above it has a %s of the project %s",
				directory, projectFile, naming.ProjectRoot)
		}
	}
}

// projectName is the name in a project file, empty if there is no such file.
func projectName(path string) (string, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("reading a project: %w", err)
	}
	var project struct {
		Name string `yaml:"name"`
	}
	if err := yaml.Unmarshal(text, &project); err != nil {
		return "", fmt.Errorf("reading %s: %w", path, err)
	}
	return project.Name, nil
}
