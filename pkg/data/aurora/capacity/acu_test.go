package capacity

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestACUText(t *testing.T) {
	for text, want := range map[string]ACU{"0.5": 0.5, "1": 1, "2.0": 2, "2.50": 2.5, "16": 16, "256": 256} {
		var got ACU
		require.NoError(t, got.UnmarshalText([]byte(text)), text)
		assert.Equal(t, want, got)
	}
	for text, message := range map[string]string{
		"0":      "automatic pause",
		"0.0":    "automatic pause",
		"0.25":   "capacity 0.25 ACU is out of range: allowed are 0.5 to 256 in steps of 0.5",
		"0.75":   "capacity 0.75 ACU is between two steps: allowed are 0.5 to 256 in steps of 0.5",
		"256.5":  "out of range",
		"-1":     `capacity "-1" is not a number`,
		"+1":     "not a number",
		"1e1":    "not a number",
		"0x1p1":  "not a number",
		"1_0":    "not a number",
		"NaN":    "not a number",
		"inf":    "not a number",
		"2 ACU":  "not a number",
		"1.2.3":  "not a number",
		"":       "not a number",
		"999999": "out of range",
	} {
		got := ACU(7)
		assert.ErrorContains(t, got.UnmarshalText([]byte(text)), message, text)
		assert.Equal(t, ACU(7), got, "%q changed the value", text)
	}
}

func TestACUTextRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawACU(t, "acu", MinACU, MaxACU)
		text, err := want.MarshalText()
		require.NoError(t, err)
		var got ACU
		require.NoError(t, got.UnmarshalText(text))
		assert.Equal(t, want, got)
	})
}

func TestACUFromCode(t *testing.T) {
	assert.ErrorContains(t, ACU(math.NaN()).Validate(), "out of range")
	assert.ErrorContains(t, ACU(math.Inf(1)).Validate(), "out of range")
	assert.ErrorContains(t, ACU(1.3).Validate(), "between two steps")
	assert.Equal(t, 1024, MinACU.MemoryMiB())
	assert.Equal(t, 512*1024, MaxACU.MemoryMiB())
}

func TestRange(t *testing.T) {
	assert.NoError(t, Range{0.5, 1}.Validate())
	assert.NoError(t, Range{16, 16}.Validate())
	assert.Equal(t, "0.5–16 ACU", Range{0.5, 16}.String())

	assert.EqualError(t, Range{4, 2}.Validate(), "maximum 2 ACU is below the minimum of 4 ACU")
	assert.EqualError(t, Range{0.5, 0.5}.Validate(), "maximum 0.5 ACU is too small: Aurora asks for 1 or more")
	err := Range{0.25, 0.1}.Validate()
	for _, part := range []string{"minimum: capacity 0.25", "maximum: capacity 0.1", "maximum 0.1 ACU is below the minimum of 0.25 ACU"} {
		assert.ErrorContains(t, err, part, "everything is reported at once")
	}
	assert.ErrorContains(t, Range{}.Validate(), "minimum: capacity 0 ACU", "a forgotten range is no range")
}

func TestFeatures(t *testing.T) {
	assert.NoError(t, Range{2, 16}.ValidateFeatures(PerformanceInsights))
	assert.NoError(t, Range{8, 16}.ValidateFeatures(PerformanceInsights, GlobalDatabase))
	assert.NoError(t, Range{0.5, 16}.ValidateFeatures())
	err := Range{1.5, 16}.ValidateFeatures(PerformanceInsights, GlobalDatabase)
	assert.ErrorContains(t, err, "minimum 1.5 ACU is too small for Performance Insights: allowed are 2 ACU and more")
	assert.ErrorContains(t, err, "minimum 1.5 ACU is too small for a Global Database: allowed are 8 ACU and more")
}

// drawACU draws a capacity that exists.
func drawACU(t *rapid.T, label string, low, high ACU) ACU {
	return Step * ACU(rapid.IntRange(int(low/Step), int(high/Step)).Draw(t, label))
}

// drawRange draws a range that is valid.
func drawRange(t *rapid.T) Range {
	minimum := drawACU(t, "min", MinACU, MaxACU)
	return Range{Min: minimum, Max: drawACU(t, "max", max(minimum, minOfMax), MaxACU)}
}
