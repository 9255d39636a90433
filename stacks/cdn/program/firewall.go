package program

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/logretention"
	"github.com/magestack/magestack/pkg/cdn/waf"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
)

// newFirewall registers the web ACL that the settings describe.
func newFirewall(ctx *pulumi.Context, set settings.CDN, provider *aws.Provider) (*waf.WebACL, error) {
	return waf.NewWebACL(ctx, "firewall", waf.WebACLArgs{
		Account:          set.Account().InRegion(region),
		Name:             naming.Environment(ctx.Stack()).Name(),
		Environment:      naming.Environment(ctx.Stack()),
		Policy:           set.FirewallPolicy(),
		LogRetentionDays: logretention.MinDays,
		Protect:          set.ProtectEdge,
	}, pulumi.Provider(provider))
}
