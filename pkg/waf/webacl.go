// Package waf makes the web ACL that every request to the shop passes before CloudFront looks at it.
package waf

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/wafv2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// WebACLType is the type token of a WebACL.
const WebACLType = "magento:waf:WebACL"

// ipReputationGroup are addresses that Amazon has seen attacking others, 25 capacity units (WAF Developer
// Guide, "Amazon IP reputation list managed rule group").
const ipReputationGroup = "AWSManagedRulesAmazonIpReputationList"

// WebACLArgs configures a WebACL.
type WebACLArgs struct {
	Name string
}

// WebACL is a web ACL for CloudFront. Its provider must be in us-east-1, where CloudFront keeps them.
type WebACL struct {
	pulumi.ResourceState
	ARN pulumi.StringOutput
}

// NewWebACL registers a WebACL.
func NewWebACL(ctx *pulumi.Context, name string, args WebACLArgs, opts ...pulumi.ResourceOption) (*WebACL, error) {
	w := &WebACL{}
	if err := ctx.RegisterComponentResourceV2(WebACLType, name, pulumi.Map{"name": pulumi.String(args.Name)}, w, opts...); err != nil {
		return nil, fmt.Errorf("web ACL %q: %w", name, err)
	}
	acl, err := wafv2.NewWebAcl(ctx, name+"-web-acl", &wafv2.WebAclArgs{
		Name:             pulumi.String(args.Name),
		Description:      pulumi.String("In front of the shop"),
		Scope:            pulumi.String("CLOUDFRONT"),
		DefaultAction:    wafv2.WebAclDefaultActionArgs{Allow: wafv2.WebAclDefaultActionAllowArgs{}},
		VisibilityConfig: visibility(args.Name),
		Rules: wafv2.WebAclRuleArray{wafv2.WebAclRuleArgs{
			Name:     pulumi.String("ip-reputation"),
			Priority: pulumi.Int(0),
			Statement: wafv2.WebAclRuleStatementArgs{ManagedRuleGroupStatement: wafv2.WebAclRuleStatementManagedRuleGroupStatementArgs{
				VendorName: pulumi.String("AWS"), Name: pulumi.String(ipReputationGroup),
			}},
			OverrideAction: wafv2.WebAclRuleOverrideActionArgs{None: wafv2.WebAclRuleOverrideActionNoneArgs{}},
			VisibilityConfig: wafv2.WebAclRuleVisibilityConfigArgs{
				CloudwatchMetricsEnabled: pulumi.Bool(true),
				SampledRequestsEnabled:   pulumi.Bool(true),
				MetricName:               pulumi.String(args.Name + "-ip-reputation"),
			},
		}},
	}, pulumi.Parent(w))
	if err != nil {
		return nil, fmt.Errorf("web ACL %q: %w", name, err)
	}
	w.ARN = acl.Arn
	return w, ctx.RegisterResourceOutputs(w, pulumi.Map{"arn": w.ARN})
}

func visibility(metric string) wafv2.WebAclVisibilityConfigArgs {
	return wafv2.WebAclVisibilityConfigArgs{
		CloudwatchMetricsEnabled: pulumi.Bool(true),
		SampledRequestsEnabled:   pulumi.Bool(true),
		MetricName:               pulumi.String(metric),
	}
}
