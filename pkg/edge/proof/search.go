package proof

import (
	"slices"

	"github.com/magestack/magestack/pkg/edge/proof/shop"
)

// Natures are shops from the best to the worst.
func Natures() []shop.Nature {
	return []shop.Nature{
		{}, {NothingSaid: true}, {CookiesOnErrors: true}, {EverythingPublic: true, CookiesOnErrors: true},
		{EverythingPublic: true, CookiesOnErrors: true, Echoes: true}, {NothingSaid: true, CookiesOnErrors: true, Echoes: true},
	}
}

// Counterexample is the shortest script that was found for a violation.
type Counterexample struct {
	Nature     shop.Nature
	Steps      []Step
	Violations []Violation
}

// Search looks for a script that breaks a rule, among the stories first and then with scripts drawn from the first seeds on;
// nil where it finds none. What it finds is made as short as it gets by leaving steps out.
func Search(edge Edge, hosts Hosts, seeds int) (*Counterexample, error) {
	generator := Generator(hosts, 40)
	known := Stories(hosts[0])
	for i := range len(known) + seeds {
		var steps []Step
		if i < len(known) {
			steps = known[i]
		} else {
			steps = generator.Example(i - len(known))
		}
		for _, nature := range Natures() {
			found, err := Run(edge, nature, steps)
			if err != nil {
				return nil, err
			}
			if len(found) > 0 {
				return shorten(edge, Counterexample{nature, steps, found})
			}
		}
	}
	return nil, nil
}

// shorten leaves out every step that the violation does not need.
func shorten(edge Edge, c Counterexample) (*Counterexample, error) {
	for shorter := true; shorter; {
		shorter = false
		for i := len(c.Steps) - 1; i >= 0; i-- {
			fewer := slices.Delete(slices.Clone(c.Steps), i, i+1)
			found, err := Run(edge, c.Nature, fewer)
			if err != nil {
				return nil, err
			}
			if len(found) > 0 {
				c.Steps, c.Violations, shorter = fewer, found, true
			}
		}
	}
	return &c, nil
}
