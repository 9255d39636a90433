// Package waf makes the web ACL that every request to the shop passes before CloudFront looks at it. What it stops is in
// the package rules; here it becomes resources.
package waf

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/wafv2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/cdn/waf/rules"
	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/naming"
)

// WebACLType is the type token of a WebACL.
const WebACLType = "magento:waf:WebACL"

// scope is that of everything in front of a distribution, which has to be in us-east-1 (WAF Developer Guide, "Resources
// that you can protect").
const scope = "CLOUDFRONT"

// WebACLArgs configures a WebACL.
type WebACLArgs struct {
	Account          account.Account // in us-east-1
	Name             string
	Environment      naming.Environment
	Policy           rules.Policy
	LogRetentionDays int
	Protect          bool // refuse to delete the web ACL, its log and the key that the log is encrypted with
}

// WebACL is a web ACL for CloudFront, its lists of networks and its log. Its provider must be in us-east-1.
type WebACL struct {
	pulumi.ResourceState
	ARN      pulumi.StringOutput
	LogGroup pulumi.StringOutput
}

// builder makes the children, one concern after the other.
type builder struct {
	component.Scope
	*WebACL
	args WebACLArgs

	acl  rules.ACL
	sets map[rules.Set][]pulumi.StringOutput // ARNs, one for each kind of addresses
}

// NewWebACL registers a WebACL.
func NewWebACL(ctx *pulumi.Context, name string, args WebACLArgs, opts ...pulumi.ResourceOption) (*WebACL, error) {
	w := &WebACL{}
	return w, component.New(ctx, WebACLType, name, args, w, func(s component.Scope) (pulumi.Map, error) {
		acl, err := args.Policy.ACL()
		if err != nil {
			return nil, err
		}
		b := &builder{Scope: s, WebACL: w, args: args, acl: acl, sets: map[rules.Set][]pulumi.StringOutput{}}
		err = component.Steps(b.networks, b.webACL, b.log)
		return pulumi.Map{"arn": w.ARN, "logGroup": w.LogGroup}, err
	}, opts...)
}

// Inputs returns what the component shows in a plan.
func (a WebACLArgs) Inputs() pulumi.Map {
	acl, _ := a.Policy.ACL() // as validated
	return pulumi.Map{"name": pulumi.String(a.Name), "mode": pulumi.String(a.Policy.Mode), "capacity": pulumi.Int(acl.Capacity())}
}

// Validate refuses what WAF would, and a policy that makes no sensible web ACL.
func (a WebACLArgs) Validate() error {
	var problems []error
	if a.Name == "" || a.Environment == "" {
		problems = append(problems, errors.New("name and environment: required"))
	}
	if !account.ValidID(a.Account.ID) || a.Account.Region != "us-east-1" {
		problems = append(problems, fmt.Errorf("account %+v: must be in us-east-1, where CloudFront wants its web ACLs", a.Account))
	}
	if a.LogRetentionDays < 1 {
		problems = append(problems, fmt.Errorf("logRetentionDays %d: must be 1 or more", a.LogRetentionDays))
	}
	problems = append(problems, a.Policy.Validate())
	return errors.Join(problems...)
}

// webACL registers the rules in their order.
func (b *builder) webACL() error {
	args := &wafv2.WebAclArgs{
		Name:             pulumi.String(b.args.Name),
		Description:      pulumi.String("In front of the shop"),
		Scope:            pulumi.String(scope),
		DefaultAction:    wafv2.WebAclDefaultActionArgs{Allow: wafv2.WebAclDefaultActionAllowArgs{}},
		VisibilityConfig: wafv2.WebAclVisibilityConfigArgs{CloudwatchMetricsEnabled: pulumi.Bool(true), SampledRequestsEnabled: pulumi.Bool(true), MetricName: pulumi.String(b.args.Name)},
	}
	if pages := b.pages(); len(pages) > 0 {
		args.CustomResponseBodies = pages
	}
	var list wafv2.WebAclRuleArray
	for priority, rule := range b.acl.Rules {
		rendered, err := b.rule(priority, rule)
		if err != nil {
			return fmt.Errorf("rule %s: %w", rule.Name, err)
		}
		list = append(list, rendered)
	}
	args.Rules = list
	made, err := wafv2.NewWebAcl(b.Ctx, b.Child("web-acl"), args, b.Parent, pulumi.Protect(b.args.Protect))
	if err != nil {
		return fmt.Errorf("web ACL: %w", err)
	}
	b.ARN = made.Arn
	return nil
}
