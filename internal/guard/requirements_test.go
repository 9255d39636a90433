package guard

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	must "github.com/stretchr/testify/require" // the package has a require of its own

	"github.com/magestack/magestack/internal/plan"
)

var update = flag.Bool("update", false, "write the golden file anew")

const requirementsGolden = "testdata/requirements.golden"

// controlled is a requirement and the control that it is of.
type controlled struct {
	requirement
	control string
}

// requirements lists those of all controls.
func requirements() []controlled {
	var all []controlled
	for _, control := range Controls() {
		g := newGraph(&plan.Environment{Name: "production"})
		g.required = func(q requirement) { all = append(all, controlled{q, control.Name}) }
		control.check(g)
	}
	return all
}

// TestRequirementsAreWrittenDown keeps a requirement, or the limit of a name, from being dropped or weakened unseen: the tests
// that are generated from the table would go with it.
func TestRequirementsAreWrittenDown(t *testing.T) {
	var lines []string
	for _, q := range requirements() {
		want := "is set"
		if q.want != nil {
			want = fmt.Sprintf("is %v", q.want)
		}
		lines = append(lines, fmt.Sprintf("%s: %s: %s %s", q.control, q.kind, q.path, want))
	}
	for kind, limit := range nameLimits {
		lines = append(lines, fmt.Sprintf("name-lengths: %s: %s has at most %d characters", kind, limit.input, limit.limit))
	}
	for kind, limit := range autonamed {
		lines = append(lines, fmt.Sprintf("name-lengths: %s: its physical name has at most %d characters", kind, limit))
	}
	slices.Sort(lines)
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		must.NoError(t, os.WriteFile(requirementsGolden, []byte(got), 0o600))
	}
	want, err := os.ReadFile(requirementsGolden)
	must.NoError(t, err)
	assert.Equal(t, string(want), got, "go test ./internal/guard -update writes the list anew")
}

// TestEveryRequirementIsChecked breaks each requirement on a resource that meets all those of its type, and wants its control,
// and no other, to say so.
func TestEveryRequirementIsChecked(t *testing.T) {
	all := requirements()
	for _, q := range all {
		t.Run(q.control+" "+q.kind+" "+q.path, func(t *testing.T) {
			meets := func() plan.Resource {
				r := plan.Resource{URN: "urn:" + q.kind, Type: q.kind, Custom: true}
				for _, other := range all {
					if other.kind == q.kind {
						r = with(r, other.path, other.met())
					}
				}
				return r
			}
			before := violationsOf(meets())
			for violation := range before {
				must.NotContains(t, violation.Problem, "("+q.path+" is ", "the resource must meet the requirement")
			}
			for _, wrong := range q.unmet() {
				after := violationsOf(with(meets(), q.path, wrong))
				maps.DeleteFunc(after, func(v Violation, _ bool) bool { return before[v] })
				assert.Equal(t, map[Violation]bool{{
					Control: q.control, URN: "urn:" + q.kind, Problem: fmt.Sprintf("%s (%s is %v)", q.about, q.path, wrong),
				}: true}, after, "%s is %#v", q.path, wrong)
			}
		})
	}
}

// met is a value that meets the requirement.
func (q requirement) met() any {
	if q.want == nil {
		return "something"
	}
	return q.want
}

// unmet are values that do not: none, and those next to what is wanted.
func (q requirement) unmet() []any {
	switch want := q.want.(type) {
	case nil:
		return []any{nil, ""}
	case bool:
		return []any{nil, !want}
	case float64:
		return []any{nil, want - 1, want + 1}
	default:
		return []any{nil, fmt.Sprint(want, "x")}
	}
}

func violationsOf(resources ...plan.Resource) map[Violation]bool {
	found := map[Violation]bool{}
	for _, v := range Check(&plan.Environment{Name: "production", Stacks: []plan.Stack{{Resources: resources}}}) {
		found[v] = true
	}
	return found
}

// with puts a value at a path of a resource's inputs, and makes what is on the way there.
func with(r plan.Resource, path string, value any) plan.Resource {
	var inputs any
	if r.Inputs != nil {
		inputs = r.Inputs
	}
	r.Inputs = placed(inputs, strings.Split(path, "."), value).(map[string]any)
	return r
}

func placed(into any, steps []string, value any) any {
	if len(steps) == 0 {
		return value
	}
	index, err := strconv.Atoi(steps[0])
	if err != nil {
		object, _ := into.(map[string]any)
		if object == nil {
			object = map[string]any{}
		}
		object[steps[0]] = placed(object[steps[0]], steps[1:], value)
		return object
	}
	list, _ := into.([]any)
	for len(list) <= index {
		list = append(list, nil)
	}
	list[index] = placed(list[index], steps[1:], value)
	return list
}
