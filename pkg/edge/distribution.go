// Package edge makes the CloudFront distribution of the shop: what is kept at the edge, under which key, and
// what never is.
package edge

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// DistributionType is the type token of a Distribution.
const DistributionType = "magento:edge:Distribution"

const (
	// tlsVersion is the newest security policy that every browser of Magento 2.4's support list speaks
	// (CloudFront Developer Guide, "Supported protocols and ciphers").
	tlsVersion = "TLSv1.2_2021"

	// OriginReadTimeoutSeconds is how long CloudFront waits for Magento, twice its default, which exports of the
	// admin exceed (CloudFront Developer Guide, "Response timeout": 1 to 120 seconds).
	OriginReadTimeoutSeconds = 60

	// originTLSVersion is what CloudFront may speak to the load balancer.
	originTLSVersion = "TLSv1.2"
)

// DistributionArgs configures a Distribution.
type DistributionArgs struct {
	Environment    string
	HostNames      []string
	PriceClass     string
	CertificateARN pulumi.StringInput // in us-east-1
	WebACLARN      pulumi.StringInput

	LoadBalancerARN       string
	LoadBalancerDNSName   string
	MediaBucketDomainName string // regional
}

// Distribution is the shop's CloudFront distribution with its origins and policies.
type Distribution struct {
	pulumi.ResourceState
	ID           pulumi.StringOutput
	ARN          pulumi.StringOutput
	DomainName   pulumi.StringOutput
	HostedZoneID pulumi.StringOutput // of DomainName, for alias records
}

// NewDistribution registers a Distribution.
func NewDistribution(ctx *pulumi.Context, name string, args DistributionArgs, opts ...pulumi.ResourceOption) (*Distribution, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("distribution %q: %w", name, err)
	}
	d := &Distribution{}
	if err := ctx.RegisterComponentResourceV2(DistributionType, name, pulumi.Map{"hostNames": pulumi.ToStringArray(args.HostNames)}, d, opts...); err != nil {
		return nil, fmt.Errorf("distribution %q: %w", name, err)
	}
	origins, err := args.origins(ctx, name, d)
	if err != nil {
		return nil, fmt.Errorf("distribution %q: %w", name, err)
	}
	ordered, byDefault, err := args.behaviors(ctx, name, d)
	if err != nil {
		return nil, fmt.Errorf("distribution %q: %w", name, err)
	}
	distribution, err := cloudfront.NewDistribution(ctx, name+"-distribution", &cloudfront.DistributionArgs{
		Comment:               pulumi.String("Magento " + args.Environment),
		Enabled:               pulumi.Bool(true),
		IsIpv6Enabled:         pulumi.Bool(true),
		HttpVersion:           pulumi.String("http2and3"),
		PriceClass:            pulumi.String(args.PriceClass),
		Aliases:               pulumi.ToStringArray(args.HostNames),
		WebAclId:              args.WebACLARN.ToStringOutput().ToStringPtrOutput(),
		Origins:               origins,
		OrderedCacheBehaviors: ordered,
		DefaultCacheBehavior:  byDefault,
		Restrictions: cloudfront.DistributionRestrictionsArgs{GeoRestriction: cloudfront.DistributionRestrictionsGeoRestrictionArgs{
			RestrictionType: pulumi.String("none"),
		}},
		ViewerCertificate: cloudfront.DistributionViewerCertificateArgs{
			AcmCertificateArn:      args.CertificateARN.ToStringOutput().ToStringPtrOutput(),
			MinimumProtocolVersion: pulumi.String(tlsVersion),
			SslSupportMethod:       pulumi.String("sni-only"),
		},
	}, pulumi.Parent(d))
	if err != nil {
		return nil, fmt.Errorf("distribution %q: %w", name, err)
	}
	d.ID, d.ARN = distribution.ID().ToStringOutput(), distribution.Arn
	d.DomainName, d.HostedZoneID = distribution.DomainName, distribution.HostedZoneId
	return d, ctx.RegisterResourceOutputs(d, pulumi.Map{"id": d.ID, "arn": d.ARN, "domainName": d.DomainName})
}

func (a DistributionArgs) validate() error {
	var problems []error
	if a.Environment == "" || len(a.HostNames) == 0 || a.PriceClass == "" {
		problems = append(problems, errors.New("environment, hostNames and priceClass: required"))
	}
	if a.CertificateARN == nil || a.WebACLARN == nil {
		problems = append(problems, errors.New("certificateArn and webAclArn: required"))
	}
	if a.LoadBalancerARN == "" || a.LoadBalancerDNSName == "" || a.MediaBucketDomainName == "" {
		problems = append(problems, errors.New("loadBalancerArn, loadBalancerDnsName and mediaBucketDomainName: required"))
	}
	return errors.Join(problems...)
}

