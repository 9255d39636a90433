package proxysql

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"text/template"

	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/data/aurora/topology"
)

const domain = ".cb1a2c3d4e5f.eu-central-1.rds.amazonaws.com"

// example is a cluster of a writer and so many readers with the pool of a budget.
func example(environment string, r capacity.Range, pods, readers int) (Settings, error) {
	budget, err := capacity.NewBudget(r, pods, 0)
	if err != nil {
		return Settings{}, err
	}
	settings := DefaultSettings()
	settings.PoolPerPod = budget.PerPod
	for i := range readers + 1 {
		identifier := fmt.Sprintf("magento-%s-%d", environment, i+1)
		settings.Instances = append(settings.Instances, Instance{identifier, identifier + domain})
	}
	return settings, nil
}

func staging(t *testing.T) Settings {
	settings, err := example("staging", capacity.Range{Min: 1, Max: 8}, 2, 1)
	require.NoError(t, err)
	return settings
}

func production(t *testing.T) Settings {
	settings, err := example("production", capacity.Range{Min: 8, Max: 64}, 3, 2)
	require.NoError(t, err)
	settings.ReadSplit = topology.ReadSplitProxySQL
	settings.ReadDigests = []Digest{
		{"0x0A1B2C3D4E5F6071", "url_rewrite by request path"},
		{"0x8192A3B4C5D6E7F8", "catalog_category_product_index by category"},
	}
	return settings
}

func adobeCommerce(t *testing.T) Settings {
	settings, err := example("commerce", capacity.Range{Min: 4, Max: 32}, 2, 1)
	require.NoError(t, err)
	settings.ReadSplit = topology.ReadSplitSlaveConnection
	return settings
}

func all(t *testing.T) map[string]Settings {
	return map[string]Settings{"staging": staging(t), "production": production(t), "commerce": adobeCommerce(t)}
}

// fillIn does what External Secrets does: Go's templates, sprig's functions, an error for a key that is missing.
func fillIn(text string, values map[string]string) (string, error) {
	functions := template.FuncMap{
		"list":       func(items ...any) []any { return items },
		"regexMatch": func(pattern, text string) bool { return regexp.MustCompile(pattern).MatchString(text) },
		"fail":       func(message string) (string, error) { return "", fmt.Errorf("%s", message) },
		"toRawJson": func(value any) (string, error) {
			var buffer bytes.Buffer
			encoder := json.NewEncoder(&buffer)
			encoder.SetEscapeHTML(false)
			err := encoder.Encode(value)
			return strings.TrimSuffix(buffer.String(), "\n"), err
		},
	}
	parsed, err := template.New("proxysql.cnf").Option("missingkey=error").Funcs(functions).Parse(text)
	if err != nil {
		return "", err
	}
	var result strings.Builder
	err = parsed.Execute(&result, values)
	return result.String(), err
}

// secrets gives every key a password of its own, with all special characters in it.
func secrets(s Settings) map[string]string {
	values := map[string]string{}
	for i, key := range s.SecretKeys() {
		values[key] = fmt.Sprintf("%sPassword%02d", credentialSpecials, i)
	}
	return values
}

// parsed renders, fills and parses the file.
func parsed(t require.TestingT, s Settings) group {
	text, err := Render(s)
	require.NoError(t, err)
	filled, err := fillIn(text, secrets(s))
	require.NoError(t, err)
	require.NotContains(t, filled, "{{")
	file, err := parseLibconfig(filled)
	require.NoError(t, err)
	return file
}

// table gives the rows of a table.
func table(t require.TestingT, file group, name string) []map[string]any {
	value, err := file.get(name)
	require.NoError(t, err)
	var rows []map[string]any
	for _, row := range value.([]any) {
		columns := map[string]any{}
		for _, column := range row.(group) {
			columns[column.name] = column.value
		}
		rows = append(rows, columns)
	}
	return rows
}
