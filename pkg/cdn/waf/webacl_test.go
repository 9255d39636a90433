package waf_test

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/cdn/waf"
	"github.com/magestack/magestack/pkg/cdn/waf/rules"
	"github.com/magestack/magestack/pkg/layer"
)

var home = account.Account{ID: "123456789012", Region: "us-east-1"}

// arguments are those of a web ACL with every kind of rule, to be varied.
func arguments() waf.WebACLArgs {
	return waf.WebACLArgs{
		Account: home, Name: "magento-staging", Environment: "staging", LogRetentionDays: 365, Protect: true,
		Policy: rules.Policy{
			Mode: rules.ModeBlock, Capacity: rules.IncludedCapacity, AdminPath: "backstage", AdminOpen: true,
			AdminNetworks:    []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8:42::/48")},
			TrustedNetworks:  []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")},
			BlockedNetworks:  []netip.Prefix{netip.MustParsePrefix("2001:db8:66::/48")},
			BlockedCountries: []string{"KP"}, HealthCheckPath: "/health_check.php", BotControl: rules.BotsCommon, AccountTakeoverPrevention: true,
			MaintenancePage: "<p>Back soon</p>",
			Limits:          rules.Limits{Pages: 5000, CustomerLogin: 50, AdminLogin: 20, Accounts: 30, Payments: 100, Searches: 400},
		},
	}
}

func planned(args waf.WebACLArgs) (*plan.Environment, error) {
	return offlinetest.RunIn(home, layer.CDN{}.Layer(), func(ctx *pulumi.Context, provider pulumi.ResourceOption) error {
		_, err := waf.NewWebACL(ctx, "firewall", args, provider)
		return err
	})
}

// TestRulesAreThoseOfThePolicy holds order, action and labels: a rule in another place, or one that only counts, stops nothing.
func TestRulesAreThoseOfThePolicy(t *testing.T) {
	for _, mode := range rules.Modes() {
		args := arguments()
		args.Policy.Mode = mode
		recorded, err := planned(args)
		require.NoError(t, err)
		offlinetest.CheckChildren(t, recorded, waf.WebACLType, "firewall")
		acl := offlinetest.Find(t, recorded, "firewall-web-acl")
		assert.True(t, acl.Protect)
		assert.Equal(t, "CLOUDFRONT", acl.Input("scope"))
		assert.Equal(t, map[string]any{"allow": map[string]any{}}, acl.Input("defaultAction"))

		wanted, err := args.Policy.ACL()
		require.NoError(t, err)
		rendered := acl.Input("rules").([]any)
		require.Len(t, rendered, len(wanted.Rules))
		for i, want := range wanted.Rules {
			assert.Equal(t, want.Name, plan.Within(rendered[i], "name"))
			assert.Equal(t, float64(i), plan.Within(rendered[i], "priority"), want.Name)
			assert.Equal(t, fmt.Sprint("magento-staging-", want.Name), plan.Within(rendered[i], "visibilityConfig.metricName"))
			action, other := "action", "overrideAction"
			if _, managed := want.Statement.(rules.Managed); managed {
				action, other = other, action
			}
			name := string(want.Action)
			if want.Action == rules.Theirs {
				name = "none"
			}
			assert.Contains(t, plan.Within(rendered[i], action), name, want.Name)
			assert.Nil(t, plan.Within(rendered[i], other), want.Name)
			for l, label := range want.Labels {
				assert.Equal(t, string(label), plan.Within(rendered[i], fmt.Sprintf("ruleLabels.%d.name", l)), want.Name)
			}
		}
	}
}

// rule returns the rendered rule of a name.
func rule(t *testing.T, recorded *plan.Environment, name string) any {
	t.Helper()
	for _, r := range offlinetest.Find(t, recorded, "firewall-web-acl").Input("rules").([]any) {
		if plan.Within(r, "name") == name {
			return r
		}
	}
	require.Fail(t, "no rule "+name)
	return nil
}

