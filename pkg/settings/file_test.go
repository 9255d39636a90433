package settings_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/magestack/magestack/pkg/settings"
)

// file writes a settings file.
func file(t require.TestingT, folder, text string) string {
	path := filepath.Join(folder, "Pulumi.staging.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// byEngine is what the engine hands to a program for the file.
func byEngine(t require.TestingT, path string) settings.Config {
	stack, err := workspace.LoadProjectStack(nil, &workspace.Project{Name: "magento"}, path)
	require.NoError(t, err)
	plain, err := stack.Config.Decrypt(config.NewPanicCrypter())
	require.NoError(t, err)
	given := settings.Config{}
	for key, value := range plain {
		given[key.String()] = value
	}
	return given
}

// scalars are ways to write something that YAML 1.1, YAML 1.2 or a person take for a number, a truth or a date.
var scalars = []string{
	"0", "1", "-1", "+1", "010", "-010", "08", "0o10", "0x10", "0b11", "1_000", "1,000", "1e3", "1E3", "1e-3", "1.0", "1.30", "1.5", ".5", "5.", "0.50",
	"123456789012", "012345678901", "012345670123", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616",
	"0x0123456789ABCDEF", "0xFEDCBA9876543210", ".inf", "-.inf", ".nan", "NaN", "true", "True", "TRUE", "false", "yes", "no", "on", "off", "y", "n",
	"null", "Null", "~", "", "2026-01-31", "2026-01-31T09:59:00Z", "09:59", "12:30:45", "190:20:30", "text", "a b", "eu-central-1a", "10.20.0.0/16", "1.2.3", "=", "<<", "!x",
}

// TestBothReadersAgree gives every scalar to both readers, plain, quoted and within a list: ours refuses it, or has what the
// engine has, and then that is what is written.
func TestBothReadersAgree(t *testing.T) {
	folder := t.TempDir()
	for _, scalar := range scalars {
		for form, line := range map[string]string{
			"plain": scalar, "double": `"` + scalar + `"`, "single": "'" + scalar + "'", "listed": "[" + scalar + "]", "quoted in a list": `["` + scalar + `"]`,
			"in an object": "[{k: " + scalar + "}]", "alias": "&it " + scalar + "\n  magento:again: *it",
		} {
			path := file(t, folder, "config:\n  magento:key: "+line+"\n")
			given, err := settings.ReadFile(path)
			if err != nil {
				assert.NotContains(t, []string{"double", "single", "quoted in a list"}, form, "%s is refused: %s", line, err)
				continue
			}
			engines := byEngine(t, path)
			assert.Equal(t, engines, given, line)
			switch form {
			case "plain", "double", "single":
				assert.Equal(t, scalar, given["magento:key"])
			case "alias":
				assert.Equal(t, scalar, given["magento:again"])
			}
		}
	}
}

// TestReadersAgreeOnAnything does the same with texts that nobody has thought of.
func TestReadersAgreeOnAnything(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		scalar := rapid.StringMatching(`[-+0-9a-fA-FxobE_.:~TZ]{1,12}`).Draw(t, "scalar")
		path := file(t, folder, "config:\n  magento:key: "+scalar+"\n")
		given, err := settings.ReadFile(path)
		if err != nil {
			return
		}
		require.Equal(t, byEngine(t, path), given)
		require.Equal(t, strings.TrimSpace(scalar), given["magento:key"])
	})
}

