package offline_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
)

func TestAnswersHaveTheFormsOfAWS(t *testing.T) {
	str := func(text string) pulumi.String { return pulumi.String(text) }
	for _, test := range []struct {
		token  string
		inputs pulumi.Map
		id     string
		output string
		form   string
	}{
		{"aws:ec2/eip:Eip", nil, `^eipalloc-0[0-9a-f]{16}$`, "publicIp", `^203\.0\.113\.\d+$`},
		{"aws:kms/key:Key", pulumi.Map{"multiRegion": pulumi.Bool(true)}, `^mrk-[0-9a-f]{32}$`, "arn",
			`^arn:aws:kms:eu-central-1:123456789012:key/mrk-`},
		{"aws:kms/alias:Alias", pulumi.Map{"name": str("alias/x"), "targetKeyId": str("k")}, `^alias/x$`, "targetKeyArn",
			`^arn:aws:kms:eu-central-1:123456789012:key/k$`},
		{"aws:iam/role:Role", pulumi.Map{"path": str("/x/")}, `^it-[0-9a-f]{7}$`, "arn",
			`^arn:aws:iam::123456789012:role/x/it-[0-9a-f]{7}$`},
		{"aws:cloudwatch/logGroup:LogGroup", pulumi.Map{"name": str("/a/b")}, `^/a/b$`, "arn",
			`^arn:aws:logs:eu-central-1:123456789012:log-group:/a/b$`},
		{"aws:rds/cluster:Cluster", pulumi.Map{"clusterIdentifier": str("shop")}, `^shop$`, "endpoint",
			`^shop\.cluster-c[0-9a-z]{11}\.eu-central-1\.rds\.amazonaws\.com$`},
		{"aws:secretsmanager/secret:Secret", pulumi.Map{"name": str("magento/db")}, `secret:magento/db-[0-9a-z]{6}$`, "arn",
			`^arn:aws:secretsmanager:eu-central-1:123456789012:secret:magento/db-[0-9a-z]{6}$`},
		{"aws:s3/bucketV2:BucketV2", pulumi.Map{"bucketPrefix": str("media-")}, `^media-[0-9a-f]{26}$`, "arn",
			`^arn:aws:s3:::media-[0-9a-f]{26}$`},
		{"aws:lb/loadBalancer:LoadBalancer", pulumi.Map{"loadBalancerType": str("network"), "name": str("shop")},
			`loadbalancer/net/shop/[0-9a-f]{16}$`, "dnsName", `^shop-[0-9a-f]{16}\.elb\.eu-central-1\.amazonaws\.com$`},
		{"aws:route53/zone:Zone", pulumi.Map{"name": str("example.com")}, `^Z[0-9A-Z]{20}$`, "arn", `^arn:aws:route53:::hostedzone/Z`},
		{"aws:route53/healthCheck:HealthCheck", pulumi.Map{"type": str("HTTPS")}, `^[0-9a-f-]{36}$`, "arn", `^arn:aws:route53:::healthcheck/[0-9a-f-]{36}$`},
		{"aws:wafv2/webAcl:WebAcl", pulumi.Map{"scope": str("CLOUDFRONT"), "name": str("edge")}, `^[0-9a-f-]{36}$`, "arn",
			`^arn:aws:wafv2:us-east-1:123456789012:global/webacl/edge/[0-9a-f-]{36}$`},
		{"aws:cloudfront/distribution:Distribution", nil, `^E[0-9A-Z]{13}$`, "domainName", `^d[0-9a-z]{13}\.cloudfront\.net$`},
		{"aws:eks/cluster:Cluster", pulumi.Map{"name": str("shop")}, `^shop$`, "endpoint",
			`^https://[0-9A-F]{32}\.gr7\.eu-central-1\.eks\.amazonaws\.com$`},
	} {
		t.Run(test.token, func(t *testing.T) {
			environment := run(t, programOf(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
				add(t, ctx, test.token, "it", test.inputs, aws)
				return nil
			}))
			it := find(t, environment, "it")
			assert.Regexp(t, test.id, it.ID)
			assert.Regexp(t, test.form, it.Outputs[test.output])
		})
	}
}

func TestCertificateHasOneValidationForEachDomain(t *testing.T) {
	environment := run(t, programOf(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		add(t, ctx, "aws:acm/certificate:Certificate", "cert", pulumi.Map{
			"domainName":              pulumi.String("shop.example"),
			"subjectAlternativeNames": pulumi.ToStringArray([]string{"*.shop.example", "media.shop.example"}),
			"validationMethod":        pulumi.String("DNS"),
		}, aws)
		return nil
	}))
	options, ok := find(t, environment, "cert").Outputs["domainValidationOptions"].([]any)
	require.True(t, ok)
	require.Len(t, options, 3)
	record := func(i int, key string) string { return options[i].(map[string]any)[key].(string) }
	assert.Regexp(t, `^_[0-9a-f]{32}\.shop\.example\.$`, record(0, "resourceRecordName"))
	assert.Equal(t, record(0, "resourceRecordName"), record(1, "resourceRecordName"))
	assert.Equal(t, "*.shop.example", record(1, "domainName"))
	assert.NotEqual(t, record(0, "resourceRecordValue"), record(2, "resourceRecordValue"))
}

func TestPartitionFollowsTheRegion(t *testing.T) {
	environment := run(t, plan.Program{Layer: layer.Layer{Project: "test"}, Run: func(ctx *pulumi.Context, _ settings.Config) error {
		china := providerOf(t, ctx, "aws", pulumi.Map{
			"region": pulumi.String("cn-north-1"), "allowedAccountIds": pulumi.String(`["123456789012"]`),
		})
		add(t, ctx, "aws:s3/bucketV2:BucketV2", "media", nil, pulumi.Provider(china))
		return nil
	}})
	media := find(t, environment, "media")
	assert.Equal(t, "arn:aws-cn:s3:::"+media.ID, media.Outputs["arn"])
	assert.Equal(t, media.ID+".s3.cn-north-1.amazonaws.com.cn", media.Outputs["bucketRegionalDomainName"])
}

