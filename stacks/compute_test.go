package stacks_test

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/settings"
)

const (
	loadBalancer       = "aws:lb/loadBalancer:LoadBalancer"
	targetGroup        = "aws:lb/targetGroup:TargetGroup"
	listenerType       = "aws:lb/listener:Listener"
	nodeGroupType      = "aws:eks/nodeGroup:NodeGroup"
	launchTemplateType = "aws:ec2/launchTemplate:LaunchTemplate"
)

// TestControlPlane holds what cannot be changed later without a new cluster, and what the nodes rely on.
func TestControlPlane(t *testing.T) {
	forEveryFixture(t, func(t *testing.T, recorded *plan.Environment) {
		cluster := the(t, recorded, controlPlane)
		for path, want := range map[string]any{
			"authenticationMode":                   "API",
			"vpcCniOptions.enablePrefixDelegation": true,
			"vpcCniOptions.enableNetworkPolicy":    true,
			"corednsAddonOptions.enabled":          false, // it would wait for nodes that do not exist yet
			"skipDefaultNodeGroup":                 true,
			"skipDefaultSecurityGroups":            true, // so that the groups are those of the network layer, and EKS's
			"createOidcProvider":                   true,
			"createInstanceRole":                   false,
			"endpointPrivateAccess":                true,
			"endpointPublicAccess":                 false,
			"privateSubnetIds":                     outputs(t, recorded, "magento-networking")["privateSubnetIds"],
			"subnetIds":                            nil,
			"publicSubnetIds":                      nil,
			"enabledClusterLogTypes":               anyList("api", "audit", "authenticator", "controllerManager", "scheduler"),
		} {
			assert.Equal(t, want, input(cluster, path), path)
		}
		services := netip.MustParsePrefix(fmt.Sprint(input(cluster, "kubernetesServiceIpAddressRange")))
		vpc := netip.MustParsePrefix(fmt.Sprint(input(the(t, recorded, "aws:ec2/vpc:Vpc"), "cidrBlock")))
		assert.False(t, services.Overlaps(vpc), "the services' range %s overlaps the VPC's %s", services, vpc)

		logs := named(t, recorded, "aws:cloudwatch/logGroup:LogGroup", "cluster-log")
		assert.Equal(t, fmt.Sprintf("/aws/eks/%s/cluster", input(cluster, "name")), input(logs, "name"))
		assert.Contains(t, dependencies(cluster), logs.Name, "EKS would make the log group first, without a key and without an end")
	})
}

// TestAnUpgradeTakesTheSystemNodesAlong changes the version of Kubernetes, and nothing else.
func TestAnUpgradeTakesTheSystemNodesAlong(t *testing.T) {
	recorded := changed(t, "production", settings.Config{"magento-compute:kubernetesVersion": "1.36"})
	nodes := the(t, recorded, nodeGroupType)
	assert.Equal(t, "1.36", input(nodes, "version"))
	assert.Regexp(t, `^1\.36\.\d+-\d{8}$`, input(nodes, "releaseVersion"))
	assert.NotEqual(t, input(the(t, planned(t, "production"), nodeGroupType), "releaseVersion"), input(nodes, "releaseVersion"))
}

// TestRolloutsWaitForTheLoadBalancer wants pods of the shop, and of nobody else, to have a readiness gate: the label is
// what the controller's webhook goes by (AWS Load Balancer Controller, "Pod readiness gate").
func TestRolloutsWaitForTheLoadBalancer(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		bound := map[any]bool{}
		for _, binding := range ofType(recorded, "kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding") {
			bound[input(binding, "metadata.namespace")] = true
		}
		require.NotEmpty(t, bound)
		for _, namespace := range ofType(recorded, namespaceType) {
			labels, _ := input(namespace, "metadata.labels").(map[string]any)
			want := any(nil)
			if bound[input(namespace, "metadata.name")] {
				want = "enabled"
			}
			assert.Equal(t, want, labels["elbv2.k8s.aws/pod-readiness-gate-inject"], namespace.Name)
		}
	})
}

// TestSystemNodes are what the cluster's own controllers run on.
func TestSystemNodes(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		nodes, template := the(t, recorded, nodeGroupType), the(t, recorded, launchTemplateType)
		assert.Equal(t, []any{map[string]any{"key": "CriticalAddonsOnly", "value": "true", "effect": "NO_SCHEDULE"}}, input(nodes, "taints"))
		assert.Equal(t, template.ID, input(nodes, "launchTemplate.id"))
		assert.Regexp(t, `^\d+$`, input(nodes, "launchTemplate.version"), "$Latest would be no change in a plan")
		assert.Equal(t, input(the(t, recorded, controlPlane), "name"), input(nodes, "clusterName"))

		assert.Regexp(t, `_ARM_64_`, input(nodes, "amiType"))
		types := input(nodes, "instanceTypes").([]any)
		require.NotEmpty(t, types)
		graviton := regexp.MustCompile(`^[a-z]+\dg[a-z]*\.`) // the letter after the generation (EC2 User Guide, "Naming conventions")
		for _, kind := range types {
			assert.Regexp(t, graviton, kind, "the image is for Graviton")
		}

		control := the(t, recorded, controlPlane)
		assert.Equal(t, input(control, "version"), input(nodes, "version"), "kubelets that stay behind")
		date := strings.TrimPrefix(fmt.Sprint(input(the(t, recorded, nodeClassType), "spec.amiSelectorTerms.0.alias")), "al2023@v")
		assert.Regexp(t, fmt.Sprintf(`^%s\.\d+-%s$`, regexp.QuoteMeta(fmt.Sprint(input(control, "version"))), date), input(nodes, "releaseVersion"),
			"another image than Karpenter's nodes have")
		assert.True(t, newWaits(recorded).reaches(nodes.URN, control.Name), "kubelets that are newer than the API server")

		policies := 0
		role := fmt.Sprint(input(nodes, "nodeRoleArn"))
		for _, attachment := range ofType(recorded, "aws:iam/rolePolicyAttachment:RolePolicyAttachment") {
			if !strings.HasSuffix(role, fmt.Sprintf("/%s", input(attachment, "role"))) {
				continue
			}
			policies++
			assert.Contains(t, dependencies(nodes), attachment.Name, "nodes that start before their rights never join")
		}
		assert.Equal(t, 4, policies, "EKS's worker policy, its CNI policy, image pulls and SSM")
	})
}
