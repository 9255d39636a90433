package stacks_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/offline"
)

// TestProxySQLConfiguration holds the whole configuration that each environment's ProxySQL is given.
func TestProxySQLConfiguration(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, plan *offline.Environment) {
		components := ofType(plan, "magento:aurora:ProxySQL")
		require.Len(t, components, 1)
		template, ok := components[0].Inputs["template"].(string)
		require.True(t, ok, "the template is not in the plan")
		golden(t, plan.Name+".proxysql.cnf.golden", template)
	})
}
