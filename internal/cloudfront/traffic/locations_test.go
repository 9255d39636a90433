package traffic_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/cloudfront/traffic"
)

// steady is a shop over some hours, pages alone.
func steady(perSecond float64, hours int) []traffic.Request {
	options := traffic.Standard()
	options.PerSecond, options.PagesAlone = perSecond, true
	options.PageViews = int(perSecond * 3600 * float64(hours))
	return traffic.Generate(options)
}

// TestWhatLocationsKeep holds what docs/performance.md says: an hour is enough where one location sees a dozen pages a second,
// and a shield makes several locations one.
func TestWhatLocationsKeep(t *testing.T) {
	const hour = time.Hour
	busy, quiet := steady(12, 3), steady(2, 6)
	percent := func(trace []traffic.Request, l traffic.Locations) float64 {
		kept := 100 * l.Kept(trace, 2*hour)
		t.Logf("%+v: %.1f", l, kept)
		return kept
	}
	alone := percent(quiet, traffic.Locations{Count: 1, Lifetime: hour})
	spread := percent(quiet, traffic.Locations{Count: 6, Lifetime: hour})
	shielded := percent(quiet, traffic.Locations{Count: 6, Lifetime: hour, Shield: true})
	assert.Greater(t, percent(busy, traffic.Locations{Count: 1, Lifetime: hour}), 92.0)
	assert.InDelta(t, 85, alone, 5)
	assert.Less(t, spread, alone-10)
	assert.InDelta(t, alone, shielded, 0.5, "what reaches the shop is what one location would ask for")
}

// TestALocationKeepsWhatItWasTold, and no longer.
func TestALocationKeepsWhatItWasTold(t *testing.T) {
	visit := func(at time.Duration, who string) traffic.Request {
		return traffic.Request{At: at, Visitor: who, Kind: traffic.Guest, Path: "/"}
	}
	trace := []traffic.Request{visit(0, "a"), visit(59*time.Second, "a"), visit(60*time.Second, "a")}
	assert.InDelta(t, 1.0/3, traffic.Locations{Count: 1, Lifetime: time.Minute}.Kept(trace, 0), 0.001)
	var many []traffic.Request
	for i := range 40 {
		many = append(many, visit(30*time.Second, fmt.Sprint(i)))
	}
	assert.InDelta(t, 39.0/40, traffic.Locations{Count: 1, Lifetime: time.Minute}.Kept(many, 0), 0.001)
	assert.InDelta(t, 37.0/40, traffic.Locations{Count: 3, Lifetime: time.Minute}.Kept(many, 0), 0.001)
	assert.InDelta(t, 39.0/40, traffic.Locations{Count: 3, Lifetime: time.Minute, Shield: true}.Kept(many, 0), 0.001)
	// What the shield has had for most of its time is not kept for another.
	late := []traffic.Request{visit(0, "0"), visit(50*time.Second, "1"), visit(61*time.Second, "1"), visit(61*time.Second, "2")}
	assert.InDelta(t, 0.5, traffic.Locations{Count: 3, Lifetime: time.Minute, Shield: true}.Kept(late, 0), 0.26)
}

// BenchmarkLocations measures the table of docs/performance.md, once the caches are warm.
func BenchmarkLocations(b *testing.B) {
	for _, shop := range []struct {
		perSecond float64
		hours     int
	}{{12, 4}, {2, 6}, {2, 48}} {
		trace := steady(shop.perSecond, shop.hours)
		for _, count := range []int{1, 6} {
			for _, lifetime := range []time.Duration{time.Hour, 24 * time.Hour} {
				for _, shield := range []bool{false, true} {
					l := traffic.Locations{Count: count, Lifetime: lifetime, Shield: shield}
					b.Run(fmt.Sprintf("%.0f a second/%d hours/%+v", shop.perSecond, shop.hours, l), func(b *testing.B) {
						for b.Loop() {
							b.ReportMetric(100*l.Kept(trace, time.Duration(shop.hours)*time.Hour/2), "kept-%")
						}
					})
				}
			}
		}
	}
}
