package stacks_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/offline"
	"github.com/magestack/magestack/pkg/settings"
	"github.com/magestack/magestack/stacks"
)

// BenchmarkPreviewStaging plans the whole environment, and reports the processor's time for one plan and the most
// memory that the process ever had.
func BenchmarkPreviewStaging(b *testing.B) { benchmarkPreview(b, "staging") }

// BenchmarkPreviewProduction does the same with three zones.
func BenchmarkPreviewProduction(b *testing.B) { benchmarkPreview(b, "production") }

func benchmarkPreview(b *testing.B, environment string) {
	config, err := settings.ReadFile(filepath.Join(root, settings.FileName(environment)))
	require.NoError(b, err)
	b.ReportAllocs()
	before := processorTime(b)
	for b.Loop() {
		_, err := offline.Run(environment, config, stacks.Programs())
		require.NoError(b, err)
	}
	b.ReportMetric((processorTime(b)-before)/float64(b.N), "cpu-s/op")
	b.ReportMetric(peakMiB(b), "peak-MiB")
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
