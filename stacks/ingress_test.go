package stacks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/versions"
	"github.com/magestack/magestack/stacks"
)

const targetGroupBinding = "kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding"

// TestTheWayIn is what the load balancer does with a request, and how it knows who is healthy.
func TestTheWayIn(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		listener, balancer := the(t, recorded, listenerType), the(t, recorded, loadBalancer)
		for _, name := range []string{"ingress-web", "ingress-admin"} {
			group := named(t, recorded, targetGroup, name)
			for path, want := range map[string]any{
				"targetType":          "ip", // pods, not nodes
				"port":                8080.0,
				"protocol":            "HTTP",
				"healthCheck.path":    "/health_check.php",
				"healthCheck.matcher": "200",
				"stickiness.enabled":  false, // sessions are in a store of their own
				"slowStart":           60.0,
			} {
				assert.Equal(t, want, input(group, path), path)
			}
		}
		assert.True(t, slices.ContainsFunc(rules(recorded), func(r rule) bool {
			return !r.out && r.group == "nodes" && r.peer == "load-balancer" && r.from == 8080 && r.to == 8080
		}), "the load balancer does not reach the port of the target groups")

		web := named(t, recorded, targetGroup, "ingress-web")
		assert.Equal(t, web.Outputs["arn"], input(listener, "defaultActions.0.targetGroupArn"))
		assert.Equal(t, balancer.Outputs["arn"], input(listener, "loadBalancerArn"))
		assert.Equal(t, 443.0, input(listener, "port"), "there is one listener, and it is not for HTTP")
		assert.Contains(t, dependencies(listener), "certificate-issued", "a certificate that is not issued cannot be used")

		published := outputs(t, recorded, "magento-compute")
		assert.Equal(t, balancer.Outputs["arn"], published["loadBalancerArn"])
		assert.Equal(t, balancer.Outputs["dnsName"], published["loadBalancerDnsName"])
		assert.Equal(t, balancer.Outputs["name"], published["loadBalancerName"])
	})
}

// TestWhoAskedIsRecorded holds that the logs of the load balancer arrive: in a bucket that it may write to, by now.
func TestWhoAskedIsRecorded(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		balancer, bucket := the(t, recorded, loadBalancer), named(t, recorded, "aws:s3/bucketV2:BucketV2", "ingress-logs-bucket")
		prefixes := []string{}
		for _, logs := range []string{"accessLogs", "connectionLogs"} {
			assert.Equal(t, bucket.Outputs["bucket"], input(balancer, logs+".bucket"))
			prefixes = append(prefixes, fmt.Sprint(input(balancer, logs+".prefix")))
		}
		assert.Equal(t, []string{"access", "connection"}, prefixes, "one would overwrite what the other says")
		access := named(t, recorded, "aws:s3/bucketPolicy:BucketPolicy", "ingress-logs-policy")
		assert.Contains(t, dependencies(balancer), access.Name, "the load balancer is made to write where it may not yet")

		statements, err := policy.Parse(fmt.Sprint(access.Inputs["policy"]))
		require.NoError(t, err)
		var writers []policy.Parsed
		for _, s := range statements {
			if s.Effect == "Allow" {
				writers = append(writers, s)
			}
		}
		require.Len(t, writers, 1)
		home := fmt.Sprint(balancer.Outputs["arn"])
		owner := strings.Split(home, ":")[4]
		assert.Equal(t, []string{"logdelivery.elasticloadbalancing.amazonaws.com"}, []string(writers[0].Principal["Service"]))
		assert.Equal(t, []string{"s3:PutObject"}, []string(writers[0].Action))
		assert.Equal(t, []string{fmt.Sprintf("%s/*/AWSLogs/%s/*", bucket.Outputs["arn"], owner)}, []string(writers[0].Resource))
		assert.True(t, strings.HasPrefix(home, strings.TrimSuffix(writers[0].Condition["ArnLike"]["aws:SourceArn"][0], "*")))
	})
}

// TestBindings holds which pods are behind which target group, and that whoever unbinds them is still there to do it.
func TestBindings(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		for service, group := range map[string]string{"magento-web": "ingress-web", "magento-admin": "ingress-admin"} {
			binding := named(t, recorded, targetGroupBinding, service+"-binding")
			assert.Equal(t, "magento", input(binding, "metadata.namespace"))
			assert.Equal(t, service, input(binding, "spec.serviceRef.name"))
			assert.Equal(t, 8080.0, input(binding, "spec.serviceRef.port"))
			assert.Equal(t, "ip", input(binding, "spec.targetType"))
			assert.Equal(t, named(t, recorded, targetGroup, group).Outputs["arn"], input(binding, "spec.targetGroupARN"))
			assert.Nil(t, input(binding, "spec.networking"), "the controller would add rules to groups of networking")
			assert.Subset(t, dependencies(binding), []string{group, "shop-namespace"})
		}
	})
}

// TestAdminPath sends the admin's paths, and no others, to the admin's pods where the settings name them.
func TestAdminPath(t *testing.T) {
	recorded := computeOf(t, "")
	assert.Empty(t, ofType(recorded, "aws:lb/listenerRule:ListenerRule"))
	recorded = computeOf(t, "backstage_7f3")
	rule := the(t, recorded, "aws:lb/listenerRule:ListenerRule")
	assert.Equal(t, anyList("/backstage_7f3", "/backstage_7f3/*", "/index.php/backstage_7f3", "/index.php/backstage_7f3/*"),
		input(rule, "conditions.0.pathPattern.values"))
	assert.Equal(t, named(t, recorded, targetGroup, "ingress-admin").Outputs["arn"], input(rule, "actions.0.targetGroupArn"))
	assert.Equal(t, the(t, recorded, listenerType).Outputs["arn"], input(rule, "listenerArn"))
}

// TestImages is where the shop's image is, for whoever pushes it.
func TestImages(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		repository := named(t, recorded, "aws:ecr/repository:Repository", "images-repository")
		assert.Equal(t, "magento/"+recorded.Name+"/shop", input(repository, "name"))
		assert.Equal(t, named(t, recorded, "aws:kms/key:Key", "images-encryption-key").Outputs["arn"], input(repository, "encryptionConfigurations.0.kmsKey"))
		published := outputs(t, recorded, "magento-compute")
		assert.Equal(t, repository.Outputs["repositoryUrl"], published["repositoryUrl"])
		assert.Equal(t, repository.Outputs["arn"], published["repositoryArn"])

		copied := named(t, recorded, "aws:ecr/repository:Repository", "images-proxysql-repository")
		image := fmt.Sprint(input(named(t, recorded, "kubernetes:apps/v1:Deployment", "proxysql-pods"), "spec.template.spec.containers.0.image"))
		assert.Equal(t, fmt.Sprintf("%v:%s", copied.Outputs["repositoryUrl"], versions.ProxySQL.Version()), image, "another registry")
	})
}

// computeOf plans staging's compute layer, and what it reads, with an admin path.
func computeOf(t *testing.T, adminPath string) *plan.Environment {
	t.Helper()
	config := fixture.Config(t, "staging")
	config["magento-cdn:adminPath"] = adminPath
	for _, key := range []string{"gitopsRepository", "gitopsRevision"} {
		delete(config, naming.ProjectCompute+":"+key) // a desired state must be told of the admin's path
	}
	programs := slices.DeleteFunc(stacks.Programs(), func(p plan.Program) bool {
		return p.Project != naming.ProjectNetworking && p.Project != naming.ProjectCompute
	})
	recorded, err := offline.Run("staging", config, programs)
	require.NoError(t, err)
	return recorded
}
