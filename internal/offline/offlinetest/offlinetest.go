// Package offlinetest is what tests of a component share: a plan with that component alone, and what holds for the
// resources of every component.
package offlinetest

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/aws/provider"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
)

// Account returns the account that components are planned in.
func Account() account.Account { return account.Account{ID: "123456789012", Region: "eu-central-1"} }

// Body registers what a test plans. aws is the provider of Account.
type Body func(ctx *pulumi.Context, aws pulumi.ResourceOption) error

// Run plans a program of the layer's project, stack staging, and returns its error: for arguments that are to be refused.
func Run(of layer.Layer, body Body) (*plan.Environment, error) { return RunIn(Account(), of, body) }

// RunIn is Run in another account or region.
func RunIn(acct account.Account, of layer.Layer, body Body) (*plan.Environment, error) {
	return offline.Run("staging", settings.Config{}, []plan.Program{{
		Layer: of,
		Run: func(ctx *pulumi.Context, _ settings.Config) error {
			aws, err := provider.NewAWS(ctx, "aws", of.Name, acct)
			if err != nil {
				return err
			}
			return body(ctx, pulumi.Provider(aws))
		},
	}})
}

// Planned is Run of a program that must work.
func Planned(t *testing.T, of layer.Layer, body Body) *plan.Environment {
	t.Helper()
	recorded, err := Run(of, body)
	require.NoError(t, err)
	return recorded
}

// InCluster gives a program a Kubernetes provider, too, named cluster.
func InCluster(body func(ctx *pulumi.Context, aws, cluster pulumi.ResourceOption) error) Body {
	return func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		var cluster struct{ pulumi.ProviderResourceState }
		if err := ctx.RegisterResource("pulumi:providers:kubernetes", "cluster", pulumi.Map{}, &cluster); err != nil {
			return err
		}
		return body(ctx, aws, pulumi.Providers(&cluster))
	}
}

// ByName returns a plan's resources by their logical names.
func ByName(recorded *plan.Environment) map[string]plan.Resource {
	found := map[string]plan.Resource{}
	for _, r := range recorded.Resources() {
		found[r.Name] = r
	}
	return found
}

// Find returns the resource of that name; a plan without it fails the test.
func Find(t *testing.T, recorded *plan.Environment, name string) plan.Resource {
	t.Helper()
	for _, r := range recorded.Resources() {
		if r.Name == name {
			return r
		}
	}
	require.Fail(t, "no resource "+name)
	return plan.Resource{}
}

// CheckChildren wants every resource of AWS to be in the component, named after it, with an explicit provider.
func CheckChildren(t *testing.T, recorded *plan.Environment, kind, name string) {
	t.Helper()
	assert.Equal(t, kind, Find(t, recorded, name).Type)
	for _, r := range recorded.Resources() {
		if strings.HasPrefix(r.Type, "aws:") {
			assert.Contains(t, r.URN, kind, "%s is outside the component", r.Name)
			assert.True(t, strings.HasPrefix(r.Name, name+"-"), "%s is not named after the component", r.Name)
			assert.Contains(t, r.Provider, "::aws", "%s has no explicit provider", r.Name)
		}
	}
}

// Statements returns the statements of the policy in a resource's input, by their ids.
func Statements(t *testing.T, r plan.Resource, input string) map[string]policy.Parsed {
	t.Helper()
	document, _ := r.Inputs[input].(string)
	statements, err := policy.Parse(document)
	require.NoError(t, err)
	found := map[string]policy.Parsed{}
	for _, s := range statements {
		found[s.Sid] = s
	}
	return found
}
