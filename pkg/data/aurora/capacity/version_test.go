package capacity

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEngineVersion(t *testing.T) {
	var version EngineVersion
	require.NoError(t, version.UnmarshalText([]byte(DefaultEngineVersion)))
	assert.Equal(t, 12, version.minor())
	assert.Equal(t, MaxACU, version.MaxACU())

	require.NoError(t, version.UnmarshalText([]byte("8.0.mysql_aurora.3.04.2")))
	assert.Equal(t, 4, version.minor())
	assert.Equal(t, ACU(128), version.MaxACU())
	text, err := version.MarshalText()
	require.NoError(t, err)
	assert.Equal(t, "8.0.mysql_aurora.3.04.2", string(text), "the zero of the minor is part of the name")
	assert.Equal(t, string(text), version.String())
}

func TestEngineVersionRefused(t *testing.T) {
	for text, message := range map[string]string{
		"":                          "is not Aurora MySQL 3",
		"8.0":                       "is not Aurora MySQL 3",
		"8.0.39":                    "is not Aurora MySQL 3",
		"5.7.mysql_aurora.2.11.4":   "is not Aurora MySQL 3",
		"8.0.mysql_aurora.2.11":     "is not Aurora MySQL 3",
		"8.0.mysql_aurora.2.11.0":   "is not Aurora MySQL 3",
		"8.0.mysql_aurora.4.01.0":   "is not Aurora MySQL 3",
		"8.4.mysql_aurora.8.4.0":    "is not Aurora MySQL 3",
		"8.0.mysql_aurora.3.12":     "is not Aurora MySQL 3",
		"8.0.mysql_aurora.3.12.0.1": "is not Aurora MySQL 3",
		"8.0.mysql_aurora.3.x.0":    "is not Aurora MySQL 3",
		"8.0.mysql_aurora.3.-1.0":   "is not Aurora MySQL 3",
		"16.4":                      "is not Aurora MySQL 3",
		"8.0.mysql_aurora.3.01.1":   "has no Serverless v2 instances",
	} {
		version := DefaultEngineVersion
		err := version.UnmarshalText([]byte(text))
		assert.ErrorContains(t, err, message, text)
		assert.ErrorContains(t, err, "such as 8.0.mysql_aurora.3.12.0")
		assert.Equal(t, DefaultEngineVersion, version)
	}
	assert.Zero(t, EngineVersion("nonsense").minor(), "an invalid version has no numbers, and does not panic")
}

func TestEngineVersionRange(t *testing.T) {
	assert.NoError(t, DefaultEngineVersion.ValidateRange(Range{1, 256}))
	old := EngineVersion("8.0.mysql_aurora.3.04.2")
	assert.NoError(t, old.ValidateRange(Range{1, 128}))
	assert.EqualError(t, old.ValidateRange(Range{1, 128.5}), "maximum 128.5 ACU is more than engine version "+
		"8.0.mysql_aurora.3.04.2 has: allowed are at most 128 ACU, or 256 from 3.08 on")
}
