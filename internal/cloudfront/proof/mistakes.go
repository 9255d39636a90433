package proof

import (
	"slices"

	"github.com/magestack/magestack/internal/cloudfront/model"
)

// Mistake is a configuration that people make, or one of ours without one of its safeties.
type Mistake struct {
	Name   string // that people know it by
	Why    string // it is made, or what it does; empty where the name says it
	Breaks []string
	Make   func(*model.Distribution)
}

// Mistakes are all that the proof has to notice, in a distribution that keeps pages, by one of the rules that each breaks.
func Mistakes() []Mistake { return append(known(), removed()...) }

// pages is a behaviour of pages, the first of them; they differ in their patterns alone.
func pages(d *model.Distribution) *model.Behavior {
	return &d.Behaviors[slices.IndexFunc(d.Behaviors, isPages)]
}

// isPages tells behaviours of pages from those of files by what their keys have.
func isPages(b model.Behavior) bool {
	return b.Cache.MaxTTL > 0 && slices.Contains(b.Cache.Headers.Names, "x-cache-scope")
}

// changePages changes every behaviour of pages, in a list of its own.
func changePages(d *model.Distribution, change func(*model.Behavior)) {
	d.Behaviors = slices.Clone(d.Behaviors)
	for i, b := range d.Behaviors {
		if isPages(b) {
			change(&d.Behaviors[i])
		}
	}
}
