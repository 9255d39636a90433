// Package helm installs charts. It stands in for the SDK's package helm/v3, which shares its Go package with every
// API group of Kubernetes: 69 packages and minutes to compile, for a resource with a dozen inputs
// (docs/decisions/0003-native-go-components.md).
package helm

import (
	"errors"
	"fmt"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/versions"
)

// ReleaseType is the token of the provider's own resource.
const ReleaseType = "kubernetes:helm.sh/v3:Release"

// SDKVersion is the release of the Kubernetes provider that the inputs are those of: the one in go.mod, held by a test.
const SDKVersion = "4.30.0"

const (
	// defaultTimeout is how long Helm waits for the objects of a release to become ready. Images of a dozen
	// controllers are pulled within it, and a deployment of 30 minutes has room for one that fails.
	defaultTimeout = 5 * time.Minute

	// maxHistory bounds the revisions that Helm keeps, each a Secret with all values and manifests.
	maxHistory = 5
)

// ReleaseArgs configures a Release.
type ReleaseArgs struct {
	Chart     versions.Chart
	Namespace string

	// CreateNamespace makes the namespace where there is none. Off for those that a program makes itself.
	CreateNamespace bool

	// SkipDefinitions leaves out the chart's folder of custom resource definitions, which Helm installs once and
	// never upgrades. On for every chart whose definitions have a release of their own.
	SkipDefinitions bool

	// Values is marshalled through JSON: a struct of the values that we set, or nil.
	Values any

	// Computed are values that other resources give, put beside those of Values.
	Computed pulumi.Map

	Timeout time.Duration // defaultTimeout when zero
}

// Release is a chart that is installed.
type Release struct {
	pulumi.CustomResourceState
}

// NewRelease registers a Release under the name that it also has in the cluster. A release that does not become ready
// is rolled back.
func NewRelease(ctx *pulumi.Context, name, release string, args ReleaseArgs, opts ...pulumi.ResourceOption) (*Release, error) {
	if err := args.validate(release); err != nil {
		return nil, fmt.Errorf("release %q: %w", name, err)
	}
	inputs, err := args.inputs(release)
	if err != nil {
		return nil, fmt.Errorf("release %q: %w", name, err)
	}
	r := &Release{}
	opts = append([]pulumi.ResourceOption{pulumi.Version(SDKVersion)}, opts...)
	if err := ctx.RegisterResource(ReleaseType, name, inputs, r, opts...); err != nil {
		return nil, fmt.Errorf("release %q: %w", name, err)
	}
	return r, nil
}

// maxReleaseName is the longest name that Helm gives a release (Helm, chartutil.ValidateReleaseName).
const maxReleaseName = 53

func (a ReleaseArgs) validate(release string) error {
	var problems []error
	if release == "" || len(release) > maxReleaseName {
		problems = append(problems, fmt.Errorf("name in the cluster %q: must have 1 to %d characters", release, maxReleaseName))
	}
	if a.Chart.Name == "" || a.Chart.Version == "" {
		problems = append(problems, fmt.Errorf("chart %+v: name and version are required", a.Chart))
	}
	if a.Namespace == "" {
		problems = append(problems, errors.New("namespace: required"))
	}
	if a.Timeout < 0 || a.Timeout%time.Second != 0 {
		problems = append(problems, fmt.Errorf("timeout %s: must be whole seconds", a.Timeout))
	}
	return errors.Join(problems...)
}

func (a ReleaseArgs) inputs(release string) (pulumi.Map, error) {
	values, err := object.Values(a.Values)
	if err != nil {
		return nil, fmt.Errorf("values: %w", err)
	}
	if err := object.Merge(values, a.Computed); err != nil {
		return nil, fmt.Errorf("values: %w", err)
	}
	timeout := a.Timeout
	if timeout == 0 {
		timeout = defaultTimeout
	}
	inputs := pulumi.Map{
		"name":            pulumi.String(release),
		"chart":           pulumi.String(a.Chart.Name),
		"version":         pulumi.String(a.Chart.Version),
		"namespace":       pulumi.String(a.Namespace),
		"createNamespace": pulumi.Bool(a.CreateNamespace),
		"skipCrds":        pulumi.Bool(a.SkipDefinitions),
		"atomic":          pulumi.Bool(true),
		"cleanupOnFail":   pulumi.Bool(true),
		"waitForJobs":     pulumi.Bool(true),
		"maxHistory":      pulumi.Int(maxHistory),
		"timeout":         pulumi.Int(int(timeout / time.Second)),
		"values":          values,
	}
	if a.Chart.Repository != "" {
		inputs["repositoryOpts"] = pulumi.Map{"repo": pulumi.String(a.Chart.Repository)}
	}
	return inputs, nil
}