// TestNothingIsReadOtherwiseThanWritten names what a person would be surprised by.
func TestNothingIsReadOtherwiseThanWritten(t *testing.T) {
	for text, want := range map[string]string{
		"magento-data:maxCapacity: 010":                `line 2: magento-data:maxCapacity: 010: Pulumi reads 8; write that, or put quotes around it`,
		"magento-compute:kubernetesVersion: 1.30":      `line 2: magento-compute:kubernetesVersion: 1.30: Pulumi reads 1.3; `,
		"magento-data:readDigests: [0x0123456789AB]":   `line 2: magento-data:readDigests: 0x0123456789AB: Pulumi reads 1250999896491; `,
		"aws:allowedAccountIds: [012345670123]":        `line 2: aws:allowedAccountIds: 012345670123: Pulumi reads 1402433619; `,
		"magento-data:searchServiceLinkedRole: True":   `Pulumi reads true`,
		"magento-data:standbyRegion:":                  `line 2: magento-data:standbyRegion: has no value; `,
		"magento-data:readers: &one 01\n  a:b: *one":   `a:b: 01: Pulumi reads 1`,
		"magento-data:list: [{k: 1}, {k: 007}]":        `line 2: magento-data:list: 007: Pulumi reads 7`,
		"magento-data:standbyMediaKeyArn: {secure: x}": `magento-data:standbyMediaKeyArn: is a secret`,
		"magento-data:list: [{secure: x}]":             `magento-data:list: is a secret`,
	} {
		_, err := settings.ReadFile(file(t, t.TempDir(), "config:\n  "+text+"\n"))
		assert.ErrorContains(t, err, "reading the settings in Pulumi.staging.yaml: ", text)
		assert.ErrorContains(t, err, want, text)
	}
}

// TestNothingIsPassedOver refuses what the engine would not even look at.
func TestNothingIsPassedOver(t *testing.T) {
	for text, want := range map[string]string{
		"config:\n  a:b: x\nmagento-data:maxCapacity: 64\n":            "line 3: magento-data:maxCapacity: stands outside config, where nothing reads it",
		"magento-data:\n  maxCapacity: 64\n":                           "line 1: magento-data: unknown; beside config there may be: secretsprovider, encryptedkey, encryptionsalt",
		"Config:\n  a:b: x\n":                                          "line 1: Config: unknown",
		"environment: [shared]\nconfig:\n  a:b: x\n":                   "line 1: environment: unknown",
		"config:\n  a:b: x\n---\nconfig:\n  magento-data:readers: 3\n": "line 4: a second document, which nothing reads",
		"config:\n  a:b: x\n---\n":                                     "a second document",
		"- a\n":                                                        "line 1: must be a mapping with the key config",
		"config: text\n":                                               "line 1: config: must be a mapping of keys to values",
		"config:\n  a:b: x\n  a:b: y\n":                                `mapping key "a:b" already defined at line 2`,
		"config:\n  a:b: x\n  c: [\n":                                  "line 3",
	} {
		_, err := settings.ReadFile(file(t, t.TempDir(), text))
		assert.ErrorContains(t, err, want, text)
	}
	for _, text := range []string{"", "# nothing\n", "config:\n  a:b: x\n", "secretsprovider: awskms://alias/x\nencryptedkey: abc\nconfig: {a:b: x}\n", "---\nconfig:\n  a:b: x\n...\n"} {
		_, err := settings.ReadFile(file(t, t.TempDir(), text))
		assert.NoError(t, err, text)
	}
}

// TestAliasesAndMergesAreRead as the engine reads them.
func TestAliasesAndMergesAreRead(t *testing.T) {
	path := file(t, t.TempDir(), "config:\n  a:b: &it [1, \"x\"]\n  a:c: *it\n  a:d: &size 64\n  a:e: *size\n")
	given, err := settings.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, settings.Config{"a:b": `[1,"x"]`, "a:c": `[1,"x"]`, "a:d": "64", "a:e": "64"}, given)
	assert.Equal(t, byEngine(t, path), given)
}

func TestEnvironmentsHaveNames(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"Pulumi.yaml", "Pulumi..yaml", "Pulumi.staging.yaml", "Pulumi.staging.yml", "pulumi.production.yaml"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), nil, 0o600))
	}
	environments, err := settings.Environments(folder)
	require.NoError(t, err)
	assert.Equal(t, []string{"staging"}, environments)
}
