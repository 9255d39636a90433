package stacks_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/internal/strict"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
)

const externalSecret = "kubernetes:external-secrets.io/v1:ExternalSecret"

// TestProxySQLConfiguration holds the whole configuration that each environment's ProxySQL is given.
func TestProxySQLConfiguration(t *testing.T) {
	forEveryFixture(t, func(t *testing.T, recorded *plan.Environment) {
		components := ofType(recorded, "magento:aurora:ProxySQL")
		require.Len(t, components, 1)
		template, ok := components[0].Inputs["template"].(string)
		require.True(t, ok, "the template is not in the plan")
		golden(t, recorded.Name+".proxysql.cnf.golden", template)
	})
}

// TestProxySQLPods holds that the layer that runs ProxySQL and the one that configures it agree, though neither reads the
// other: so many pods, with such a pool, to so many instances, by these names.
func TestProxySQLPods(t *testing.T) {
	forEveryFixture(t, func(t *testing.T, recorded *plan.Environment) {
		config := fixture.Config(t, recorded.Name)
		data, err := settings.LoadData(config)
		require.NoError(t, err)
		budget, err := data.Budget()
		require.NoError(t, err)

		deployment, err := strict.Into[*appsv1.Deployment](named(t, recorded, "kubernetes:apps/v1:Deployment", "proxysql-pods").Inputs)
		require.NoError(t, err)
		pods := int(*deployment.Spec.Replicas) + deployment.Spec.Strategy.RollingUpdate.MaxSurge.IntValue()
		pool, ok := the(t, recorded, "magento:aurora:ProxySQL").Inputs["poolPerPod"].(float64)
		require.True(t, ok)
		assert.Equal(t, data.ProxySQLPods, int(*deployment.Spec.Replicas))
		assert.LessOrEqual(t, pods*int(pool)+budget.Reserved+budget.Headroom, budget.MaxConnections, "the pods open more than an instance has")
		for _, parameters := range ofType(recorded, "aws:rds/parameterGroup:ParameterGroup") {
			for _, p := range parameters.Inputs["parameters"].([]any) {
				if in(p, "name") == "max_connections" {
					assert.Equal(t, strconv.Itoa(budget.MaxConnections), in(p, "value"))
				}
			}
		}

		var read, made []string
		for _, secret := range ofType(recorded, externalSecret) {
			if input(secret, "metadata.namespace") != naming.NamespaceProxySQL {
				continue // Argo CD's are put into Secrets Manager by hand
			}
			read = append(read, input(secret, "spec.dataFrom.0.extract.key").(string))
		}
		for _, secret := range ofType(recorded, "aws:secretsmanager/secret:Secret") {
			made = append(made, input(secret, "name").(string))
		}
		assert.Subset(t, read, []string{"magento/" + recorded.Name + "/proxysql", "magento/" + recorded.Name + "/proxysql/template"})
		assert.Subset(t, made, read, "a secret that is read is written by nobody")
	})
}

// TestProxySQLReachesTheDatabase holds that the policy of the pods opens the subnets that the database is in, and nothing
// else but names.
func TestProxySQLReachesTheDatabase(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		policy, err := strict.Into[*networkingv1.NetworkPolicy](named(t, recorded, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "proxysql-allow").Inputs)
		require.NoError(t, err)
		var open, subnets []string
		for _, rule := range policy.Spec.Egress {
			for _, to := range rule.To {
				if to.IPBlock != nil {
					open = append(open, to.IPBlock.CIDR)
				}
			}
		}
		for _, subnet := range ofType(recorded, "aws:ec2/subnet:Subnet") {
			if strings.Contains(subnet.Name, "-data-") {
				subnets = append(subnets, input(subnet, "cidrBlock").(string))
			}
		}
		assert.ElementsMatch(t, subnets, open)
	})
}

// TestObjectsAreWhatKubernetesTakes decodes every object of a kind that Kubernetes itself has, as strictly as an API server
// that is asked to be. test/crds checks the custom resources.
func TestObjectsAreWhatKubernetesTakes(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		decoded := 0
		for _, r := range recorded.Resources() {
			apiVersion, _ := r.Inputs["apiVersion"].(string)
			kind, _ := r.Inputs["kind"].(string)
			if strings.HasPrefix(r.Type, "kubernetes:") && strict.BuiltIn(apiVersion, kind) {
				_, err := strict.Decode(r.Inputs)
				assert.NoError(t, err, r.URN)
				decoded++
			}
		}
		assert.GreaterOrEqual(t, decoded, 12)
	})
}
