package waf

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/wafv2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// networks registers the lists, each as one IP set for each kind of addresses that is in it.
func (b *builder) networks() error {
	for _, set := range slices.Sorted(maps.Keys(b.acl.Sets)) {
		v4, v6 := b.acl.Families(set)
		for _, family := range []struct {
			version, suffix string
			networks        []netip.Prefix
		}{{"IPV4", "v4", v4}, {"IPV6", "v6", v6}} {
			if len(family.networks) == 0 {
				continue
			}
			var addresses pulumi.StringArray
			for _, network := range family.networks {
				addresses = append(addresses, pulumi.String(network.String()))
			}
			part := string(set) + "-" + family.suffix
			made, err := wafv2.NewIpSet(b.Ctx, b.Child(part), &wafv2.IpSetArgs{
				Name:             pulumi.String(b.args.Name + "-" + part),
				Scope:            pulumi.String(scope),
				IpAddressVersion: pulumi.String(family.version),
				Addresses:        addresses,
			}, b.Parent)
			if err != nil {
				return fmt.Errorf("list %s: %w", part, err)
			}
			b.sets[set] = append(b.sets[set], made.Arn)
		}
	}
	return nil
}
