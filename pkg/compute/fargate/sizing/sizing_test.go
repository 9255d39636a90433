package sizing_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/magestack/magestack/pkg/compute/fargate/sizing"
)

// TestFor has the examples of the EKS User Guide, and the trap of round figures.
func TestFor(t *testing.T) {
	for _, c := range []struct {
		milliCPU, mib int
		want          sizing.Size
	}{
		{1, 1, sizing.Size{MilliCPU: 250, MiB: 512}},
		{250, 256, sizing.Size{MilliCPU: 250, MiB: 512}},
		{250, 1024, sizing.Size{MilliCPU: 250, MiB: 2048}}, // there is no 1.5 GiB
		{1000, 8 * 1024, sizing.Size{MilliCPU: 2000, MiB: 9 * 1024}},
		{1000, 3840, sizing.Size{MilliCPU: 1000, MiB: 4 * 1024}},
		{8000, 57 * 1024, sizing.Size{MilliCPU: 8000, MiB: 60 * 1024}},
	} {
		got, err := sizing.For(c.milliCPU, c.mib)
		require.NoError(t, err)
		assert.Equal(t, c.want, got, "%dm %d MiB", c.milliCPU, c.mib)
	}
	_, err := sizing.For(16000, 120*1024)
	assert.EqualError(t, err, "cpu 16000m, memory 122880 MiB: Fargate has at most 16000m and 122880 MiB, of which 256 MiB are its own")
	_, err = sizing.For(0, -1)
	assert.EqualError(t, err, "cpu 0m, memory -1 MiB: must both be above 0")
}

// TestForIsTheSmallest wants no smaller combination to do.
func TestForIsTheSmallest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cpu, mib := rapid.IntRange(1, 16000).Draw(t, "cpu"), rapid.IntRange(1, 119*1024).Draw(t, "mib")
		got, err := sizing.For(cpu, mib)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, got.MilliCPU, cpu)
		assert.GreaterOrEqual(t, got.MiB, mib+sizing.OverheadMiB)
		for _, s := range sizing.Sizes() {
			if s.DollarsPerMinute() < got.DollarsPerMinute()-1e-12 && s.MilliCPU <= got.MilliCPU {
				assert.False(t, s.MilliCPU >= cpu && s.MiB >= mib+sizing.OverheadMiB, "%+v would do", s)
			}
		}
	})
}

func TestDollarsPerMinute(t *testing.T) {
	assert.InDelta(t, 0.000971, sizing.Size{MilliCPU: 1000, MiB: 4 * 1024}.DollarsPerMinute(), 1e-6)
}
