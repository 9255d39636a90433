package settings_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/settings"
)

func TestTags(t *testing.T) {
	var many []string
	for i := range 30 {
		many = append(many, fmt.Sprintf(`"k%d":"v"`, i))
	}
	for text, want := range map[string]string{
		`{}`: "", `{"tags":{}}`: "", `{"tags":{"cost-center":"4711","Owner":"shop team","a:b/c=d+e@f":""}}`: "",
		`{"tags":{"` + strings.Repeat("k", 128) + `":"` + strings.Repeat("v", 256) + `"}}`: "",
		`{"tags":{` + strings.Join(many, ",") + `}}`:                                       "",
		`{"tags":{` + strings.Join(many, ",") + `,"more":"v"}}`:                            "31 tags: must be 30 at most",
		`{"tags":{"` + strings.Repeat("k", 129) + `":"v"}}`:                                "must be 1 to 128 letters",
		`{"tags":{"k":"` + strings.Repeat("v", 257) + `"}}`:                                "must be at most 256 letters",
		`{"tags":{"environment":"x"}}`:                                                     `tag "environment": is set by the project itself`,
		`{"tags":{"Name":"x"}}`:                                                            `tag "Name": is set by the project itself`,
		`{"tags":{"AWS:x":"x"}}`:                                                           "must not begin with aws:",
		`{"tags":{"a#b":"x"}}`:                                                             `tag "a#b": must be 1 to 128`,
		`{"tags":{"a":4711}}`:                                                              `tag "a": 4711: must be a text, in quotes`,
		`{"cost-center":"4711"}`:                                                           "must be an object with the key tags",
		`nonsense`:                                                                         "must be an object with the key tags",
	} {
		config := read(t, "staging")
		config["aws:defaultTags"] = text
		err := settings.Check(config)
		if want == "" {
			assert.NoError(t, err, text)
			continue
		}
		require.ErrorContains(t, err, "aws:defaultTags: ")
		assert.ErrorContains(t, err, want)
	}
	config := read(t, "staging")
	config["aws:defaultTags"] = `{"tags":{"cost-center":"4711"}}`
	data, err := settings.LoadData(config)
	require.NoError(t, err)
	assert.Equal(t, settings.Tags{"cost-center": "4711"}, data.DefaultTags)
}

// TestLongValuesAreAbridged holds that a message repeats of a value no more than finds it again.
func TestLongValuesAreAbridged(t *testing.T) {
	config := read(t, "staging")
	config["magento-networking:vpcCidr"] = strings.Repeat("é", 2<<20)
	err := settings.Check(config)
	require.Error(t, err)
	assert.Less(t, len(err.Error()), 1000)
	assert.ErrorContains(t, err, "… (2097152 characters)")
	config["magento-networking:vpcCidr"] = strings.Repeat("é", 120)
	assert.ErrorContains(t, settings.Check(config), `"`+strings.Repeat("é", 120)+`"`)
	config["magento-networking:zones"] = `["` + strings.Repeat("x", 1<<20) + `"]`
	assert.Less(t, len(settings.Check(config).Error()), 10000)
}
