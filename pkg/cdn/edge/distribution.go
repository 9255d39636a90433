// Package edge makes the CloudFront distribution of the shop: what is kept at the edge, under which key, and what never
// is. What it decides for a path is in the package behaviors, what runs on requests in functions.
package edge

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/cdn/edge/behaviors"
	"github.com/magestack/magestack/pkg/component"
)

// DistributionType is the type token of a Distribution.
const DistributionType = "magento:edge:Distribution"

// tlsVersion is the newest security policy that every browser of Magento 2.4's support list speaks (CloudFront Developer
// Guide, "Supported protocols and ciphers").
const tlsVersion = "TLSv1.2_2021"

// Distribution is the shop's CloudFront distribution with its origins, policies, functions and logs.
type Distribution struct {
	pulumi.ResourceState
	ID           pulumi.StringOutput
	ARN          pulumi.StringOutput
	DomainName   pulumi.StringOutput
	HostedZoneID pulumi.StringOutput // of DomainName, for alias records
	CandidateID  pulumi.StringOutput // of the distribution that a change is tried on; empty for none
}

// builder makes the children, one concern after the other.
type builder struct {
	component.Scope
	*Distribution
	args DistributionArgs

	origins    cloudfront.DistributionOriginArray
	groups     cloudfront.DistributionOriginGroupArray
	logs       *cloudwatch.LogDeliveryDestination // nil for none
	deployment pulumi.StringPtrInput              // the id of what sends requests to the candidate; nil for none
}

// NewDistribution registers a Distribution. Its provider must be in us-east-1, which CloudFront delivers its logs from.
func NewDistribution(ctx *pulumi.Context, name string, args DistributionArgs, opts ...pulumi.ResourceOption) (*Distribution, error) {
	d := &Distribution{}
	return d, component.New(ctx, DistributionType, name, args, d, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, Distribution: d, args: args}
		err := component.Steps(b.reach, b.logDestination, b.candidate, b.live)
		return pulumi.Map{"id": d.ID, "arn": d.ARN, "domainName": d.DomainName, "candidateId": d.CandidateID}, err
	}, opts...)
}

// live registers the distribution that visitors get.
func (b *builder) live() error {
	live := variant{Frozen: b.args.Candidate != nil && !b.args.Candidate.Paused}
	args, err := b.configuration(live)
	if err != nil {
		return err
	}
	args.Aliases = pulumi.ToStringArray(b.args.HostNames)
	args.ContinuousDeploymentPolicyId = b.deployment
	made, err := cloudfront.NewDistribution(b.Ctx, b.Child("distribution"), args, b.Parent, pulumi.Protect(b.args.Protect), live.frozen(
		"defaultCacheBehavior", "orderedCacheBehaviors", "origins", "originGroups", "customErrorResponses"))
	if err != nil {
		return fmt.Errorf("distribution: %w", err)
	}
	b.ID = made.ID().ToStringOutput()
	b.ARN = b.arn(made)
	b.DomainName, b.HostedZoneID = made.DomainName, made.HostedZoneId
	return b.observe(made, "")
}

func (b *builder) arn(of *cloudfront.Distribution) pulumi.StringOutput {
	return pulumi.Sprintf("%s%s", b.args.Account.GlobalARN("cloudfront", "distribution/"), of.ID())
}

// observe registers the metrics and the access log of a distribution.
func (b *builder) observe(of *cloudfront.Distribution, suffix string) error {
	if err := b.metrics(of, suffix); err != nil {
		return err
	}
	return b.accessLog(of, suffix)
}

// variant is one of the two sets of behaviours, policies and functions that a shop may have at a time: the live one and the
// candidate.
type variant struct {
	Suffix string // of names; empty for the live one
	Frozen bool   // whether it stays as it is, while a candidate is tried
}

// has reports whether a variant has the parts of a way of caching. One that is frozen may need them though the settings, which are
// the candidate's, do not: CloudFront refuses to delete what a distribution names.
func (b *builder) has(v variant, caching behaviors.Caching) bool {
	return v.Frozen || behaviors.Keeps(b.args.Behaviors, caching)
}

// frozen keeps properties as they are.
func (v variant) frozen(properties ...string) pulumi.ResourceOption {
	if !v.Frozen {
		return pulumi.IgnoreChanges(nil)
	}
	return pulumi.IgnoreChanges(properties)
}

// configuration registers the policies and functions of a variant, and gives what its distribution is made of.
func (b *builder) configuration(v variant) (*cloudfront.DistributionArgs, error) {
	ordered, byDefault, err := b.behaviors(v)
	if err != nil {
		return nil, err
	}
	return &cloudfront.DistributionArgs{
		Comment:               pulumi.String("Magento " + string(b.args.Environment) + v.Suffix),
		Enabled:               pulumi.Bool(true),
		IsIpv6Enabled:         pulumi.Bool(true),
		HttpVersion:           pulumi.String(b.args.HTTPVersion),
		PriceClass:            pulumi.String(b.args.PriceClass),
		WebAclId:              b.args.WebACLARN.ToStringOutput().ToStringPtrOutput(),
		Origins:               b.origins,
		OriginGroups:          b.groups,
		OrderedCacheBehaviors: ordered,
		DefaultCacheBehavior:  byDefault,
		CustomErrorResponses:  b.errorResponses(),
		Restrictions: cloudfront.DistributionRestrictionsArgs{GeoRestriction: cloudfront.DistributionRestrictionsGeoRestrictionArgs{
			RestrictionType: pulumi.String("none"),
		}},
		ViewerCertificate: cloudfront.DistributionViewerCertificateArgs{
			AcmCertificateArn:      b.args.CertificateARN.ToStringOutput().ToStringPtrOutput(),
			MinimumProtocolVersion: pulumi.String(tlsVersion),
			SslSupportMethod:       pulumi.String("sni-only"),
		},
	}, nil
}

// metrics has CloudFront publish its hit rate, error rates and the origin's latency every minute (CloudFront Developer Guide,
// "Additional CloudFront distribution metrics": a fixed price a month).
func (b *builder) metrics(of *cloudfront.Distribution, suffix string) error {
	_, err := cloudfront.NewMonitoringSubscription(b.Ctx, b.Child("metrics"+suffix), &cloudfront.MonitoringSubscriptionArgs{
		DistributionId: of.ID().ToStringOutput(),
		MonitoringSubscription: cloudfront.MonitoringSubscriptionMonitoringSubscriptionArgs{
			RealtimeMetricsSubscriptionConfig: cloudfront.MonitoringSubscriptionMonitoringSubscriptionRealtimeMetricsSubscriptionConfigArgs{
				RealtimeMetricsSubscriptionStatus: pulumi.String("Enabled"),
			},
		},
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	return nil
}
