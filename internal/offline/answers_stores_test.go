package offline_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
)

func TestCacheEndpoints(t *testing.T) {
	regions := map[string]string{
		"eu-central-1": "euc1", "us-east-1": "use1", "us-west-2": "usw2", "ap-southeast-2": "apse2", "ap-northeast-1": "apne1",
		"eu-north-1": "eun1", "ap-south-1": "aps1", "us-gov-west-1": "usgw1",
	}
	environment := run(t, plan.Program{Layer: layer.Layer{Project: "test"}, Run: func(ctx *pulumi.Context, _ settings.Config) error {
		for region := range regions {
			var p pulumi.ProviderResourceState
			inputs := pulumi.Map{"region": pulumi.String(region), "allowedAccountIds": pulumi.ToStringArray([]string{testAccount})}
			if err := ctx.RegisterResource("pulumi:providers:aws", region, inputs, &p); err != nil {
				return err
			}
			add(t, ctx, "aws:elasticache/replicationGroup:ReplicationGroup", "shop-"+region, pulumi.Map{
				"replicationGroupId": pulumi.String("shop"), "engineVersion": pulumi.String("8.1"),
				"transitEncryptionEnabled": pulumi.Bool(region == "eu-central-1"), "numCacheClusters": pulumi.Int(2),
			}, pulumi.Provider(&p))
		}
		return nil
	}})
	for region, code := range regions {
		outputs := find(t, environment, "shop-"+region).Outputs
		if region == "eu-central-1" {
			assert.Regexp(t, `^master\.shop\.[a-z0-9]{6}\.euc1\.cache\.amazonaws\.com$`, outputs["primaryEndpointAddress"])
			assert.Regexp(t, `^replica\.shop\.[a-z0-9]{6}\.euc1\.cache\.amazonaws\.com$`, outputs["readerEndpointAddress"])
		} else {
			assert.Regexp(t, `^shop\.[a-z0-9]{6}\.ng\.0001\.`+code+`\.cache\.amazonaws\.com$`, outputs["primaryEndpointAddress"])
			assert.Regexp(t, `^shop-ro\.[a-z0-9]{6}\.ng\.0001\.`+code+`\.cache\.amazonaws\.com$`, outputs["readerEndpointAddress"])
		}
		assert.Equal(t, []any{"shop-001", "shop-002"}, outputs["memberClusters"])
		assert.Equal(t, "8.1.0", outputs["engineVersionActual"])
	}
}

func TestSearchEndpoints(t *testing.T) {
	environment := run(t, programOf(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		add(t, ctx, "aws:opensearch/domain:Domain", "public", pulumi.Map{"domainName": pulumi.String("shop")}, aws)
		add(t, ctx, "aws:opensearch/domain:Domain", "private", pulumi.Map{
			"domainName": pulumi.String("shop"), "vpcOptions": pulumi.Map{"subnetIds": pulumi.ToStringArray([]string{"subnet-1"})},
		}, aws)
		add(t, ctx, "aws:iam/serviceLinkedRole:ServiceLinkedRole", "role", pulumi.Map{
			"awsServiceName": pulumi.String("autoscaling.amazonaws.com"),
		}, aws)
		return nil
	}))
	assert.Regexp(t, `^search-shop-[a-z0-9]{26}\.eu-central-1\.es\.amazonaws\.com$`, find(t, environment, "public").Outputs["endpoint"])
	private := find(t, environment, "private")
	assert.Regexp(t, `^vpc-shop-[a-z0-9]{26}\.eu-central-1\.es\.amazonaws\.com$`, private.Outputs["endpoint"])
	assert.Regexp(t, `^vpc-shop-[a-z0-9]{26}\.aos\.eu-central-1\.on\.aws/_dashboards$`, private.Outputs["dashboardEndpointV2"])
	assert.Equal(t, "arn:aws:es:eu-central-1:123456789012:domain/shop", private.ID)
	assert.Equal(t, "123456789012/shop", private.Outputs["domainId"])
	assert.Equal(t, "/aws-service-role/autoscaling.amazonaws.com/", find(t, environment, "role").Outputs["path"])
}

func TestStoresWithNamesThatAreTooLong(t *testing.T) {
	message := refused(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		for token, property := range map[string]string{
			"aws:elasticache/replicationGroup:ReplicationGroup": "replicationGroupId",
			"aws:opensearch/domain:Domain":                      "domainName",
			"aws:mq/broker:Broker":                              "brokerName",
		} {
			add(t, ctx, token, property, pulumi.Map{
				property: pulumi.String("a-name-that-no-service-of-aws-would-take-for-a-store"),
			}, aws)
		}
		return nil
	})
	for _, want := range []string{
		`replicationGroupId "a-name-that-no-service-of-aws-would-take-for-a-store" has 52 characters; AWS takes at most 40`,
		"AWS takes at most 28", "AWS takes at most 50",
	} {
		assert.Contains(t, message, want)
	}
}
