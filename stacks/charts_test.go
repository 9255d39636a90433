package stacks_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/magestack/magestack/internal/plan"
)

// The files that charts are rendered from, and what came of it (test/charts).
const (
	chartValues = "charts.values.golden"
	chartFacts  = "testdata/charts.facts.json"
	renderAnew  = "render the charts anew: make charts CHARTS=folder"
)

// chartRelease is what a plan gives Helm, without what differs between environments.
type chartRelease struct {
	Chart     string         `json:"chart"`
	Version   string         `json:"version"`
	Release   string         `json:"release"`
	Namespace string         `json:"namespace"`
	SkipCRDs  bool           `json:"skipCrds"`
	Values    map[string]any `json:"values"`
}

// chartFact is what came of a release when its chart was rendered.
type chartFact struct {
	Input     string          `json:"input"`
	Rendered  string          `json:"rendered"`
	Source    string          `json:"source"`
	Unknown   []string        `json:"unknown"`
	Workloads []chartWorkload `json:"workloads"`
	Budgets   []chartBudget   `json:"budgets"`
	Elsewhere []string        `json:"elsewhere"`
	Secrets   []string        `json:"secrets"`
}

type chartWorkload struct {
	Kind       string           `json:"kind"`
	Name       string           `json:"name"`
	Replicas   int              `json:"replicas"`
	Nodes      string           `json:"nodes"`
	Spread     []string         `json:"spread"`
	Folders    []string         `json:"folders"`
	Containers []chartContainer `json:"containers"`
}

type chartContainer struct {
	Name        string `json:"name"`
	Image       string `json:"image"`
	CPU         string `json:"cpu"`
	Memory      string `json:"memory"`
	MemoryLimit string `json:"memoryLimit"`
}

type chartBudget struct {
	Name           string   `json:"name"`
	Of             []string `json:"of"`
	Pods           int      `json:"pods"`
	MinAvailable   string   `json:"minAvailable"`
	MaxUnavailable string   `json:"maxUnavailable"`
	Allows         int      `json:"allows"`
}

// givenByEnvironment are the values that an environment's other resources and its settings give. None of them decides on
// what is rendered beyond the text or the switch that it is.
var givenByEnvironment = map[string]any{
	"clusterName": "given", "vpcId": "given", "region": "given",
	"settings.clusterName": "given", "settings.clusterEndpoint": "https://given.example.com", "settings.interruptionQueue": "given",
	"config.outputs":         "given", // region and environment
	"configs.cm.oidc.config": "given", "configs.rbac.policy.csv": "given",
	"settings.enableZonalShift": false, "settings.featureGates.spotToSpotConsolidation": false,
}

// releases are those of a plan, by their names in it.
func releases(recorded *plan.Environment) map[string]chartRelease {
	found := map[string]chartRelease{}
	for _, r := range ofType(recorded, releaseType) {
		values, _ := input(r, "values").(map[string]any)
		skip, _ := input(r, "skipCrds").(bool)
		found[r.Name] = chartRelease{
			Chart: fmt.Sprint(input(r, "chart")), Version: fmt.Sprint(input(r, "version")), Release: fmt.Sprint(input(r, "name")),
			Namespace: fmt.Sprint(input(r, "namespace")), SkipCRDs: skip, Values: withoutGiven(values, ""),
		}
	}
	return found
}

// loginAt is where the chart of Argo CD has its texts. An environment without a login leaves that of the login out.
const loginAt = "configs.cm."

// withoutGiven copies values, with the same in place of what is given.
func withoutGiven(values map[string]any, at string) map[string]any {
	result := map[string]any{}
	for key, value := range values {
		if inner, ok := value.(map[string]any); ok {
			value = withoutGiven(inner, at+key+".")
		}
		if given, ok := givenByEnvironment[at+key]; ok {
			value = given
		}
		result[key] = value
	}
	if at == loginAt {
		result["oidc.config"] = givenByEnvironment[loginAt+"oidc.config"]
	}
	return result
}

// digest is that of the facts' input: keys are sorted.
func (r chartRelease) digest(t *testing.T) string {
	text, err := json.Marshal(r)
	require.NoError(t, err)
	return fmt.Sprintf("sha256:%x", sha256.Sum256(text))
}

// TestChartValues holds what charts are rendered from, which is the same in every environment.
func TestChartValues(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		text, err := json.MarshalIndent(releases(recorded), "", "  ")
		require.NoError(t, err)
		golden(t, chartValues, string(text)+"\n")
	})
}

// facts reads what was rendered, and nothing that this test does not know.
func facts(t *testing.T) map[string]chartFact {
	text, err := os.ReadFile(chartFacts)
	require.NoError(t, err)
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var found map[string]chartFact
	require.NoError(t, decoder.Decode(&found))
	return found
}

// TestChartsWereRendered wants the facts to be of the charts and values that the plans have today.
func TestChartsWereRendered(t *testing.T) {
	known := facts(t)
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		planned := releases(recorded)
		assert.ElementsMatch(t, slices.Collect(maps.Keys(planned)), slices.Collect(maps.Keys(known)), renderAnew)
		for name, release := range planned {
			assert.Equal(t, release.digest(t), known[name].Input, "%s: its chart or values have changed: %s", name, renderAnew)
			assert.Equal(t, release.Version, known[name].Rendered, "%s: another version of %s was rendered", name, path.Base(release.Chart))
		}
	})
}

// TestWhatChartsMake holds what a drain, a full node and a destroy depend on.
func TestWhatChartsMake(t *testing.T) {
	for name, fact := range facts(t) {
		assert.Empty(t, chartProblems(fact), name)
	}
}

