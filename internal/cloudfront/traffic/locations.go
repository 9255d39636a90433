package traffic

import (
	"hash/fnv"
	"strings"
	"time"
)

// Locations are edge locations that keep pages each for itself, as CloudFront's do. A visitor stays at one.
type Locations struct {
	Count    int
	Lifetime time.Duration // of a page
	Shield   bool          // whether they ask through one that keeps pages, too (Origin Shield)
}

// Kept is the part of guests' and crawlers' pages, of those after some time, that did not reach the shop.
func (l Locations) Kept(trace []Request, after time.Duration) float64 {
	kept := make([]map[string]time.Duration, l.Count+1) // until when, by path; the last is the shield's
	for i := range kept {
		kept[i] = map[string]time.Duration{}
	}
	shield := kept[l.Count]
	pages, hits := 0, 0
	for _, r := range trace {
		if r.File || r.Kind != Guest && r.Kind != Crawler || strings.HasPrefix(r.Path, "/customer/") {
			continue
		}
		at := kept[l.of(r.Visitor)]
		hit := r.At < at[r.Path]
		if !hit {
			// What comes from the shield is as old as it is there, and no longer fresh than there.
			until := r.At + l.Lifetime
			if l.Shield {
				if hit = r.At < shield[r.Path]; hit {
					until = shield[r.Path]
				}
				shield[r.Path] = until
			}
			at[r.Path] = until
		}
		if r.At < after {
			continue
		}
		pages++
		if hit {
			hits++
		}
	}
	return float64(hits) / float64(max(pages, 1))
}

func (l Locations) of(visitor string) int {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(visitor))         // which never fails
	return int(hash.Sum32() % uint32(l.Count)) //nolint:gosec // a few locations
}