// origins registers what the distribution needs to reach its two origins: a VPC origin, since the load
// balancer has no public address, and an access control that signs the requests to the bucket.
func (a DistributionArgs) origins(ctx *pulumi.Context, name string, d *Distribution) (cloudfront.DistributionOriginArray, error) {
	vpcOrigin, err := cloudfront.NewVpcOrigin(ctx, name+"-vpc-origin", &cloudfront.VpcOriginArgs{
		VpcOriginEndpointConfig: cloudfront.VpcOriginVpcOriginEndpointConfigArgs{
			Name:                 pulumi.String(a.vpcOriginName()),
			Arn:                  pulumi.String(a.LoadBalancerARN),
			HttpPort:             pulumi.Int(80), // required by the API, and unused with https-only
			HttpsPort:            pulumi.Int(443),
			OriginProtocolPolicy: pulumi.String("https-only"),
			OriginSslProtocols: cloudfront.VpcOriginVpcOriginEndpointConfigOriginSslProtocolsArgs{
				Items: pulumi.StringArray{pulumi.String(originTLSVersion)}, Quantity: pulumi.Int(1),
			},
		},
	}, pulumi.Parent(d), pulumi.ReplaceOnChanges([]string{"vpcOriginEndpointConfig"}))
	if err != nil {
		return nil, fmt.Errorf("VPC origin: %w", err)
	}
	access, err := cloudfront.NewOriginAccessControl(ctx, name+"-media-access", &cloudfront.OriginAccessControlArgs{
		Name:                          pulumi.String("magento-" + a.Environment + "-media"),
		Description:                   pulumi.String("Public media of Magento " + a.Environment),
		OriginAccessControlOriginType: pulumi.String("s3"),
		SigningBehavior:               pulumi.String("always"),
		SigningProtocol:               pulumi.String("sigv4"),
	}, pulumi.Parent(d))
	if err != nil {
		return nil, fmt.Errorf("access to the media bucket: %w", err)
	}
	return cloudfront.DistributionOriginArray{
		cloudfront.DistributionOriginArgs{
			OriginId:   pulumi.String(LoadBalancer),
			DomainName: pulumi.String(a.LoadBalancerDNSName),
			VpcOriginConfig: cloudfront.DistributionOriginVpcOriginConfigArgs{
				VpcOriginId:       vpcOrigin.ID().ToStringOutput(),
				OriginReadTimeout: pulumi.Int(OriginReadTimeoutSeconds),
			},
		},
		cloudfront.DistributionOriginArgs{
			OriginId:              pulumi.String(Media),
			DomainName:            pulumi.String(a.MediaBucketDomainName),
			OriginAccessControlId: access.ID().ToStringOutput().ToStringPtrOutput(),
		},
	}, nil
}

// vpcOriginName is another for another load balancer: a VPC origin that a distribution uses cannot be changed
// (CloudFront, CannotUpdateEntityWhileInUse), so that its successor is made beside it.
func (a DistributionArgs) vpcOriginName() string {
	return "magento-" + a.Environment + "-" + a.LoadBalancerARN[strings.LastIndex(a.LoadBalancerARN, "/")+1:]
}

// behaviors turns the typed behaviours into the distribution's, with the policies that they share.
func (a DistributionArgs) behaviors(ctx *pulumi.Context, name string, d *Distribution) (cloudfront.DistributionOrderedCacheBehaviorArray, cloudfront.DistributionDefaultCacheBehaviorArgs, error) {
	var ordered cloudfront.DistributionOrderedCacheBehaviorArray
	var byDefault cloudfront.DistributionDefaultCacheBehaviorArgs
	for _, behavior := range Behaviors() {
		cache, request, err := a.policies(ctx, name, behavior, d)
		if err != nil {
			return nil, byDefault, err
		}
		if behavior.PathPattern == "" {
			byDefault = cloudfront.DistributionDefaultCacheBehaviorArgs{
				TargetOriginId:          pulumi.String(behavior.Origin),
				ViewerProtocolPolicy:    pulumi.String("redirect-to-https"),
				AllowedMethods:          pulumi.ToStringArray(behavior.Methods),
				CachedMethods:           pulumi.ToStringArray([]string{"GET", "HEAD"}),
				Compress:                pulumi.Bool(behavior.Caching != Uncached),
				CachePolicyId:           cache,
				OriginRequestPolicyId:   request,
				ResponseHeadersPolicyId: pulumi.String(managedSecurityHeaders),
			}
			continue
		}
		ordered = append(ordered, cloudfront.DistributionOrderedCacheBehaviorArgs{
			PathPattern:             pulumi.String(behavior.PathPattern),
			TargetOriginId:          pulumi.String(behavior.Origin),
			ViewerProtocolPolicy:    pulumi.String("redirect-to-https"),
			AllowedMethods:          pulumi.ToStringArray(behavior.Methods),
			CachedMethods:           pulumi.ToStringArray([]string{"GET", "HEAD"}),
			Compress:                pulumi.Bool(behavior.Caching != Uncached),
			CachePolicyId:           cache,
			OriginRequestPolicyId:   request,
			ResponseHeadersPolicyId: pulumi.String(managedSecurityHeaders),
		})
	}
	return ordered, byDefault, nil
}

// policies gives the cache policy and the origin request policy of a behaviour. CachingDisabled forwards
// nothing by itself, and cannot have a key: AllViewer brings the cookies, queries and headers to Magento.
func (a DistributionArgs) policies(ctx *pulumi.Context, name string, behavior Behavior, d *Distribution) (cache, request pulumi.StringPtrInput, err error) {
	if behavior.Caching == Uncached {
		return pulumi.String(managedCachingDisabled), pulumi.String(managedAllViewer), nil
	}
	policy, err := newCachePolicy(ctx, name, a.Environment, behavior.Caching, pulumi.Parent(d))
	if err != nil {
		return nil, nil, err
	}
	return policy.ID().ToStringOutput().ToStringPtrOutput(), nil, nil
}
