package edge

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/cdn/edge/behaviors"
	"github.com/magestack/magestack/pkg/cdn/edge/functions"
)

const (
	// attempts is how often CloudFront asks Magento for the same: once. It would ask three times for what is read and not
	// answered in time, and Magento has GETs that change something, such as logging out or coming back from PayPal
	// (CloudFront Developer Guide, "Connection attempts", "Origin response timeout").
	attempts = 1

	// originTLSVersion is what CloudFront may speak to the load balancer.
	originTLSVersion = "TLSv1.2"

	// standbySuffix tells the origins of the standby region from those that they stand in for, groupSuffix the pairs.
	standbySuffix = "-standby"
	groupSuffix   = "-group"
)

// failoverCodes are answers that say that nobody is there (CloudFront Developer Guide, "Origin failover"). 500 is not
// among them, since one broken page is no reason to ask another region for it.
func failoverCodes() []int { return []int{502, 504} }

// failoverCodesOfFiles are with 503, which the load balancer says where it has no target and S3 where it is asked too often.
// For pages it is Magento's own maintenance mode, during which another region must not answer.
func failoverCodesOfFiles() []int { return append(failoverCodes(), 503) }

// reach registers what the distribution needs to reach its origins: VPC origins, since the load balancers have no public
// address, and an access control that signs the requests to the buckets.
func (b *builder) reach() error {
	access, err := cloudfront.NewOriginAccessControl(b.Ctx, b.Child("media-access"), &cloudfront.OriginAccessControlArgs{
		Name:                          pulumi.String(b.args.Environment.Name("media")),
		Description:                   pulumi.String("Public media of Magento " + b.args.Environment),
		OriginAccessControlOriginType: pulumi.String("s3"),
		SigningBehavior:               pulumi.String("always"),
		SigningProtocol:               pulumi.String("sigv4"),
	}, b.Parent, pulumi.Protect(b.args.Protect))
	if err != nil {
		return fmt.Errorf("access to the media bucket: %w", err)
	}
	accessID := access.ID().ToStringOutput().ToStringPtrOutput()
	if err := b.region("", b.args.LoadBalancerARN, b.args.LoadBalancerDNSName, b.args.MediaBucketDomainName, accessID); err != nil {
		return err
	}
	standby := b.args.Standby
	if standby == nil {
		return nil
	}
	if err := b.region(standbySuffix, standby.LoadBalancerARN, standby.LoadBalancerDNSName, standby.MediaBucketDomainName, accessID); err != nil {
		return err
	}
	// A behaviour with a group answers reading requests alone (CloudFront API Reference, CreateDistribution), so that only
	// files have one; for pages the function asks for it, request by request.
	for _, origin := range []behaviors.Origin{behaviors.Files, behaviors.Media} {
		b.groups = append(b.groups, cloudfront.DistributionOriginGroupArgs{
			OriginId:         pulumi.String(origin + groupSuffix),
			FailoverCriteria: cloudfront.DistributionOriginGroupFailoverCriteriaArgs{StatusCodes: pulumi.ToIntArray(failoverCodesOfFiles())},
			Members: cloudfront.DistributionOriginGroupMemberArray{
				cloudfront.DistributionOriginGroupMemberArgs{OriginId: pulumi.String(origin)},
				cloudfront.DistributionOriginGroupMemberArgs{OriginId: pulumi.String(origin + standbySuffix)},
			},
		})
	}
	return nil
}

