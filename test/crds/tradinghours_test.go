package crds

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clock "k8s.io/utils/clock/testing"
	"pgregory.net/rapid"
	karpenter "sigs.k8s.io/karpenter/pkg/apis/v1"

	"github.com/magestack/magestack/pkg/compute/karpenter/nodepool"
)

// TestNothingIsTakenInTradingHours asks Karpenter's own budgets at any minute of ten years.
func TestNothingIsTakenInTradingHours(t *testing.T) {
	zones := []string{"UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Sao_Paulo", "Asia/Tokyo", "Asia/Kolkata", "Australia/Sydney", "Pacific/Auckland", "Africa/Casablanca", "Australia/Lord_Howe"}
	rapid.Check(t, func(t *rapid.T) {
		var z nodepool.TimeZone
		require.NoError(t, z.UnmarshalText([]byte(rapid.SampledFrom(zones).Draw(t, "zone"))))
		start := rapid.IntRange(0, 24*60-1).Draw(t, "start")
		length := rapid.IntRange(1, 18*60).Draw(t, "length")
		h := nodepool.TradingHours{Start: start, End: (start + length) % (24 * 60)}
		quiet, err := h.Quiet(z)
		require.NoError(t, err)
		theirs := decoded[karpenter.Budget](t, quiet)

		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 9*365*24*60).Draw(t, "minute")) * time.Minute)
		local := at.In(z.Location)
		now := local.Hour()*60 + local.Minute()
		trading := now >= h.Start && now < h.End
		if h.End < h.Start {
			trading = now >= h.Start || now < h.End
		}
		active, err := theirs.IsActive(clock.NewFakeClock(at))
		require.NoError(t, err)
		if trading && !active {
			t.Fatalf("at %s, %s, nodes may be taken in %s", at, local, h)
		}
		allowed, err := theirs.GetAllowedDisruptions(clock.NewFakeClock(at), 100)
		require.NoError(t, err)
		if trading {
			require.Zero(t, allowed)
		}
	})
}
