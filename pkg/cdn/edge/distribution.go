// Package edge makes the CloudFront distribution of the shop: what is kept at the edge, under which key, and what never
// is. What it decides for a path is in the package behaviors, what runs on requests in functions.
package edge

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/cdn/edge/behaviors"
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

// builder registers the parts one after the other.
type builder struct {
	*Distribution
	ctx    *pulumi.Context
	name   string
	args   DistributionArgs
	parent pulumi.ResourceOption

	origins cloudfront.DistributionOriginArray
	groups  cloudfront.DistributionOriginGroupArray
	logs    *cloudwatch.LogDeliveryDestination // nil for none
}

// NewDistribution registers a Distribution. Its provider must be in us-east-1, where CloudFront's logs are told of.
func NewDistribution(ctx *pulumi.Context, name string, args DistributionArgs, opts ...pulumi.ResourceOption) (*Distribution, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("distribution %q: %w", name, err)
	}
	b := &builder{Distribution: &Distribution{}, ctx: ctx, name: name, args: args}
	inputs := pulumi.Map{"hostNames": pulumi.ToStringArray(args.HostNames), "behaviors": args.reasons()}
	if err := ctx.RegisterComponentResourceV2(DistributionType, name, inputs, b.Distribution, opts...); err != nil {
		return nil, fmt.Errorf("distribution %q: %w", name, err)
	}
	b.parent = pulumi.Parent(b.Distribution)
	if err := b.build(); err != nil {
		return nil, fmt.Errorf("distribution %q: %w", name, err)
	}
	return b.Distribution, ctx.RegisterResourceOutputs(b.Distribution, pulumi.Map{"id": b.ID, "arn": b.ARN, "domainName": b.DomainName, "candidateId": b.CandidateID})
}

func (b *builder) build() error {
	if err := b.reach(); err != nil {
		return err
	}
	if err := b.logDestination(); err != nil {
		return err
	}
	policyID, err := b.candidate()
	if err != nil {
		return err
	}
	live := edition{Frozen: b.args.Candidate != nil && !b.args.Candidate.Paused}
	args, err := b.configuration(live)
	if err != nil {
		return err
	}
	args.Aliases = pulumi.ToStringArray(b.args.HostNames)
	args.ContinuousDeploymentPolicyId = policyID
	made, err := cloudfront.NewDistribution(b.ctx, b.name+"-distribution", args, b.parent, pulumi.Protect(b.args.Protect), live.frozen(
		"defaultCacheBehavior", "orderedCacheBehaviors", "origins", "originGroups", "customErrorResponses"))
	if err != nil {
		return err
	}
	b.ID = made.ID().ToStringOutput()
	b.ARN = b.arn(made)
	b.DomainName, b.HostedZoneID = made.DomainName, made.HostedZoneId
	return b.observe(made, "")
}

func (b *builder) arn(of *cloudfront.Distribution) pulumi.StringOutput {
	return pulumi.Sprintf("%s%s", b.args.Account.GlobalARN("cloudfront", "distribution/"), of.ID())
}

// observe has a distribution tell what it does.
func (b *builder) observe(of *cloudfront.Distribution, suffix string) error {
	if err := b.metrics(of, suffix); err != nil {
		return err
	}
	return b.accessLog(of, suffix)
}

// edition is one of the two sets of behaviours, policies and functions that there may be of a shop at a time.
type edition struct {
	Suffix string // of names; empty for what visitors get
	Frozen bool   // whether it stays as it is, while a candidate is tried
}

// has says whether an edition has the parts of a way of caching. One that is frozen may need them though the settings, which are
// the candidate's, do not: CloudFront refuses to delete what a distribution names.
func (b *builder) has(e edition, caching behaviors.Caching) bool {
	return e.Frozen || behaviors.Keeps(b.args.Behaviors, caching)
}

// frozen keeps properties as they are.
func (e edition) frozen(properties ...string) pulumi.ResourceOption {
	if !e.Frozen {
		return pulumi.IgnoreChanges(nil)
	}
	return pulumi.IgnoreChanges(properties)
}

// configuration registers the policies and functions of an edition, and gives what its distribution is made of.
func (b *builder) configuration(e edition) (*cloudfront.DistributionArgs, error) {
	ordered, byDefault, err := b.behaviors(e)
	if err != nil {
		return nil, err
	}
	return &cloudfront.DistributionArgs{
		Comment:               pulumi.String("Magento " + string(b.args.Environment) + e.Suffix),
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

// metrics has CloudFront tell its hit rate, error rates and the origin's latency every minute (CloudFront Developer Guide,
// "Additional CloudFront distribution metrics": a fixed price a month).
func (b *builder) metrics(of *cloudfront.Distribution, suffix string) error {
	_, err := cloudfront.NewMonitoringSubscription(b.ctx, b.name+"-metrics"+suffix, &cloudfront.MonitoringSubscriptionArgs{
		DistributionId: of.ID().ToStringOutput(),
		MonitoringSubscription: cloudfront.MonitoringSubscriptionMonitoringSubscriptionArgs{
			RealtimeMetricsSubscriptionConfig: cloudfront.MonitoringSubscriptionMonitoringSubscriptionRealtimeMetricsSubscriptionConfigArgs{
				RealtimeMetricsSubscriptionStatus: pulumi.String("Enabled"),
			},
		},
	}, b.parent)
	if err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	return nil
}
