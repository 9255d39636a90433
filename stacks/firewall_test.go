package stacks_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/internal/plan"
	firewallrules "github.com/magestack/magestack/pkg/cdn/waf/rules"
	"github.com/magestack/magestack/pkg/settings"
)

// TestWebACL holds that the web ACL is that of the settings, rule by rule, in front of the distribution. What the rules
// stop is tested with the rules.
func TestWebACL(t *testing.T) {
	forEveryFixture(t, func(t *testing.T, recorded *plan.Environment) {
		acl := the(t, recorded, "aws:wafv2/webAcl:WebAcl")
		assert.Equal(t, acl.Outputs["arn"], input(the(t, recorded, distributionType), "webAclId"))
		assert.Equal(t, "CLOUDFRONT", input(acl, "scope"))
		assert.Equal(t, map[string]any{"allow": map[string]any{}}, input(acl, "defaultAction"))

		made := firewall(t, recorded.Name)
		assert.LessOrEqual(t, made.Capacity(), firewallrules.IncludedCapacity)
		rendered := input(acl, "rules").([]any)
		require.Len(t, rendered, len(made.Rules))
		for i, rule := range made.Rules {
			assert.Equal(t, rule.Name, in(rendered[i], "name"))
			assert.Equal(t, float64(i), in(rendered[i], "priority"), rule.Name)
			assert.Equal(t, true, in(rendered[i], "visibilityConfig.cloudwatchMetricsEnabled"), rule.Name)
			assert.Equal(t, actionOf(rule), actionIn(rendered[i]), rule.Name)
			for l, label := range rule.Labels {
				assert.Equal(t, string(label), in(rendered[i], fmt.Sprintf("ruleLabels.%d.name", l)), rule.Name)
			}
		}
	})
}

// firewall is the web ACL of an environment's settings.
func firewall(t *testing.T, environment string) firewallrules.ACL {
	t.Helper()
	config := fixture.Config(t, environment)
	set, err := settings.LoadCDN(config)
	require.NoError(t, err)
	acl, err := set.FirewallPolicy().ACL()
	require.NoError(t, err)
	return acl
}

// actionOf is what becomes of a request, in the words of the resource.
func actionOf(rule firewallrules.Rule) string {
	if rule.Action == firewallrules.Theirs {
		return "none"
	}
	return string(rule.Action)
}

func actionIn(rule any) string {
	for _, key := range []string{"action", "overrideAction"} {
		if action, ok := in(rule, key).(map[string]any); ok {
			for name := range action {
				return name
			}
		}
	}
	return "no action"
}

// TestFirewallLog holds that nobody can log in with what is in the log.
func TestFirewallLog(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		logging := the(t, recorded, "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration")
		assert.Equal(t, the(t, recorded, "aws:wafv2/webAcl:WebAcl").Outputs["arn"], input(logging, "resourceArn"))
		for _, header := range []string{"authorization", "cookie"} {
			assert.Contains(t, input(logging, "redactedFields"), map[string]any{"singleHeader": map[string]any{"name": header}})
		}
		group := named(t, recorded, "aws:cloudwatch/logGroup:LogGroup", "firewall-log-group")
		assert.Equal(t, []any{group.Outputs["arn"]}, input(logging, "logDestinationConfigs"))
		assert.Equal(t, "aws-waf-logs-magento-"+recorded.Name, input(group, "name"))
		assert.Equal(t, 365.0, input(group, "retentionInDays"))
		assert.Equal(t, named(t, recorded, "aws:kms/key:Key", "firewall-log-key").Outputs["arn"], input(group, "kmsKeyId"))
	})
}
