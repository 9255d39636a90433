package cluster

import (
	"context"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// following are the types of the control plane's children that the settings may take away again, or another version
// replace. The others are protected as the component is: the control plane and its role, the provider of identities.
var following = []string{
	"aws:eks/accessEntry:AccessEntry",
	"aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
	"aws:eks/addon:Addon",
	"eks:index:VpcCniAddon",
}

// followingSettings takes the protection, which children inherit, from those that follow the settings. The children are
// registered in another process, so that an option on them is the engine's to hand on.
func followingSettings(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
	if !slices.Contains(following, args.Type) {
		return nil
	}
	args.Opts.Protect = false
	return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
}
