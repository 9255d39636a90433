package cluster

import (
	"context"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// controlPlaneType is the child of the component of pulumi-eks that is the cluster itself.
const controlPlaneType = "aws:eks/cluster:Cluster"

// supportType has EKS upgrade the control plane when the standard support of its version ends, some 14 months after its
// release, instead of charging six times as much for it (EKS User Guide, "View current cluster upgrade policy"; EKS
// pricing, 2025: 0.10 and 0.60 USD an hour). See docs/decisions/0062-no-extended-support-of-kubernetes.md.
const supportType = "STANDARD"

// following are the types of the control plane's children that the settings may take away again, or another version
// replace. The others are protected as the component is: the control plane and its role, the provider of identities.
var following = []string{
	"aws:eks/accessEntry:AccessEntry",
	"aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
	"aws:eks/addon:Addon",
	"eks:index:VpcCniAddon",
}

// asWanted changes the children of the control plane's component, which are registered in another process: the engine
// hands them here first. It takes the protection, which children inherit, from those that follow the settings, and says
// of the cluster what the component has no argument for.
func asWanted(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
	switch {
	case args.Type == controlPlaneType:
		args.Props["upgradePolicy"] = pulumi.Map{"supportType": pulumi.String(supportType)}
	case slices.Contains(following, args.Type):
		args.Opts.Protect = false
	default:
		return nil
	}
	return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
}
