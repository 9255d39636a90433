package rollout

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/layer"
)

// publishing is a plan that changes what a layer publishes.
const publishing = `"OF::pulumi:pulumi:Stack::it": {"steps": ["create"], "goal": {"outputDiff": {"adds": {"vpcId": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}}}}`

// down takes layers down.
func (f *fake) down(folders ...string) {
	for _, folder := range folders {
		f.states[folder+" staging"] = []map[string]any{resource("pulumi:pulumi:Stack", "stack", "")}
	}
}

// TestAProtectedEnvironmentComesUp goes through the rounds of the first time as README says: what can be planned is
// planned, reviewed and applied, and the next round goes on with the rest.
func TestAProtectedEnvironmentComesUp(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "plans")
	f := newFake()
	folders := []string{"stacks/networking", "stacks/data", "stacks/compute", "stacks/cdn", "."}
	up := map[string][]map[string]any{}
	for _, folder := range folders {
		up[folder] = f.states[folder+" staging"]
		f.plans[folder] = publishing
	}
	f.down(folders...)
	for _, round := range []struct {
		planned []string
		waiting string
		rest    string // that is not up afterwards
	}{
		{[]string{"stacks/networking"}, "no plan of data yet: the plan of networking changes what it publishes\n", "not up yet: data, compute, cdn, root. Continue with: magestack up staging --save-plans "},
		{[]string{"stacks/data", "stacks/compute"}, "no plan of cdn yet: the plan of data changes what it publishes\n", "not up yet: cdn, root."},
		{[]string{"stacks/cdn"}, "no plan of root yet: the plan of cdn changes what it publishes\n", "not up yet: root."},
		{[]string{"."}, "", "staging is up\n"},
	} {
		f.ran = nil
		r, output := f.of(t, protected)
		require.NoError(t, r.Up(context.Background(), UpOptions{SavePlans: folder}), "what changes nothing asks nothing")
		assert.Subset(t, f.folders("preview"), round.planned)
		assert.Contains(t, output.String(), round.waiting)
		assert.Contains(t, output.String(), "Nothing was changed. When the plans are reviewed: magestack up staging --plans "+folder+"\n")

		for _, done := range round.planned {
			f.states[done+" staging"], f.plans[done] = up[done], `"OF::aws:x/y:Z::it": {"steps": ["same"]}`
		}
		r, output = f.of(t, protected)
		require.NoError(t, r.Up(context.Background(), UpOptions{Plans: folder, Yes: true}))
		assert.ElementsMatch(t, round.planned, f.folders("up"))
		assert.Contains(t, output.String(), round.rest)
		assert.Equal(t, round.planned[0] == "stacks/networking", strings.Contains(output.String(), "certificates wait for it"), "the name servers are to be entered now")
		_, err := os.Stat(planFile(folder, plan.Program{Layer: layer.Networking{}.Layer()}))
		assert.ErrorIs(t, err, os.ErrNotExist, "a plan that is applied is put aside")
	}
}

// TestPlansStopAtWhatIsNotUp: nothing is planned on a layer that was never up, and no command is advised that would say so again.
func TestPlansStopAtWhatIsNotUp(t *testing.T) {
	f := newFake()
	f.down("stacks/networking", "stacks/data")
	r, _ := f.of(t, protected)
	err := r.Up(context.Background(), UpOptions{SavePlans: t.TempDir(), Layers: []string{"data", "cdn"}})
	assert.EqualError(t, err, "nothing could be planned: the stacks that are read by data and cdn must be up first: magestack up staging --save-plans FOLDER, without --layer")
	assert.Empty(t, f.ran)

	// An update that stopped half-way has resources, and publishes nothing.
	f = newFake()
	f.states["stacks/networking staging"] = append([]map[string]any{resource("pulumi:pulumi:Stack", "stack", "")}, f.states["stacks/networking staging"][1:]...)
	r, output := f.of(t, protected)
	require.NoError(t, r.Up(context.Background(), UpOptions{SavePlans: t.TempDir()}))
	assert.Equal(t, []string{"stacks/networking"}, f.folders("preview"))
	assert.Contains(t, output.String(), "no plan of data yet: networking is not up\n")
}

