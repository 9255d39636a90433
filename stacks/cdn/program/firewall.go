package program

import (
	"github.com/magestack/magestack/pkg/aws/logretention"
	"github.com/magestack/magestack/pkg/cdn/waf"
	"github.com/magestack/magestack/pkg/naming"
)

// makeFirewall registers the web ACL that the settings describe.
func (b *builder) makeFirewall() (err error) {
	environment := naming.Environment(b.ctx.Stack())
	b.firewall, err = waf.NewWebACL(b.ctx, "firewall", waf.WebACLArgs{
		Account:          b.set.Account().InRegion(region),
		Name:             environment.Name(),
		Environment:      environment,
		Policy:           b.set.FirewallPolicy(),
		LogRetentionDays: logretention.MinDays,
		Protect:          b.set.ProtectEdge,
	}, b.provider)
	return err
}
