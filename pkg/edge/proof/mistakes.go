package proof

import "github.com/magestack/magestack/pkg/edge/model"

// Mistake is a configuration that people make, or one of ours without one of its safeties.
type Mistake struct {
	Name   string // that people know it by
	Why    string // it is made, or what it does; empty where the name says it
	Breaks []string
	Make   func(*model.Distribution)
}

// Mistakes are all that the proof has to notice, in a distribution that keeps pages, by one of the rules that each breaks.
func Mistakes() []Mistake { return append(known(), removed()...) }

// pages is the behaviour of pages, the default.
func pages(d *model.Distribution) *model.Behavior { return &d.Behaviors[len(d.Behaviors)-1] }
