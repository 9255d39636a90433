package cluster

import (
	"strings"
	"testing"
	"time"
)

// TestOutOfOrder stands on the bound, where the next wave begins in the second in which the one before is done, and beside it.
func TestOutOfOrder(t *testing.T) {
	at := func(second int) time.Time { return time.Date(2026, 1, 1, 0, 0, second, 0, time.UTC) }
	secret := part{wave: 0, name: "ExternalSecret a", created: at(1), done: at(5)}
	for name, c := range map[string]struct {
		late part
		want string
	}{
		"on it":          {part{wave: 2, name: "Job b", created: at(5)}, ""},
		"beside it":      {part{wave: 2, name: "Job b", created: at(4)}, "Job b of wave 2 began at 00:00:04, before ExternalSecret a of wave 0 was done at 00:00:05"},
		"before it":      {part{wave: 2, name: "Job b", created: at(0)}, "Job b of wave 2 began"},
		"of one wave":    {part{wave: 0, name: "Job b", created: at(0)}, ""},
		"before nothing": {part{wave: -1, name: "Job b", created: at(0)}, ""},
	} {
		problems := strings.Join(outOfOrder([]part{secret, c.late}), "\n")
		if c.want == "" && problems != "" || !strings.Contains(problems, c.want) {
			t.Errorf("%s: %q, want %q", name, problems, c.want)
		}
	}
}