// TestPlansOfAChangeThatNobodyReads are all saved in one round.
func TestPlansOfAChangeThatNobodyReads(t *testing.T) {
	f := newFake()
	r, output := f.of(t, protected)
	folder := filepath.Join(t.TempDir(), "plans")
	require.NoError(t, r.Up(context.Background(), UpOptions{SavePlans: folder}))
	assert.Len(t, f.folders("preview"), 5)
	assert.Contains(t, f.ran, "pulumi preview --cwd stacks/networking --stack staging --diff --non-interactive --save-plan "+filepath.Join(folder, "networking.json"))
	assert.NotContains(t, output.String(), "no plan of")
	assert.Regexp(t, `plan of data       1 to create, sha256:[0-9a-f]{64}\n`, output.String())
	info, err := os.Stat(folder)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o700), info.Mode().Perm())

	f.ran = nil
	require.NoError(t, r.Up(context.Background(), UpOptions{Plans: folder, Layers: []string{"networking", "data"}, Yes: true}))
	assert.Equal(t, []string{
		"pulumi up --cwd stacks/networking --stack staging --yes --non-interactive --plan " + filepath.Join(folder, "networking.json"),
		"pulumi up --cwd stacks/data --stack staging --yes --non-interactive --plan " + filepath.Join(folder, "data.json"),
	}, f.ran)
	assert.ErrorContains(t, r.Up(context.Background(), UpOptions{Plans: folder}),
		"asked: This applies reviewed plans to staging in account 123456789012, eu-central-1, as shown above: compute, then cdn, then root.", "a plan is no confirmation")

	f.fails["up stacks/compute"] = errors.New("exit status 255")
	assert.ErrorContains(t, r.Up(context.Background(), UpOptions{Plans: folder, Yes: true}),
		"compute failed: exit status 255\nupdated: nothing; not started: cdn, root\nwhat was made is kept. Remove the cause, then continue with: magestack up staging --plans "+folder)
	assert.FileExists(t, filepath.Join(folder, "compute.json"), "a plan that was applied half-way still holds")

	require.NoError(t, r.Up(context.Background(), UpOptions{SavePlans: folder, Layers: []string{"networking"}}))
	assert.FileExists(t, filepath.Join(folder, "compute.json"), "of a layer that was not named")
	f.down("stacks/networking")
	require.NoError(t, r.Up(context.Background(), UpOptions{SavePlans: folder}))
	assert.NoFileExists(t, filepath.Join(folder, "compute.json"), "it was made for another state")
}

func TestWrongPlansAreRefusedTogether(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"networking": `{"resourcePlans":{"urn:pulumi:production::magento-networking::a::b":{}}}`,
		"data":       `{"resourcePlans":{"urn:pulumi:staging::magento-cdn::a::b":{}}}`,
		"compute":    `nonsense`,
		"cdn":        `{}`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name+".json"), []byte(text), 0o600))
	}
	f := newFake()
	r, _ := f.of(t, protected)
	err := r.Up(context.Background(), UpOptions{Plans: folder, Yes: true, Layers: []string{"networking", "data", "compute", "cdn", "root"}})
	for _, want := range []string{
		"networking.json: not a plan of magento-networking/staging: it has \"b\" of type a, urn:pulumi:production::magento-networking::a::b",
		"data.json: not a plan of magento-data/staging: it has \"b\" of type a, urn:pulumi:staging::magento-cdn::a::b",
		"compute.json: not a plan of Pulumi: invalid character",
		"cdn.json: not a plan of Pulumi: it has no resources",
		"root.json: no such plan of root; save one with --save-plans, or choose layers with --layer",
	} {
		assert.ErrorContains(t, err, want)
	}
	assert.Empty(t, f.ran)
}

// TestAFolderWithoutPlansIsRefused with what would make them, dry or not.
func TestAFolderWithoutPlansIsRefused(t *testing.T) {
	for _, options := range []UpOptions{{Plans: "/nowhere"}, {Plans: "/nowhere", DryRun: true}, {Plans: "/nowhere", DryRun: true, Layers: []string{"cdn"}}} {
		f := newFake()
		r, _ := f.of(t, protected)
		assert.ErrorContains(t, r.Up(context.Background(), options), "plan of ")
		assert.Empty(t, f.ran)
	}
}

// TestDryRunOfAProtectedEnvironment shows both rounds.
func TestDryRunOfAProtectedEnvironment(t *testing.T) {
	f := newFake()
	r, output := f.of(t, protected)
	require.NoError(t, r.Up(context.Background(), UpOptions{DryRun: true, Layers: []string{"networking"}}))
	assert.Empty(t, f.ran)
	assert.Equal(t, `# staging is protected (`+protections+`): each stage is planned with --save-plans FOLDER, reviewed, and applied with --plans FOLDER
pulumi preview --cwd stacks/networking --stack staging --diff --non-interactive --save-plan FOLDER/networking.json
pulumi up --cwd stacks/networking --stack staging --yes --non-interactive --plan FOLDER/networking.json
`, output.String())
}