func TestFunctionsAnswer(t *testing.T) {
	environment := run(t, programOf(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		withAWS := aws.(pulumi.ResourceOrInvokeOption)
		cluster := add(t, ctx, "aws:eks/cluster:Cluster", "k8s", pulumi.Map{"name": pulumi.String("shop")}, aws)
		call := func(token string, arguments map[string]any) map[string]any {
			var result map[string]any
			require.NoError(t, ctx.Invoke(token, arguments, &result, withAWS), token)
			return result
		}
		ctx.Export("account", pulumi.Any(call("aws:index/getCallerIdentity:getCallerIdentity", nil)["accountId"]))
		ctx.Export("partition", pulumi.Any(call("aws:index/getPartition:getPartition", nil)["partition"]))
		ctx.Export("region", pulumi.Any(call("aws:index/getRegion:getRegion", nil)["name"]))
		ctx.Export("list", pulumi.Any(call("aws:ec2/getManagedPrefixList:getManagedPrefixList",
			map[string]any{"name": "com.amazonaws.global.cloudfront.origin-facing"})["id"]))
		ctx.Export("policy", pulumi.Any(call("aws:cloudfront/getCachePolicy:getCachePolicy",
			map[string]any{"name": "Managed-CachingDisabled"})["id"]))
		ctx.Export("zone", pulumi.Any(call("aws:route53/getZone:getZone", map[string]any{"name": "shop.example."})["name"]))
		ctx.Export("group", cluster.ID().ToStringOutput().ApplyT(func(name string) any {
			return call("aws:eks/getCluster:getCluster", map[string]any{"name": name})["vpcConfig"].(map[string]any)["clusterSecurityGroupId"]
		}))
		return nil
	}))
	outputs := environment.Stacks[0].Outputs
	assert.Equal(t, testAccount, outputs["account"])
	assert.Equal(t, "aws", outputs["partition"])
	assert.Equal(t, testRegion, outputs["region"])
	assert.Regexp(t, `^pl-[0-9a-f]{8}$`, outputs["list"])
	assert.Equal(t, "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", outputs["policy"])
	assert.Equal(t, "shop.example", outputs["zone"])
	assert.Regexp(t, `^sg-0[0-9a-f]{16}$`, outputs["group"])
}

func TestFunctionsRefuseWhatTheyCannotKnow(t *testing.T) {
	for token, test := range map[string]struct {
		arguments map[string]any
		message   string
	}{
		"aws:ec2/getManagedPrefixList:getManagedPrefixList": {map[string]any{"name": "mine"}, `prefix list "mine": must be one of`},
		"aws:eks/getCluster:getCluster":                     {map[string]any{"name": "gone"}, `EKS cluster "gone": no program made it`},
		"aws:route53/getZone:getZone":                       {map[string]any{"zoneId": "Z1"}, `hosted zone "Z1"`},
		"aws:ssm/getParameter:getParameter":                 {map[string]any{"name": "/mine"}, `parameter "/mine": only those`},
		"aws:cloudfront/getCachePolicy:getCachePolicy":      {map[string]any{"name": "mine"}, `policy "mine": must be one of`},
	} {
		message := refused(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
			var result map[string]any
			return ctx.Invoke(token, test.arguments, &result, aws.(pulumi.ResourceOrInvokeOption))
		})
		assert.Contains(t, message, test.message)
	}
}

func TestKubernetesObjectsAreAnsweredAlike(t *testing.T) {
	environment := run(t, plan.Program{Layer: layer.Layer{Project: "test"}, Run: func(ctx *pulumi.Context, _ settings.Config) error {
		provider := pulumi.Provider(providerOf(t, ctx, "kubernetes", pulumi.Map{"kubeconfig": pulumi.ToSecret("{}")}))
		add(t, ctx, "kubernetes:core/v1:Namespace", "ns", pulumi.Map{"metadata": pulumi.Map{"name": pulumi.String("shop")}}, provider)
		add(t, ctx, "kubernetes:karpenter.sh/v1:NodePool", "pool", nil, provider)
		return nil
	}})
	assert.Equal(t, "shop", find(t, environment, "ns").ID)
	assert.Regexp(t, `^pool-[0-9a-f]{8}$`, find(t, environment, "pool").ID)
	assert.Equal(t, plan.Secret, find(t, environment, "kubernetes").Inputs["kubeconfig"])
}

func TestReadOfAnotherStacksResource(t *testing.T) {
	message := refused(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		var existing thing
		return ctx.ReadResource(vpcToken, "existing", pulumi.ID("vpc-1"), nil, &existing, aws)
	})
	assert.Contains(t, message, `aws:ec2/vpc:Vpc::existing: reads "vpc-1", which no program of this run made before`)
}

func TestSecretOutputsStaySecret(t *testing.T) {
	environment := run(t, programOf(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		database := add(t, ctx, "aws:rds/cluster:Cluster", "db", pulumi.Map{"masterPassword": pulumi.String("hunter2")},
			aws, pulumi.AdditionalSecretOutputs([]string{"masterPassword", "endpoint"}))
		ctx.Export("password", database.Password)
		ctx.Export("endpoint", database.Endpoint)
		return nil
	}))
	assert.Equal(t, map[string]any{"password": plan.Secret, "endpoint": plan.Secret}, environment.Stacks[0].Outputs)
}
