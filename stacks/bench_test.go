package stacks_test

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/stacks"
)

// A preview must fit a laptop beside everything else that runs there. One takes 0.03 s and 80 MiB.
const (
	maxPreviewSeconds = 1.0
	maxPreviewMiB     = 400.0
)

// BenchmarkPreviewStaging plans the whole environment, and reports the processor's time for one plan and the most
// memory that the process ever had.
func BenchmarkPreviewStaging(b *testing.B) { benchmarkPreview(b, "staging") }

// BenchmarkPreviewProduction does the same with three zones.
func BenchmarkPreviewProduction(b *testing.B) { benchmarkPreview(b, "production") }

func benchmarkPreview(b *testing.B, environment string) {
	config := fixture.Config(b, environment)
	b.ReportAllocs()
	before := processorTime(b)
	for b.Loop() {
		_, err := offline.Run(environment, config, stacks.Programs())
		require.NoError(b, err)
	}
	seconds, peak := (processorTime(b)-before)/float64(b.N), peakMiB(b)
	b.ReportMetric(seconds, "cpu-s/op")
	b.ReportMetric(peak, "peak-MiB")
	if seconds > maxPreviewSeconds || peak > maxPreviewMiB {
		b.Fatalf("a preview takes %.2f s of the processor and %.0f MiB, more than %v s and %v MiB", seconds, peak, maxPreviewSeconds, maxPreviewMiB)
	}
}

// processorTime is what the process has used so far, in seconds.
func processorTime(b *testing.B) float64 {
	var usage syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}

// peakMiB is the largest resident set of the process so far (proc(5), VmHWM), 0 where the system does not tell.
func peakMiB(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(status), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			require.NoError(b, err)
			return kib / 1024
		}
	}
	return 0
}
