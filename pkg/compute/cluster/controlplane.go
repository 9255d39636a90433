package cluster

import (
	"context"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-eks/sdk/v3/go/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/versions"
)

// controlPlane registers the pulumi-eks component, reduced to the control plane, its add-ons for the network
// and its OIDC provider: nodes, security groups and access are made here.
func (b *builder) controlPlane() error {
	a := b.args
	yes, no, api := true, false, eks.AuthenticationModeApi
	public := len(a.PublicEndpointCIDRs) > 0
	pinned, err := versions.AddonsFor(a.KubernetesVersion)
	if err != nil {
		return err
	}
	args := &eks.ClusterArgs{
		Name:                            pulumi.String(a.name()),
		Version:                         pulumi.String(a.KubernetesVersion),
		VpcId:                           pulumi.String(a.VPCID),
		PrivateSubnetIds:                pulumi.ToStringArray(a.SubnetIDs),
		KubernetesServiceIpAddressRange: pulumi.String(topology.ServiceCIDR().String()),
		EndpointPrivateAccess:           pulumi.Bool(true),
		EndpointPublicAccess:            pulumi.Bool(public),
		AuthenticationMode:              &api,
		AccessEntries:                   a.Access.entries(a.Account),
		EnabledClusterLogTypes:          pulumi.ToStringArray(logTypes),
		EncryptionConfigKeyArn:          b.key.ARN.ToStringPtrOutput(),
		CreateOidcProvider:              pulumi.Bool(true),
		SkipDefaultNodeGroup:            &yes,
		SkipDefaultSecurityGroups:       &yes,
		CreateInstanceRole:              &no,
		// CoreDNS cannot become ready before there are nodes, and the component would wait for it.
		CorednsAddonOptions:   &eks.CoreDnsAddonOptionsArgs{Enabled: &no},
		KubeProxyAddonOptions: &eks.KubeProxyAddonOptionsArgs{Version: pulumi.String(pinned.KubeProxy).ToStringPtrOutput()},
		VpcCniOptions: &eks.VpcCniOptionsArgs{
			AddonVersion:           pulumi.String(pinned.VPCCNI).ToStringPtrOutput(),
			EnablePrefixDelegation: pulumi.Bool(true),
			EnableNetworkPolicy:    pulumi.Bool(true),
		},
	}
	if public {
		args.PublicAccessCidrs = pulumi.ToStringArray(a.PublicEndpointCIDRs)
	}
	b.control, err = eks.NewCluster(b.Ctx, b.Child("control-plane"), args, b.Parent, pulumi.DependsOn([]pulumi.Resource{b.logs}),
		pulumi.Protect(a.Protect), pulumi.Transforms([]pulumi.ResourceTransform{transformChild}))
	if err != nil {
		return fmt.Errorf("control plane: %w", err)
	}
	b.Endpoint, b.SecurityGroupID = b.control.Core.Endpoint(), b.control.ClusterSecurityGroupId
	b.OIDCProviderARN, b.OIDCIssuer = b.control.OidcProviderArn, b.control.OidcIssuer
	// The name is a setting, but nothing may use it before there is a cluster of that name.
	b.Cluster.Name = b.Endpoint.ApplyT(func(string) string { return a.name() }).(pulumi.StringOutput)
	return nil
}

// controlPlaneType is the child of the component of pulumi-eks that is the cluster itself.
const controlPlaneType = "aws:eks/cluster:Cluster"

// supportType has EKS upgrade the control plane when the standard support of its version ends, some 14 months after its
// release, instead of charging six times as much for it (EKS User Guide, "View current cluster upgrade policy"; EKS
// pricing, 2025: 0.10 and 0.60 USD an hour). See docs/decisions/0062-no-extended-support-of-kubernetes.md.
const supportType = "STANDARD"

// unprotectedTypes are those of the control plane's children that the settings may take away again, or another version
// replace. The others are protected as the component is: the control plane and its role, the provider of identities.
var unprotectedTypes = []string{
	"aws:eks/accessEntry:AccessEntry",
	"aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
	"aws:eks/addon:Addon",
	"eks:index:VpcCniAddon",
}

// transformChild changes the children of the control plane's component, which are registered in another process: the engine
// hands them here first. It takes the protection, which children inherit, from unprotectedTypes, and says of
// the cluster what the component has no argument for.
func transformChild(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
	switch {
	case args.Type == controlPlaneType:
		args.Props["upgradePolicy"] = pulumi.Map{"supportType": pulumi.String(supportType)}
	case slices.Contains(unprotectedTypes, args.Type):
		args.Opts.Protect = false
	default:
		return nil
	}
	return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
}
