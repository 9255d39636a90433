package proof

import (
	"maps"
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/cloudfront/fakeshop"
)

// Behaviors are shops from the best to the worst.
func Behaviors() []fakeshop.Behavior {
	return []fakeshop.Behavior{
		{}, {NothingSaid: true}, {CookiesOnErrors: true}, {EverythingPublic: true, CookiesOnErrors: true},
		{EverythingPublic: true, CookiesOnErrors: true, Echoes: true}, {NothingSaid: true, CookiesOnErrors: true, Echoes: true},
		{Grace: true, Tagged: true}, {Chunked: true}, {EverythingPublic: true, CookiesOnErrors: true, Echoes: true, Grace: true, Tagged: true},
	}
}

// Counterexample is the shortest script that was found for a violation.
type Counterexample struct {
	Behavior   fakeshop.Behavior
	Steps      []Step
	Violations []Violation
}

// String tells it as people read it: how the shop is, who asked for what, and what went wrong first.
func (c Counterexample) String() string {
	lines := []string{c.Behavior.String(), Script(c.Steps)}
	if len(c.Violations) > 0 {
		lines = append(lines, c.Violations[0].String())
	}
	return strings.Join(lines, "\n")
}

// Search looks for a script that breaks one of some rules, or any where none is named: among the stories first, and then
// with scripts drawn from the first seeds on; nil where it finds none. What it finds is made as short as it gets.
func Search(edge Edge, hosts Hosts, seeds int, rules ...string) (*Counterexample, error) {
	try := func(behavior fakeshop.Behavior, steps []Step) (*Counterexample, error) {
		found, err := broken(edge, behavior, steps, rules)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		return shorten(edge, Counterexample{behavior, steps, found}, rules)
	}
	for _, behavior := range Behaviors() {
		for _, story := range Stories(hosts) {
			if found, err := try(behavior, story); found != nil || err != nil {
				return found, err
			}
		}
	}
	generator := Generator(hosts, 40)
	for seed := range seeds {
		steps := generator.Example(seed)
		for _, behavior := range Behaviors() {
			if found, err := try(behavior, steps); found != nil || err != nil {
				return found, err
			}
		}
	}
	return nil, nil
}

// broken plays a script and lists what breaks one of some rules.
func broken(edge Edge, behavior fakeshop.Behavior, steps []Step, rules []string) ([]Violation, error) {
	found, err := Run(edge, behavior, steps)
	if len(rules) == 0 {
		return found, err
	}
	return slices.DeleteFunc(found, func(v Violation) bool { return !slices.Contains(rules, v.Rule) }), err
}

// shorten leaves out every step, and every header of a step, that the violation does not need.
func shorten(edge Edge, c Counterexample, rules []string) (*Counterexample, error) {
	for shorter := true; shorter; {
		shorter = false
		for _, fewer := range smaller(c.Steps) {
			found, err := broken(edge, c.Behavior, fewer, rules)
			if err != nil {
				return nil, err
			}
			if len(found) > 0 {
				c.Steps, c.Violations, shorter = fewer, found, true
				break
			}
		}
	}
	return &c, nil
}

// smaller are scripts with a step less, and with a header less.
func smaller(steps []Step) [][]Step {
	var all [][]Step
	for i := len(steps) - 1; i >= 0; i-- {
		all = append(all, slices.Delete(slices.Clone(steps), i, i+1))
	}
	for i, s := range steps {
		for name := range s.Headers {
			fewer := slices.Clone(steps)
			fewer[i].Headers = maps.Clone(s.Headers)
			delete(fewer[i].Headers, name)
			all = append(all, fewer)
		}
	}
	return all
}
