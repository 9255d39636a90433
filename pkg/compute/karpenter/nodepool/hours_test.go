package nodepool_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/compute/karpenter/nodepool"
)

func zone(t require.TestingT, name string) nodepool.TimeZone {
	var z nodepool.TimeZone
	require.NoError(t, z.UnmarshalText([]byte(name)))
	return z
}

func hours(t require.TestingT, text string) nodepool.TradingHours {
	var h nodepool.TradingHours
	require.NoError(t, h.UnmarshalText([]byte(text)))
	return h
}

func TestQuietHours(t *testing.T) {
	for _, c := range []struct{ hours, zone, schedule, duration string }{
		{"08:00-22:00", "UTC", "0 8 * * *", "14h"},
		{"08:00-22:00", "Europe/Berlin", "0 6 * * *", "15h"},   // 06:00 UTC in summer, to 21:00 UTC in winter
		{"08:00-22:00", "Asia/Tokyo", "0 23 * * *", "14h"},     // the day before, without clock changes
		{"18:30-02:15", "Asia/Kolkata", "0 13 * * *", "7h45m"}, // half an hour
		{"20:00-04:00", "America/New_York", "0 0 * * *", "9h"},
		{"09:00-21:00", "Australia/Lord_Howe", "0 22 * * *", "12h30m"}, // clocks change by half an hour
	} {
		quiet, err := hours(t, c.hours).Quiet(zone(t, c.zone))
		require.NoError(t, err)
		assert.Equal(t, c.schedule, quiet.Schedule, c.zone)
		assert.Equal(t, c.duration, string(quiet.Duration), c.zone)
		assert.Equal(t, c.hours, hours(t, c.hours).String())
		assert.NoError(t, quiet.Validate())
	}
}

func TestHoursAreRefused(t *testing.T) {
	var h nodepool.TradingHours
	for _, wrong := range []string{"", "8-22", "08:00", "08:00-24:00", "08:60-22:00", "08:00 - 22:00"} {
		assert.ErrorContains(t, h.UnmarshalText([]byte(wrong)), "must be two times of day", wrong)
	}
	assert.ErrorContains(t, h.UnmarshalText([]byte("08:00-08:00")), "another time")
	var z nodepool.TimeZone
	for _, wrong := range []string{"", "Local", "Berlin", "UTC+1"} {
		assert.ErrorContains(t, z.UnmarshalText([]byte(wrong)), "a name of the tz database", wrong)
	}
	_, err := hours(t, "06:00-01:30").Quiet(zone(t, "Europe/Berlin"))
	assert.ErrorContains(t, err, "trading hours 06:00-01:30, Europe/Berlin: leave 3h30m0s of the day in UTC, and must leave 4h0m0s")
	_, err = hours(t, "06:00-01:30").Quiet(nodepool.TimeZone{})
	assert.NoError(t, err, "without clock changes it leaves enough")
}

func TestPeriods(t *testing.T) {
	for d, want := range map[time.Duration]string{14 * time.Hour: "14h", 90 * time.Minute: "1h30m", 2 * time.Minute: "2m", 30 * time.Second: "30s", 61 * time.Second: "1m1s"} {
		assert.Equal(t, want, fmt.Sprint(nodepool.PeriodOf(d)))
	}
}
