package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/encoding"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"go.yaml.in/yaml/v3"
)

// engineKeys are what a settings file may say beside its config: how the stacks' secrets are encrypted, written by
// `pulumi stack init`. ESC's environments are not among them: they would bring settings that only the engine sees.
var engineKeys = []string{"secretsprovider", "encryptedkey", "encryptionsalt"}

const configKey = "config"

// ReadFile reads the settings file of a stack with the engine's own reader, so that a preview has the values that
// `pulumi up` has. What that reader passes over in silence is refused, with its line, and so is what it reads otherwise
// than it is written. Secure values are refused: no secret belongs in a settings file
// (docs/decisions/0002-one-settings-file-per-environment.md).
func ReadFile(path string) (Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the settings: %w", err)
	}
	given, err := readText(text, path)
	if err != nil {
		return nil, fmt.Errorf("reading the settings in %s: %w", filepath.Base(path), err)
	}
	return given, nil
}

func readText(text []byte, path string) (Config, error) {
	document, err := oneDocument(text)
	if err != nil || document == nil {
		return Config{}, err
	}
	problems := []error{checkTop(document)}
	given, err := engineRead(text, path)
	problems = append(problems, err)
	return given, errors.Join(problems...)
}

// engineRead reads a file as the engine does for every operation.
func engineRead(text []byte, path string) (Config, error) {
	stack, err := workspace.LoadProjectStackBytes(nil, nil, text, path, encoding.YAML)
	if err != nil {
		return nil, err
	}
	var problems []error
	for _, key := range stack.Config.SecureKeys() {
		problems = append(problems, fmt.Errorf("%s: %w", key, errSecret))
	}
	if len(problems) > 0 {
		return nil, sorted(problems)
	}
	// Nothing is encrypted, so that nothing is decrypted; but numbers within lists take another way through the engine.
	plain, err := stack.Config.Decrypt(config.NewPanicCrypter())
	if err != nil {
		return nil, err
	}
	given := Config{}
	for key, value := range plain {
		given[key.String()] = value
	}
	return given, nil
}

// oneDocument is the root of the only document of a file, or nothing for an empty file. The engine reads the first
// document and is silent about others.
func oneDocument(text []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var first, second yaml.Node
	if err := decoder.Decode(&first); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, err
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		return nil, fmt.Errorf("line %d: a second document, which nothing reads; put everything into one", second.Content[0].Line)
	case !errors.Is(err, io.EOF):
		return nil, err
	}
	if root := first.Content[0]; root.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("line %d: must be a mapping with the key %s", root.Line, configKey)
	}
	return first.Content[0], nil
}

// checkTop refuses what stands beside the settings, where nothing reads it, and goes through the settings.
func checkTop(root *yaml.Node) error {
	var problems []error
	for key, value := range pairs(root) {
		switch {
		case key.Value == configKey && followed(value).Kind == yaml.MappingNode:
			for name, setting := range pairs(followed(value)) {
				problems = append(problems, checkSetting(name.Value, setting))
			}
		case key.Value == configKey:
			problems = append(problems, fmt.Errorf("line %d: %s: must be a mapping of keys to values", value.Line, configKey))
		case strings.Contains(key.Value, ":"):
			problems = append(problems, fmt.Errorf("line %d: %s: stands outside %s, where nothing reads it", key.Line, key.Value, configKey))
		case !slices.Contains(engineKeys, key.Value):
			problems = append(problems, fmt.Errorf("line %d: %s: unknown; beside %s there may be: %s", key.Line, key.Value, configKey, strings.Join(engineKeys, ", ")))
		}
	}
	return errors.Join(problems...)
}

// checkSetting refuses what the engine would read otherwise than it is written: 010 is eight, 1.30 is 1.3, nothing is null.
func checkSetting(key string, node *yaml.Node) error {
	node = followed(node)
	if node.Kind != yaml.ScalarNode {
		var problems []error
		for i, child := range node.Content {
			if node.Kind == yaml.MappingNode && i%2 == 0 {
				continue // its keys are texts, whatever they look like
			}
			problems = append(problems, checkSetting(key, child))
		}
		return errors.Join(problems...)
	}
	if tag := node.ShortTag(); !strings.HasPrefix(tag, "!!") {
		return fmt.Errorf("line %d: %s: %s: a tag that nothing knows; take it off, or put quotes around it", node.Line, key, tag)
	}
	const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	if node.Style&quoted != 0 {
		return nil
	}
	read, err := scalar(node)
	switch {
	case err != nil:
		return fmt.Errorf("line %d: %s: %w", node.Line, key, err)
	case node.ShortTag() == "!!null":
		return fmt.Errorf("line %d: %s: has no value; take the line out, or write \"\"", node.Line, key)
	case read != node.Value:
		return fmt.Errorf("line %d: %s: %s: Pulumi reads %s; write that, or put quotes around it", node.Line, key, abridged(node.Value), abridged(read))
	}
	return nil
}

// scalar is what the engine makes of a scalar.
func scalar(node *yaml.Node) (string, error) {
	const key = "a:b"
	text, err := yaml.Marshal(map[string]map[string]*yaml.Node{configKey: {key: {Kind: yaml.ScalarNode, Tag: node.Tag, Style: node.Style, Value: node.Value}}})
	if err != nil {
		return "", err
	}
	given, err := engineRead(text, "")
	return given[key], err
}

// pairs goes through the keys and values of a mapping, those that are merged into it included.
func pairs(mapping *yaml.Node) func(func(key, value *yaml.Node) bool) {
	return func(yield func(key, value *yaml.Node) bool) {
		for i := 0; i+1 < len(mapping.Content); i += 2 {
			key, value := mapping.Content[i], mapping.Content[i+1]
			if key.ShortTag() != "!!merge" {
				if !yield(key, value) {
					return
				}
				continue
			}
			merged := []*yaml.Node{followed(value)}
			if merged[0].Kind == yaml.SequenceNode {
				merged = merged[0].Content
			}
			for _, from := range merged {
				for key, value := range pairs(followed(from)) {
					if !yield(key, value) {
						return
					}
				}
			}
		}
	}
}

// followed is what an alias stands for, and anything else itself.
func followed(node *yaml.Node) *yaml.Node {
	for node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	return node
}

// sorted joins errors in the order of their texts: they come out of a map.
func sorted(problems []error) error {
	byText := map[string]error{}
	for _, problem := range problems {
		byText[problem.Error()] = problem
	}
	var all []error
	for _, text := range slices.Sorted(maps.Keys(byText)) {
		all = append(all, byText[text])
	}
	return errors.Join(all...)
}
