package rollout

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/settings"
)

func TestUpGoesInOrder(t *testing.T) {
	f := newFake()
	r, output := f.of(t, nil)
	require.NoError(t, r.Up(context.Background(), UpOptions{Yes: true}))
	got := f.folders("up")
	require.Len(t, got, 5)
	assert.Equal(t, "stacks/networking", got[0])
	assert.ElementsMatch(t, []string{"stacks/data", "stacks/compute"}, got[1:3])
	assert.Equal(t, []string{"stacks/cdn", "."}, got[3:])
	assert.Equal(t, "pulumi up --cwd stacks/networking --stack staging --yes --non-interactive", f.ran[0])
	assert.Contains(t, output.String(), "$ pulumi up --cwd . --stack staging --yes --non-interactive\n")
	assert.Contains(t, output.String(), "staging is up: networking, data, compute, cdn, root\n")
}

// TestUpRunsSideBySide has data and compute wait for each other: one after the other would never end, which a bubble
// finds out at once.
func TestUpRunsSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		var both sync.WaitGroup
		both.Add(2)
		f.during = func(_, folder string, output io.Writer) {
			if folder == "stacks/data" || folder == "stacks/compute" {
				fmt.Fprint(output, "half a ")
				both.Done()
				both.Wait()
				fmt.Fprint(output, "line\nand no end")
			}
		}
		r, output := f.of(t, nil)
		require.NoError(t, r.Up(context.Background(), UpOptions{Yes: true}))
		for _, line := range []string{"data       | half a line\n", "data       | and no end\n", "compute    | half a line\n", "compute    | and no end\n"} {
			assert.Contains(t, output.String(), line)
		}
	})
}

func TestUpStopsOnAFailure(t *testing.T) {
	f := newFake()
	f.fails["up stacks/data"] = errors.New("exit status 255")
	r, _ := f.of(t, nil)
	err := r.Up(context.Background(), UpOptions{Yes: true})
	assert.EqualError(t, err, "data failed: exit status 255\nupdated: networking, compute; not started: cdn, root\n"+
		"what was made is kept. Remove the cause, then continue with: magestack up staging")
	assert.ElementsMatch(t, []string{"stacks/networking", "stacks/data", "stacks/compute"}, f.folders("up"))
}

func TestUpStopsWhenTold(t *testing.T) {
	f := newFake()
	ctx, cancel := context.WithCancelCause(context.Background())
	f.during = func(string, string, io.Writer) { cancel(errors.New("interrupted")) }
	r, _ := f.of(t, nil)
	err := r.Up(ctx, UpOptions{Yes: true, Layers: []string{"networking", "data"}})
	assert.EqualError(t, err, "stopped: interrupted\nupdated: networking; not started: data\n"+
		"what was made is kept. Remove the cause, then continue with: magestack up staging --layer networking --layer data")
}

func TestUpAsks(t *testing.T) {
	f := newFake()
	r, _ := f.of(t, nil)
	err := r.Up(context.Background(), UpOptions{})
	assert.EqualError(t, err, "asked: This changes staging in account 123456789012, eu-central-1, as shown above: networking. wants staging\n"+
		"updated: nothing; not started: networking, data, compute, cdn, root\ncontinue with: magestack up staging")
	assert.Len(t, f.ran, 1)
	assert.Regexp(t, `^pulumi preview --cwd stacks/networking --stack staging --diff --non-interactive --save-plan /`, f.ran[0])
}

