package waf

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/wafv2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/cdn/waf/rules"
)

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

// retryAfterSeconds is how long a client that was shown a page waits before it asks again.
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