// TestNetworks holds that a list with both kinds of addresses is two IP sets, and that a rule reads both.
func TestNetworks(t *testing.T) {
	recorded, err := planned(arguments())
	require.NoError(t, err)
	sets := map[string][]any{}
	for _, r := range recorded.Resources() {
		if r.Type == "aws:wafv2/ipSet:IpSet" {
			assert.Equal(t, "CLOUDFRONT", r.Input("scope"))
			sets[r.Name] = []any{r.Input("ipAddressVersion"), r.Input("addresses")}
		}
	}
	assert.Equal(t, map[string][]any{
		"firewall-admin-networks-v4":   {"IPV4", []any{"192.0.2.0/24"}},
		"firewall-admin-networks-v6":   {"IPV6", []any{"2001:db8:42::/48"}},
		"firewall-trusted-networks-v4": {"IPV4", []any{"198.51.100.0/24"}},
		"firewall-blocked-networks-v6": {"IPV6", []any{"2001:db8:66::/48"}},
	}, sets)
	assert.Equal(t, offlinetest.Find(t, recorded, "firewall-blocked-networks-v6").Outputs["arn"],
		plan.Within(rule(t, recorded, "blocked-networks"), "statement.ipSetReferenceStatement.arn"))
}

// TestMaintenanceTellsClientsToComeBack holds that its page is not kept, and not taken for the shop's by search engines.
func TestMaintenanceTellsClientsToComeBack(t *testing.T) {
	recorded, err := planned(arguments())
	require.NoError(t, err)
	answer := plan.Within(rule(t, recorded, "maintenance"), "action.block.customResponse")
	assert.Equal(t, 503.0, plan.Within(answer, "responseCode"))
	assert.Equal(t, []any{map[string]any{"name": "Retry-After", "value": "300"}, map[string]any{"name": "Cache-Control", "value": "no-store"}},
		plan.Within(answer, "responseHeaders"))
	assert.Equal(t, []any{map[string]any{"key": "maintenance", "content": "<p>Back soon</p>", "contentType": "TEXT_HTML"}},
		offlinetest.Find(t, recorded, "firewall-web-acl").Input("customResponseBodies"))
	assert.Equal(t, "maintenance", plan.Within(answer, "customResponseBodyKey"))
}

// TestLog holds that no session is in the log, and that all requests are while rules only count.
func TestLog(t *testing.T) {
	for mode, filtered := range map[rules.Mode]any{rules.ModeBlock: "DROP", rules.ModeCount: nil} {
		args := arguments()
		args.Policy.Mode = mode
		recorded, err := planned(args)
		require.NoError(t, err)
		logging := offlinetest.Find(t, recorded, "firewall-logging")
		assert.Equal(t, offlinetest.Find(t, recorded, "firewall-web-acl").Outputs["arn"], logging.Input("resourceArn"))
		assert.Equal(t, filtered, logging.Input("loggingFilter.defaultBehavior"), mode)
		assert.Equal(t, []any{
			map[string]any{"singleHeader": map[string]any{"name": "authorization"}}, map[string]any{"singleHeader": map[string]any{"name": "cookie"}},
		}, logging.Input("redactedFields"))
		group := offlinetest.Find(t, recorded, "firewall-log-group")
		assert.True(t, group.Protect)
		assert.Equal(t, "aws-waf-logs-magento-staging", group.Input("name"), "WAF wants the prefix")
		assert.Equal(t, offlinetest.Find(t, recorded, "firewall-log-key").Outputs["arn"], group.Input("kmsKeyId"))
	}
}

func TestArgsAreRefusedAllAtOnce(t *testing.T) {
	_, err := planned(waf.WebACLArgs{Account: account.Account{ID: "123456789012", Region: "eu-central-1"}, Policy: rules.Policy{Mode: "stop"}})
	for _, want := range []string{
		`magento:waf:WebACL "firewall": `, "name and environment: required", "must be in us-east-1", "logRetentionDays 0: must be 1 or more", `mode: "stop"`,
	} {
		assert.ErrorContains(t, err, want)
	}
}