// TestUpShowsAndThenAsks: each stage is shown before the question, and what is shown to change nothing is neither asked
// about nor run.
func TestUpShowsAndThenAsks(t *testing.T) {
	f := newFake()
	f.plans["stacks/networking"] = `"OF::aws:x/y:Z::it": {"steps": ["same"]}`
	f.plans["stacks/data"] = `"OF::aws:x/y:Z::it": {"steps": ["create-replacement", "replace", "delete-replaced"]}, "OF::aws:x/y:Z::that": {"steps": ["update"]}`
	f.plans["stacks/compute"] = f.plans["stacks/networking"]
	f.plans["stacks/cdn"] = `"OF::pulumi:pulumi:Stack::it": {"steps": ["same"], "goal": {"outputDiff": {"adds": {"a": "b"}}}}`
	r, output := f.of(t, nil)
	var asked []string
	r.Confirm = func(question, wanted string) error {
		asked = append(asked, fmt.Sprintf("%s after %d commands", question, len(f.ran)))
		return nil
	}
	require.NoError(t, r.Up(context.Background(), UpOptions{}))
	assert.Equal(t, []string{
		"This changes staging in account 123456789012, eu-central-1, as shown above: data. after 3 commands",
		"This changes staging in account 123456789012, eu-central-1, as shown above: cdn. after 5 commands",
		"This changes staging in account 123456789012, eu-central-1, as shown above: root. after 7 commands",
	}, asked)
	assert.Equal(t, []string{"stacks/data", "stacks/cdn", "."}, f.folders("up"))
	assert.Contains(t, f.ran, "pulumi up --cwd stacks/data --stack staging --yes --non-interactive --skip-preview", "what was shown needs no second preview")
	for _, line := range []string{"networking: nothing to change\n", "data: 1 to update, 1 to replace\n", "cdn: new outputs\n"} {
		assert.Contains(t, output.String(), line)
	}
}

func TestUpFindsAllThatIsMissingAtOnce(t *testing.T) {
	f := newFake()
	f.identity = "999999999999"
	delete(f.states, "stacks/data staging")
	delete(f.states, ". staging")
	r, _ := f.of(t, nil)
	err := r.Up(context.Background(), UpOptions{Yes: true})
	assert.EqualError(t, err, "aws: the credentials are those of arn:aws:iam::999999999999:user/other, but staging is in account 123456789012: choose others, such as with AWS_PROFILE\n"+
		"magento-data: no stack staging; make it: pulumi stack init staging --cwd stacks/data --secrets-provider …\n"+
		"magento: no stack staging; make it: pulumi stack init staging --cwd . --secrets-provider …")
	assert.Empty(t, f.ran)
}

func TestUpWantsTools(t *testing.T) {
	for _, c := range []struct {
		version string
		fails   error
		want    string
	}{
		{version: "v3.249.9", want: "pulumi: version v3.249.9: must be 3.250.0 or newer: https://www.pulumi.com/docs/install/"},
		{version: "3.250.0-alpha.1", want: "pulumi: version v3.250.0-alpha.1: must be 3.250.0 or newer: https://www.pulumi.com/docs/install/"},
		{version: "nonsense", want: "pulumi: version vnonsense: must be 3.250.0 or newer: https://www.pulumi.com/docs/install/"},
		{fails: errMissing, want: "pulumi: not found on the PATH; install the CLI, 3.250.0 or newer: https://www.pulumi.com/docs/install/"},
		{version: "v3.250.0"}, {version: "3.251.1+dirty\n"}, {version: "\n"}, {version: "v4.0.0"},
	} {
		f := newFake()
		f.version, f.fails["pulumi"] = c.version, c.fails
		r, _ := f.of(t, nil)
		err := r.Up(context.Background(), UpOptions{Yes: true})
		if c.want == "" {
			assert.NoError(t, err, c.version)
		} else {
			assert.EqualError(t, err, c.want)
			assert.Empty(t, f.ran)
		}
	}

	f := newFake()
	f.fails["aws"] = errMissing
	r, _ := f.of(t, nil)
	assert.EqualError(t, r.Up(context.Background(), UpOptions{Yes: true}),
		"aws: not found on the PATH; install the AWS CLI: the cluster's kubeconfig needs it, too")
}

func TestUpOfOneLayer(t *testing.T) {
	f := newFake()
	r, _ := f.of(t, nil)
	require.NoError(t, r.Up(context.Background(), UpOptions{Yes: true, Layers: []string{"cdn", "data"}}))
	assert.Equal(t, []string{"stacks/data", "stacks/cdn"}, f.folders("up"))
	assert.EqualError(t, r.Up(context.Background(), UpOptions{Layers: []string{"moon", "sun"}}),
		"unknown layer \"moon\"; allowed are: networking, data, compute, cdn, root\nunknown layer \"sun\"; allowed are: networking, data, compute, cdn, root")
}

