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

// builder registers the parts one after the other.
type builder struct {
	*WebACL
	ctx    *pulumi.Context
	name   string
	args   WebACLArgs
	acl    rules.ACL
	sets   map[rules.Set][]pulumi.StringOutput // ARNs, one for each kind of addresses
	parent pulumi.ResourceOption
}

// NewWebACL registers a WebACL.
func NewWebACL(ctx *pulumi.Context, name string, args WebACLArgs, opts ...pulumi.ResourceOption) (*WebACL, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("web ACL %q: %w", name, err)
	}
	acl, err := args.Policy.ACL()
	if err != nil {
		return nil, fmt.Errorf("web ACL %q: %w", name, err)
	}
	b := &builder{WebACL: &WebACL{}, ctx: ctx, name: name, args: args, acl: acl, sets: map[rules.Set][]pulumi.StringOutput{}}
	inputs := pulumi.Map{"name": pulumi.String(args.Name), "mode": pulumi.String(args.Policy.Mode), "capacity": pulumi.Int(acl.Capacity())}
	if err := ctx.RegisterComponentResourceV2(WebACLType, name, inputs, b.WebACL, opts...); err != nil {
		return nil, fmt.Errorf("web ACL %q: %w", name, err)
	}
	b.parent = pulumi.Parent(b.WebACL)
	if err := b.networks(); err != nil {
		return nil, fmt.Errorf("web ACL %q: %w", name, err)
	}
	made, err := b.webACL()
	if err != nil {
		return nil, fmt.Errorf("web ACL %q: %w", name, err)
	}
	b.ARN = made.Arn
	if err := b.log(); err != nil {
		return nil, fmt.Errorf("web ACL %q: %w", name, err)
	}
	return b.WebACL, ctx.RegisterResourceOutputs(b.WebACL, pulumi.Map{"arn": b.ARN, "logGroup": b.LogGroup})
}

func (a WebACLArgs) validate() error {
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
	return errors.Join(problems...)
}

// webACL registers the rules in their order.
func (b *builder) webACL() (*wafv2.WebAcl, error) {
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
			return nil, fmt.Errorf("rule %s: %w", rule.Name, err)
		}
		list = append(list, rendered)
	}
	args.Rules = list
	return wafv2.NewWebAcl(b.ctx, b.name+"-web-acl", args, b.parent, pulumi.Protect(b.args.Protect))
}

// rule renders a rule. A managed group has actions of its own, which can only be overridden; others have one.
func (b *builder) rule(priority int, rule rules.Rule) (wafv2.WebAclRuleArgs, error) {
	statement, err := b.statement(rule.Statement)
	if err != nil {
		return wafv2.WebAclRuleArgs{}, err
	}
	args := wafv2.WebAclRuleArgs{
		Name: pulumi.String(rule.Name), Priority: pulumi.Int(priority), Statement: statement,
		VisibilityConfig: wafv2.WebAclRuleVisibilityConfigArgs{
			CloudwatchMetricsEnabled: pulumi.Bool(true), SampledRequestsEnabled: pulumi.Bool(true), MetricName: pulumi.String(b.args.Name + "-" + rule.Name),
		},
	}
	var labels wafv2.WebAclRuleRuleLabelArray
	for _, label := range rule.Labels {
		labels = append(labels, wafv2.WebAclRuleRuleLabelArgs{Name: pulumi.String(label)})
	}
	if len(labels) > 0 {
		args.RuleLabels = labels
	}
	_, managed := rule.Statement.(rules.Managed)
	switch {
	case managed && rule.Action == rules.Theirs:
		args.OverrideAction = wafv2.WebAclRuleOverrideActionArgs{None: wafv2.WebAclRuleOverrideActionNoneArgs{}}
	case managed && rule.Action == rules.Count:
		args.OverrideAction = wafv2.WebAclRuleOverrideActionArgs{Count: wafv2.WebAclRuleOverrideActionCountArgs{}}
	default:
		action, err := action(rule)
		if err != nil {
			return args, err
		}
		args.Action = action
	}
	return args, nil
}

func action(rule rules.Rule) (wafv2.WebAclRuleActionArgs, error) {
	switch rule.Action {
	case rules.Allow:
		return wafv2.WebAclRuleActionArgs{Allow: wafv2.WebAclRuleActionAllowArgs{}}, nil
	case rules.Count:
		return wafv2.WebAclRuleActionArgs{Count: wafv2.WebAclRuleActionCountArgs{}}, nil
	case rules.Block:
		block := wafv2.WebAclRuleActionBlockArgs{}
		if rule.Status != 0 {
			block.CustomResponse = response(rule)
		}
		return wafv2.WebAclRuleActionArgs{Block: block}, nil
	}
	return wafv2.WebAclRuleActionArgs{}, fmt.Errorf("action %q: only a managed group has it", rule.Action)
}

// retryAfterSeconds is when somebody who was shown a page may ask again.
const retryAfterSeconds = "300"

// response is what a rule answers with, where it is not WAF's own page.
func response(rule rules.Rule) wafv2.WebAclRuleActionBlockCustomResponseArgs {
	answer := wafv2.WebAclRuleActionBlockCustomResponseArgs{ResponseCode: pulumi.Int(rule.Status)}
	if rule.Page == "" {
		return answer
	}
	answer.CustomResponseBodyKey = pulumi.String(rule.Name)
	answer.ResponseHeaders = wafv2.WebAclRuleActionBlockCustomResponseResponseHeaderArray{
		wafv2.WebAclRuleActionBlockCustomResponseResponseHeaderArgs{Name: pulumi.String("Retry-After"), Value: pulumi.String(retryAfterSeconds)},
		wafv2.WebAclRuleActionBlockCustomResponseResponseHeaderArgs{Name: pulumi.String("Cache-Control"), Value: pulumi.String("no-store")},
	}
	return answer
}

// pages are those that rules answer with, by the rules' names.
func (b *builder) pages() wafv2.WebAclCustomResponseBodyArray {
	var pages wafv2.WebAclCustomResponseBodyArray
	for _, rule := range b.acl.Rules {
		if rule.Page != "" {
			pages = append(pages, wafv2.WebAclCustomResponseBodyArgs{
				Key: pulumi.String(rule.Name), Content: pulumi.String(rule.Page), ContentType: pulumi.String("TEXT_HTML"),
			})
		}
	}
	return pages
}
