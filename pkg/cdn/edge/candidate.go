package edge

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Candidate is a second variant of the shop's behaviours, policies and functions, on a staging distribution: changes are
// made to it alone, and what the other visitors get stays as it is until the candidate is paused. One of the two ways to it
// is given.
type Candidate struct {
	// Paused has nobody get it, and everybody what it was. A candidate must be paused before it is taken away: AWS deletes only
	// a policy that is disabled, and detaches it from the distribution by deleting it (hashicorp/terraform-provider-aws#34511).
	Paused bool

	Header string  // requests with the header and value go to it, such as aws-cf-cd-release: next; empty for by weight
	Value  string  // of the header
	Weight float64 // the part of all visitors; 0 for by header
}

const (
	// maxCandidateWeight is the most that CloudFront sends to a staging distribution (CloudFront Developer Guide, "Use
	// continuous deployment": 15 %).
	maxCandidateWeight = 0.15

	// A visitor stays with the distribution that he got, for as long as a visit lasts (same page, "Session stickiness": 300
	// to 3,600 seconds).
	candidateIdleSeconds    = 300
	candidateMaximumSeconds = 3600

	// candidateSuffix is of the names of its parts.
	candidateSuffix = "-candidate"
)

// HTTP2 and HTTP2And3 are what browsers may speak with CloudFront. Continuous deployment works with the first alone (same
// page, "Quotas and other considerations").
const (
	HTTP2     = "http2"
	HTTP2And3 = "http2and3"
)

// candidateHeader is the beginning that CloudFront wants of such a header.
var candidateHeader = regexp.MustCompile(`^aws-cf-cd-[a-z0-9-]+$`)

func (c Candidate) validate() error {
	var problems []error
	switch {
	case (c.Header == "") == (c.Weight == 0):
		problems = append(problems, errors.New("candidate: header or weight, and not both, is required"))
	case c.Header != "" && (!candidateHeader.MatchString(c.Header) || c.Value == ""):
		problems = append(problems, fmt.Errorf("candidate.header %q: must begin with aws-cf-cd- and have a value", c.Header))
	case c.Header == "" && (c.Weight < 0 || c.Weight > maxCandidateWeight):
		problems = append(problems, fmt.Errorf("candidate.weight %v: must be above 0 and up to %v", c.Weight, maxCandidateWeight))
	}
	return errors.Join(problems...)
}

// candidate registers the staging distribution with its logs and metrics, and what sends requests to it, where there is one.
func (b *builder) candidate() error {
	c := b.args.Candidate
	b.CandidateID = pulumi.String("").ToStringOutput()
	if c == nil {
		return nil
	}
	args, err := b.configuration(variant{Suffix: candidateSuffix})
	if err != nil {
		return fmt.Errorf("candidate: %w", err)
	}
	args.Staging = pulumi.Bool(true)
	staging, err := cloudfront.NewDistribution(b.Ctx, b.Child("distribution"+candidateSuffix), args, b.Parent)
	if err != nil {
		return fmt.Errorf("candidate: %w", err)
	}
	b.CandidateID = staging.ID().ToStringOutput()
	if err := b.observe(staging, candidateSuffix); err != nil {
		return fmt.Errorf("candidate: %w", err)
	}
	policy, err := cloudfront.NewContinuousDeploymentPolicy(b.Ctx, b.Child("continuous-deployment"), &cloudfront.ContinuousDeploymentPolicyArgs{
		Enabled: pulumi.Bool(!c.Paused),
		StagingDistributionDnsNames: cloudfront.ContinuousDeploymentPolicyStagingDistributionDnsNamesArgs{
			Items: pulumi.StringArray{staging.DomainName}, Quantity: pulumi.Int(1),
		},
		TrafficConfig: c.traffic(),
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("continuous deployment: %w", err)
	}
	b.deployment = policy.ID().ToStringOutput().ToStringPtrOutput()
	return nil
}

func (c Candidate) traffic() cloudfront.ContinuousDeploymentPolicyTrafficConfigPtrInput {
	if c.Header != "" {
		return cloudfront.ContinuousDeploymentPolicyTrafficConfigArgs{
			Type: pulumi.String("SingleHeader"),
			SingleHeaderConfig: cloudfront.ContinuousDeploymentPolicyTrafficConfigSingleHeaderConfigArgs{
				Header: pulumi.String(c.Header), Value: pulumi.String(c.Value),
			},
		}
	}
	return cloudfront.ContinuousDeploymentPolicyTrafficConfigArgs{
		Type: pulumi.String("SingleWeight"),
		SingleWeightConfig: cloudfront.ContinuousDeploymentPolicyTrafficConfigSingleWeightConfigArgs{
			Weight: pulumi.Float64(c.Weight),
			SessionStickinessConfig: cloudfront.ContinuousDeploymentPolicyTrafficConfigSingleWeightConfigSessionStickinessConfigArgs{
				IdleTtl: pulumi.Int(candidateIdleSeconds), MaximumTtl: pulumi.Int(candidateMaximumSeconds),
			},
		},
	}
}