func TestDryRunOfUpRunsNothing(t *testing.T) {
	f := newFake()
	r, output := f.of(t, nil)
	require.NoError(t, r.Up(context.Background(), UpOptions{DryRun: true}))
	assert.Empty(t, f.ran)
	assert.Empty(t, f.asked)
	assert.Equal(t, `# each stage is shown and agreed to before: pulumi preview in place of pulumi up
pulumi up --cwd stacks/networking --stack staging --yes --non-interactive --skip-preview
# side by side: data, compute
pulumi up --cwd stacks/data --stack staging --yes --non-interactive --skip-preview
pulumi up --cwd stacks/compute --stack staging --yes --non-interactive --skip-preview
pulumi up --cwd stacks/cdn --stack staging --yes --non-interactive --skip-preview
pulumi up --cwd . --stack staging --yes --non-interactive --skip-preview
`, output.String())
}

func TestDelegationIsRemindedOf(t *testing.T) {
	const reminder = "# staging.example.com is served by a zone of this environment. Unless the parent domain names its servers already, enter them now:\n" +
		"# certificates wait for it. pulumi stack output nameServers --cwd stacks/networking --stack staging\n"
	for _, c := range []struct {
		change  settings.Config
		options UpOptions
		want    bool
	}{
		{nil, UpOptions{Yes: true}, true},
		{nil, UpOptions{Yes: true, Layers: []string{"networking"}}, false},
		{settings.Config{"magento-networking:hostedZoneId": "Z0123456789ABCDEFGHIJ"}, UpOptions{Yes: true}, false},
	} {
		r, output := newFake().of(t, c.change)
		require.NoError(t, r.Up(context.Background(), c.options))
		if c.want {
			assert.Contains(t, output.String(), reminder)
		} else {
			assert.NotContains(t, output.String(), "parent domain")
		}
	}
}

// TestEachDelegationIsRemindedOf names the domains whose zones are made, and where their name servers are.
func TestEachDelegationIsRemindedOf(t *testing.T) {
	r, output := newFake().of(t, settings.Config{
		"magento-networking:hostedZoneId":      "lookup",
		"magento-networking:additionalDomains": `[{"domainName":"shop.example.de"},{"domainName":"shop.example.fr","hostedZoneId":"lookup"}]`,
	})
	require.NoError(t, r.Up(context.Background(), UpOptions{Yes: true}))
	assert.Contains(t, output.String(), "# shop.example.de is served by a zone of this environment.")
	assert.Contains(t, output.String(), "pulumi stack output additionalNameServers --cwd stacks/networking --stack staging\n")
	assert.NotContains(t, output.String(), "staging.example.com is served")
	assert.NotContains(t, output.String(), "shop.example.fr is served")
}

// TestProtectedEnvironmentsTakePlansAlone holds that nothing reaches production without a reviewed plan.
func TestProtectedEnvironmentsTakePlansAlone(t *testing.T) {
	for _, options := range []UpOptions{{}, {Yes: true}, {Layers: []string{"cdn"}}} {
		f := newFake()
		r, _ := f.of(t, protected)
		assert.EqualError(t, r.Up(context.Background(), options), "cannot update staging without reviewed plans: these settings protect it: "+protections+". "+
			"Save plans with --save-plans FOLDER, have them reviewed, and apply them with --plans FOLDER")
		assert.Empty(t, f.ran)
		assert.Empty(t, f.asked)
	}
	r, _ := newFake().of(t, settings.Config{"magento-compute:protectCluster": "true"})
	assert.ErrorContains(t, r.Up(context.Background(), UpOptions{Yes: true}), "these settings protect it: magento-compute:protectCluster.")
	assert.ErrorContains(t, r.Up(context.Background(), UpOptions{Plans: "/a", SavePlans: "/b"}), "exclude each other")
}

func TestPrefixesKeepLinesWhole(t *testing.T) {
	var text bytes.Buffer
	shared := &prefixes{into: &text}
	a, b := shared.writer("a| "), shared.writer("b| ")
	for _, w := range []struct {
		to   io.Writer
		text string
	}{{a, "one"}, {b, "two\nthr"}, {a, "\n\nfour"}, {b, "ee\n"}} {
		n, err := io.WriteString(w.to, w.text)
		require.NoError(t, err)
		assert.Equal(t, len(w.text), n)
	}
	require.NoError(t, a.flush())
	require.NoError(t, b.flush())
	assert.Equal(t, "b| two\na| one\na| \nb| three\na| four\n", text.String())
}
