package waf

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/wafv2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/cdn/waf/rules"
)

// managed renders a group that AWS maintains, at whatever version is its default: AWS moves it when it knows better.
func managed(s rules.Managed) wafv2.WebAclRuleStatementArgs {
	group := wafv2.WebAclRuleStatementManagedRuleGroupStatementArgs{VendorName: pulumi.String("AWS"), Name: pulumi.String(s.Group)}
	var overrides wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideArray
	for _, name := range s.Counted {
		overrides = append(overrides, wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideArgs{
			Name: pulumi.String(name),
			ActionToUse: wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseArgs{
				Count: wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseCountArgs{},
			},
		})
	}
	if len(overrides) > 0 {
		group.RuleActionOverrides = overrides
	}
	if s.Of != "" {
		group.ScopeDownStatement = wafv2.WebAclRuleStatementManagedRuleGroupStatementScopeDownStatementArgs{
			LabelMatchStatement: wafv2.WebAclRuleStatementManagedRuleGroupStatementScopeDownStatementLabelMatchStatementArgs{
				Scope: pulumi.String("LABEL"), Key: pulumi.String(s.Of),
			},
		}
	}
	if s.Outside != "" {
		group.ScopeDownStatement = wafv2.WebAclRuleStatementManagedRuleGroupStatementScopeDownStatementArgs{
			NotStatement: wafv2.WebAclRuleStatementManagedRuleGroupStatementScopeDownStatementNotStatementArgs{
				Statements: wafv2.WebAclRuleStatementArray{labelled("LABEL", string(s.Outside))},
			},
		}
	}
	if config, ok := configuration(s); ok {
		group.ManagedRuleGroupConfigs = wafv2.WebAclRuleStatementManagedRuleGroupStatementManagedRuleGroupConfigArray{config}
	}
	return wafv2.WebAclRuleStatementArgs{ManagedRuleGroupStatement: group}
}

// The fields of Magento's login form.
const (
	loginUser     = "login[username]"
	loginPassword = "login[password]"
)

// configuration is what some groups have to be told: where logins go, and how closely to look at robots. Answers are not
// looked at: the login form answers 302, whether the login succeeds or not.
func configuration(s rules.Managed) (wafv2.WebAclRuleStatementManagedRuleGroupStatementManagedRuleGroupConfigArgs, bool) {
	switch {
	case s.Login != "":
		return wafv2.WebAclRuleStatementManagedRuleGroupStatementManagedRuleGroupConfigArgs{
			AwsManagedRulesAtpRuleSet: wafv2.WebAclRuleStatementManagedRuleGroupStatementManagedRuleGroupConfigAwsManagedRulesAtpRuleSetArgs{
				LoginPath: pulumi.String(s.Login), EnableRegexInPath: pulumi.Bool(true),
				RequestInspection: wafv2.WebAclRuleStatementManagedRuleGroupStatementManagedRuleGroupConfigAwsManagedRulesAtpRuleSetRequestInspectionArgs{
					PayloadType: pulumi.String("FORM_ENCODED"),
					UsernameField: wafv2.WebAclRuleStatementManagedRuleGroupStatementManagedRuleGroupConfigAwsManagedRulesAtpRuleSetRequestInspectionUsernameFieldArgs{
						Identifier: pulumi.String(loginUser),
					},
					PasswordField: wafv2.WebAclRuleStatementManagedRuleGroupStatementManagedRuleGroupConfigAwsManagedRulesAtpRuleSetRequestInspectionPasswordFieldArgs{
						Identifier: pulumi.String(loginPassword),
					},
				},
			},
		}, true
	case s.Level != "":
		return wafv2.WebAclRuleStatementManagedRuleGroupStatementManagedRuleGroupConfigArgs{
			AwsManagedRulesBotControlRuleSet: wafv2.WebAclRuleStatementManagedRuleGroupStatementManagedRuleGroupConfigAwsManagedRulesBotControlRuleSetArgs{
				InspectionLevel: pulumi.String(s.Level),
			},
		}, true
	}
	return wafv2.WebAclRuleStatementManagedRuleGroupStatementManagedRuleGroupConfigArgs{}, false
}
