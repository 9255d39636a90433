// Package settings holds what an environment can be told: one strict, documented struct per project,
// read from Pulumi's configuration. Everything that is wrong is reported together, before any
// resource is touched.
package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Config is the raw configuration of a stack as Pulumi hands it to a program: by full key, such as
// magento-networking:vpcCidr; a list or an object is its JSON text.
type Config map[string]string

// FromEngine reads the configuration that the Pulumi engine passes to the running program, and refuses secrets
// as ReadFile does.
func FromEngine() (Config, error) {
	config, secretKeys := Config{}, []string{}
	for name, into := range map[string]any{pulumi.EnvConfig: &config, pulumi.EnvConfigSecretKeys: &secretKeys} {
		text := os.Getenv(name)
		if text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(text), into); err != nil {
			return nil, fmt.Errorf("reading the configuration passed by the engine in %s: %w", name, err)
		}
	}
	var problems []error
	for _, key := range secretKeys {
		problems = append(problems, fmt.Errorf("%s: %w", key, errSecret))
	}
	return config, errors.Join(problems...)
}

// errSecret is said of a setting that Pulumi would have to decrypt.
var errSecret = errors.New("is a secret; secrets live in AWS Secrets Manager, never in a settings file")

// FileName is the settings file of an environment, in the folder of the root project.
func FileName(environment string) string { return "Pulumi." + environment + ".yaml" }

// Environments lists the environments that have a settings file in the folder, sorted.
func Environments(folder string) ([]string, error) {
	files, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("listing the settings files: %w", err)
	}
	var names []string
	for _, file := range files {
		name, isYAML := strings.CutSuffix(strings.TrimPrefix(file.Name(), "Pulumi."), ".yaml")
		if isYAML && name != "" && file.Name() == FileName(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}
