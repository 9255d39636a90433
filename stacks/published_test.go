package stacks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/layer"
)

// TestTheNetworkIsPublishedUnderItsNames holds every key of subnets and of groups to the resources of that name.
func TestTheNetworkIsPublishedUnderItsNames(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		published := outputs(t, recorded, "magento-networking")
		var subnets, groups []string
		for key, value := range published {
			if tier, ok := strings.CutSuffix(key, "SubnetIds"); ok {
				subnets = append(subnets, tier)
				var ids []any
				for _, zone := range published["zones"].([]any) {
					ids = append(ids, named(t, recorded, subnetType, fmt.Sprintf("network-%s-%s", tier, zone)).ID)
				}
				assert.Equal(t, ids, value, key)
			}
			if group, ok := strings.CutSuffix(key, "SecurityGroupId"); ok {
				groups = append(groups, group)
				assert.Equal(t, named(t, recorded, securityGroup, "network-"+hyphenated(group)).ID, value, key)
			}
		}
		assert.ElementsMatch(t, []string{"public", "private", "data"}, subnets)
		assert.ElementsMatch(t, []string{"loadBalancer", "nodes", "database", "cache", "search", "queue", "endpoints", "quarantine", "rotation"}, groups)
		assert.Equal(t, the(t, recorded, "aws:ec2/vpc:Vpc").ID, published["vpcId"])

		compute := outputs(t, recorded, "magento-compute")
		assert.Equal(t, the(t, recorded, controlPlane).Outputs["clusterSecurityGroupId"], compute["clusterSecurityGroupId"])
		assert.Equal(t, the(t, recorded, loadBalancer).Outputs["arn"], compute["loadBalancerArn"])
		assert.Equal(t, named(t, recorded, targetGroup, "ingress-web").Outputs["arn"], compute["webTargetGroupArn"])
		assert.Equal(t, named(t, recorded, targetGroup, "ingress-admin").Outputs["arn"], compute["adminTargetGroupArn"])
	})
}

// hyphenated turns loadBalancer into load-balancer.
func hyphenated(text string) string {
	var b strings.Builder
	for _, letter := range text {
		if unicode.IsUpper(letter) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(letter))
	}
	return b.String()
}

// TestProvidersTagTheirLayer wants costs to be told apart by the layer that makes them.
func TestProvidersTagTheirLayer(t *testing.T) {
	forEveryFixture(t, func(t *testing.T, recorded *plan.Environment) {
		for _, l := range layer.Layers() {
			for _, r := range stackOf(t, recorded, l.Project).Resources {
				if r.Type != "pulumi:providers:aws" {
					continue
				}
				assert.Equal(t, map[string]any{
					"project": l.Project, "environment": recorded.Name, "layer": l.Name, "managed-by": "pulumi",
				}, input(r, "defaultTags.tags"), r.URN)
			}
		}
	})
}

// TestTheFrontDoor is the main host, over TLS.
func TestTheFrontDoor(t *testing.T) {
	forEveryFixture(t, func(t *testing.T, recorded *plan.Environment) {
		hosts := outputs(t, recorded, "magento-cdn")["hostNames"].([]any)
		require.NotEmpty(t, hosts)
		assert.Equal(t, fmt.Sprintf("https://%s/", hosts[0]), outputs(t, recorded, "magento")["frontDoor"])
		assert.Equal(t, hosts, the(t, recorded, distributionType).Inputs["aliases"])
		assert.True(t, slices.ContainsFunc(hosts, func(host any) bool {
			return host == outputs(t, recorded, "magento-networking")["domainName"]
		}), "the certificate's apex is none of %v", hosts)
	})
}