// ofKubernetes reports whether an object is in a namespace of Kubernetes itself, which nobody deletes.
func ofKubernetes(object string) bool {
	_, place, _ := strings.Cut(object, " ")
	return strings.HasPrefix(place, "kube-system/") || strings.HasPrefix(place, "kube-node-lease/")
}

// chartProblems lists what is wrong with what a chart makes.
func chartProblems(fact chartFact) []string {
	var problems []string
	add := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	for _, key := range fact.Unknown {
		add("value %s: the chart does not know it", key)
	}
	for _, budget := range fact.Budgets {
		if budget.Allows < 1 {
			add("budget %s: lets no pod of %s go, ever (%d pods, minAvailable %q, maxUnavailable %q)",
				budget.Name, strings.Join(budget.Of, ", "), budget.Pods, budget.MinAvailable, budget.MaxUnavailable)
		}
	}
	for _, object := range fact.Elsewhere {
		if !ofKubernetes(object) {
			add("%s: in a namespace that is not the release's, which would have to outlive it", object)
		}
	}
	for _, w := range fact.Workloads {
		problems = append(problems, workloadProblems(fact, w)...)
	}
	return problems
}

// mounted are the folders of nodes that charts mount: logs, and what Fluent Bit keeps of its own.
var mounted = []string{"/var/log read", "/var/lib/fluent-bit write"}

func workloadProblems(fact chartFact, w chartWorkload) []string {
	var problems []string
	add := func(format string, args ...any) {
		problems = append(problems, w.Kind+" "+w.Name+": "+fmt.Sprintf(format, args...))
	}
	if w.Nodes != "system" && w.Kind != "DaemonSet" {
		add("selects nodes %q, which a destroy may take first", w.Nodes)
	}
	if w.Nodes != "" && w.Kind == "DaemonSet" {
		add("selects nodes %q, and is missing on all others", w.Nodes)
	}
	for _, folder := range w.Folders {
		if !slices.Contains(mounted, folder) {
			add("mounts of its node: %s", folder)
		}
	}
	covered := slices.ContainsFunc(fact.Budgets, func(b chartBudget) bool { return slices.Contains(b.Of, w.Kind+" "+w.Name) })
	if w.Replicas > 1 && !covered {
		add("%d replicas and no budget: a drain may take all of them", w.Replicas)
	}
	for _, c := range w.Containers {
		if c.CPU == "" || c.Memory == "" {
			add("container %s: asks for CPU %q and memory %q", c.Name, c.CPU, c.Memory)
			continue
		}
		asked, askedErr := resource.ParseQuantity(c.Memory)
		limit, limitErr := resource.ParseQuantity(c.MemoryLimit)
		if askedErr != nil || limitErr != nil || asked.Cmp(limit) != 0 {
			add("container %s: asks for memory of %q and may have %q", c.Name, c.Memory, c.MemoryLimit)
		}
	}
	return problems
}

// TestProblemsOfChartsAreNoticed breaks a good fact in each way, first as Reloader's chart once was.
func TestProblemsOfChartsAreNoticed(t *testing.T) {
	good := func() chartFact {
		return chartFact{
			Workloads: []chartWorkload{{Kind: "Deployment", Name: "a", Replicas: 2, Nodes: "system", Containers: []chartContainer{{"c", "i:1", "1m", "1Mi", "1024Ki"}}}},
			Budgets:   []chartBudget{{Name: "b", Of: []string{"Deployment a"}, Pods: 2, MaxUnavailable: "1", Allows: 1}},
		}
	}
	assert.Empty(t, chartProblems(good()))
	assert.Empty(t, chartProblems(chartFact{Elsewhere: []string{"RoleBinding kube-system/a", "Role kube-node-lease/a"}}))
	for want, breakIt := range map[string]func(*chartFact){
		"lets no pod of Deployment a go":              func(f *chartFact) { f.Budgets[0].MaxUnavailable, f.Budgets[0].Allows = "", 0 },
		"the chart does not know it":                  func(f *chartFact) { f.Unknown = []string{"x"} },
		"no budget":                                   func(f *chartFact) { f.Budgets = nil },
		"which a destroy may take first":              func(f *chartFact) { f.Workloads[0].Nodes = "" },
		"is missing on all others":                    func(f *chartFact) { f.Workloads[0].Kind, f.Budgets[0].Of = "DaemonSet", []string{"DaemonSet a"} },
		"mounts of its node: /var/log write":          func(f *chartFact) { f.Workloads[0].Folders = []string{"/var/log write"} },
		`asks for CPU ""`:                             func(f *chartFact) { f.Workloads[0].Containers[0].CPU = "" },
		`asks for CPU "1m" and memory ""`:             func(f *chartFact) { f.Workloads[0].Containers[0].Memory = "" },
		`asks for memory of "1Mi" and may have "2Mi"`: func(f *chartFact) { f.Workloads[0].Containers[0].MemoryLimit = "2Mi" },
		`and may have ""`:                             func(f *chartFact) { f.Workloads[0].Containers[0].MemoryLimit = "" },
		"which would have to outlive it":              func(f *chartFact) { f.Elsewhere = []string{"RoleBinding magento/keda-operator"} },
	} {
		fact := good()
		breakIt(&fact)
		found := chartProblems(fact)
		require.Len(t, found, 1, want)
		assert.Contains(t, found[0], want)
	}
}

// TestSecretsOfOneNamespace keeps KEDA and Argo CD, which watch every namespace, to the secrets of their own.
func TestSecretsOfOneNamespace(t *testing.T) {
	for release, namespace := range map[string]string{"addons-keda-release": "keda", "argocd-release": "argocd"} {
		readers := facts(t)[release].Secrets
		assert.NotEmpty(t, readers, release)
		for _, reader := range readers {
			assert.Regexp(t, `^\S+ `+namespace+` `, reader)
		}
	}
}