// region adds the origins of a region.
func (b *builder) region(suffix, loadBalancerARN, loadBalancerName, bucketName string, access pulumi.StringPtrInput) error {
	vpcOrigin, err := b.vpcOrigin(suffix, loadBalancerARN)
	if err != nil {
		return err
	}
	shield := b.shield()
	if suffix != "" {
		shield = nil // the standby is asked seldom, and the shield is in front of the region
	}
	magento := func(id behaviors.Origin, attempts pulumi.IntPtrInput, shield cloudfront.DistributionOriginOriginShieldPtrInput) cloudfront.DistributionOriginArgs {
		return cloudfront.DistributionOriginArgs{
			OriginId:   pulumi.String(string(id) + suffix),
			DomainName: pulumi.String(loadBalancerName),
			VpcOriginConfig: cloudfront.DistributionOriginVpcOriginConfigArgs{
				VpcOriginId:            vpcOrigin.ID().ToStringOutput(),
				OriginReadTimeout:      pulumi.Int(topology.OriginReadTimeoutSeconds),
				OriginKeepaliveTimeout: pulumi.Int(topology.OriginKeepaliveSeconds),
			},
			ConnectionAttempts: attempts,
			OriginShield:       shield,
		}
	}
	if suffix == "" && b.sharedOrigin() != "" {
		b.origins = append(b.origins, magento(behaviors.Shared, pulumi.Int(attempts), shield))
	}
	b.origins = append(b.origins,
		magento(behaviors.LoadBalancer, pulumi.Int(attempts), nil),
		magento(behaviors.Files, nil, shield),
		cloudfront.DistributionOriginArgs{
			OriginId:              pulumi.String(string(behaviors.Media) + suffix),
			DomainName:            pulumi.String(bucketName),
			OriginAccessControlId: access,
			OriginShield:          shield,
		})
	return nil
}

func (b *builder) vpcOrigin(suffix, loadBalancerARN string) (*cloudfront.VpcOrigin, error) {
	made, err := cloudfront.NewVpcOrigin(b.Ctx, b.Child("vpc-origin"+suffix), &cloudfront.VpcOriginArgs{
		VpcOriginEndpointConfig: cloudfront.VpcOriginVpcOriginEndpointConfigArgs{
			Name:                 pulumi.String(b.vpcOriginName(suffix, loadBalancerARN)),
			Arn:                  pulumi.String(loadBalancerARN),
			HttpPort:             pulumi.Int(80), // required by the API, and unused with https-only
			HttpsPort:            pulumi.Int(443),
			OriginProtocolPolicy: pulumi.String("https-only"),
			OriginSslProtocols: cloudfront.VpcOriginVpcOriginEndpointConfigOriginSslProtocolsArgs{
				Items: pulumi.StringArray{pulumi.String(originTLSVersion)}, Quantity: pulumi.Int(1),
			},
		},
	}, b.Parent, pulumi.ReplaceOnChanges([]string{"vpcOriginEndpointConfig"}))
	if err != nil {
		return nil, fmt.Errorf("VPC origin: %w", err)
	}
	return made, nil
}

// vpcOriginName is another for another load balancer: a VPC origin that a distribution uses cannot be changed
// (CloudFront, CannotUpdateEntityWhileInUse), so that its successor is made beside it.
func (b *builder) vpcOriginName(suffix, loadBalancerARN string) string {
	return b.args.Environment.Name() + suffix + "-" + loadBalancerARN[strings.LastIndex(loadBalancerARN, "/")+1:]
}

// shield has all edge locations ask through one, near the origin: fewer requests reach the region, and each costs more
// (CloudFront Developer Guide, "Use Amazon CloudFront Origin Shield"). Pages of single visitors gain nothing by it, so that the
// function on pages chooses it for those that are shared.
func (b *builder) shield() cloudfront.DistributionOriginOriginShieldPtrInput {
	if b.args.ShieldRegion == "" {
		return nil
	}
	return cloudfront.DistributionOriginOriginShieldArgs{Enabled: pulumi.Bool(true), OriginShieldRegion: pulumi.String(b.args.ShieldRegion)}
}

// target is the origin of a behaviour, or its pair with the standby.
func (b *builder) target(behavior behaviors.Behavior) string {
	if b.args.Standby != nil && behavior.Origin != behaviors.LoadBalancer {
		return string(behavior.Origin) + groupSuffix
	}
	return string(behavior.Origin)
}

// sharedOrigin is where the function on pages sends what is shared; empty where that is no other origin.
func (b *builder) sharedOrigin() string {
	if b.args.ShieldRegion == "" {
		return ""
	}
	return string(behaviors.Shared)
}

// standbyOfPages is what the function on pages asks for.
func (b *builder) standbyOfPages() *functions.Standby {
	if b.args.Standby == nil {
		return nil
	}
	primary := string(behaviors.LoadBalancer)
	return &functions.Standby{Origins: []string{primary, primary + standbySuffix}, StatusCodes: failoverCodes()}
}
