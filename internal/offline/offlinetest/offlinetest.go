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
	"github.com/magestack/magestack/pkg/aws/provider"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
)

// Plan runs a program of the data layer of staging, with a provider for the account.
func Plan(acct account.Account, program func(*pulumi.Context, pulumi.ResourceOption) error) (*plan.Environment, error) {
	return offline.Run("staging", settings.Config{}, []plan.Program{{
		Layer: layer.Data{}.Layer(),
		Run: func(ctx *pulumi.Context, _ settings.Config) error {
			aws, err := provider.NewAWS(ctx, "aws", "data", acct)
			if err != nil {
				return err
			}
			return program(ctx, pulumi.Provider(aws))
		},
	}})
}

// Find is the resource of that name; a plan without it fails the test.
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
