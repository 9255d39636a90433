// Package cluster makes the EKS cluster and the managed node group that its own controllers run on. The
// pulumi-eks component is wrapped: nothing outside this package sees its outputs, which are resources of
// another process and can be neither planned nor tested.
package cluster

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-eks/sdk/v3/go/eks"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/encryption"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/versions"
)

// ClusterType is the type token of a Cluster.
const ClusterType = "magento:cluster:Cluster"

// logTypes are all the logs that a control plane has (EKS User Guide, "Send control plane logs").
var logTypes = []string{"api", "audit", "authenticator", "controllerManager", "scheduler"}

// LogGroup is the log group that EKS writes a cluster's control-plane logs to.
func LogGroup(cluster string) string { return LogPrefix(cluster) + "cluster" }

// LogPrefix begins the names of all log groups of a cluster, which its key is for.
func LogPrefix(cluster string) string { return "/aws/eks/" + cluster + "/" }

// ClusterArgs configures a Cluster.
type ClusterArgs struct {
	Account           account.Account
	Environment       naming.Environment
	Tags              map[string]string // of the system nodes, beside the environment's
	KubernetesVersion string
	LogRetentionDays  int

	VPCID                string
	SubnetIDs            []string // private, one in each of Zones
	Zones                []string // two at least
	NodesSecurityGroupID string   // what the stores admit; EKS's own group joins it on every node

	Protect             bool     // refuse to delete the control plane, its log, and the key that secrets and volumes are encrypted with
	PublicEndpointCIDRs []string // empty: the Kubernetes API answers inside the VPC only
	Access              Access
	SystemNodes         SystemNodes
}

// Cluster is an EKS cluster with its system nodes.
type Cluster struct {
	pulumi.ResourceState
	Name            pulumi.StringOutput
	Endpoint        pulumi.StringOutput
	SecurityGroupID pulumi.StringOutput // made by EKS, on the control plane's and every node's interfaces
	OIDCProviderARN pulumi.StringOutput
	OIDCIssuer      pulumi.StringOutput // without https://, as trust policies want it
	KeyARN          pulumi.StringOutput // that secrets and logs, and the volumes of all nodes, are encrypted with

	// Kubernetes is the provider of everything that is made in the cluster. Its objects are only asked for, and only
	// deleted, by way of the Kubernetes API, so that whatever uses it goes before the cluster.
	Kubernetes *kubernetes.Provider

	// Nodes is what must be there before a pod can run: the system nodes. What is installed in the cluster depends on it,
	// and so is gone before the nodes are, and they before the control plane, with which the access entries go.
	Nodes []pulumi.Resource
}

// NewCluster registers a Cluster.
func NewCluster(ctx *pulumi.Context, name string, args ClusterArgs, opts ...pulumi.ResourceOption) (*Cluster, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("cluster %q: %w", name, err)
	}
	c := &Cluster{}
	inputs := pulumi.Map{"name": pulumi.String(args.name()), "version": pulumi.String(args.KubernetesVersion)}
	if err := ctx.RegisterComponentResourceV2(ClusterType, name, inputs, c, opts...); err != nil {
		return nil, fmt.Errorf("cluster %q: %w", name, err)
	}
	key, err := encryption.NewKey(ctx, name+"-encryption", encryption.KeyArgs{
		Account:     args.Account,
		Description: "Secrets, logs and volumes of the cluster " + args.name(),
		Alias:       args.Environment.Path("cluster"),
		Statements: []policy.Statement{
			encryption.ForLogs(args.Account, LogPrefix(args.name())),
			encryption.ForVolumes(args.Account),
		},
		Protect: args.Protect,
	}, pulumi.Parent(c))
	if err != nil {
		return nil, fmt.Errorf("cluster %q: %w", name, err)
	}
	// EKS would make the log group itself, without a key of ours and with no end to its retention.
	logs, err := cloudwatch.NewLogGroup(ctx, name+"-log", &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(LogGroup(args.name())),
		KmsKeyId:        key.ARN.ToStringPtrOutput(),
		RetentionInDays: pulumi.Int(args.LogRetentionDays),
	}, pulumi.Parent(c), pulumi.Protect(args.Protect))
	if err != nil {
		return nil, fmt.Errorf("log group of cluster %q: %w", name, err)
	}
	control, err := args.controlPlane(ctx, name, key, pulumi.Parent(c), pulumi.DependsOn([]pulumi.Resource{logs}),
		pulumi.Protect(args.Protect), pulumi.Transforms([]pulumi.ResourceTransform{asWanted}))
	if err != nil {
		return nil, fmt.Errorf("cluster %q: %w", name, err)
	}
	c.Endpoint, c.SecurityGroupID = control.Core.Endpoint(), control.ClusterSecurityGroupId
	c.OIDCProviderARN, c.OIDCIssuer, c.KeyARN = control.OidcProviderArn, control.OidcIssuer, key.ARN
	// The name is a setting, but it must not reach anybody before there is a cluster of that name.
	c.Name = c.Endpoint.ApplyT(func(string) string { return args.name() }).(pulumi.StringOutput)
	if err := args.systemNodes(ctx, name, c, key); err != nil {
		return nil, fmt.Errorf("cluster %q: %w", name, err)
	}
	if c.Kubernetes, err = kubernetes.NewProvider(ctx, name+"-kubernetes", &kubernetes.ProviderArgs{
		Kubeconfig:            control.KubeconfigJson,
		EnableServerSideApply: pulumi.Bool(true),
	}, pulumi.Parent(c)); err != nil {
		return nil, fmt.Errorf("provider of cluster %q: %w", name, err)
	}
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{
		"name": c.Name, "endpoint": c.Endpoint, "securityGroupId": c.SecurityGroupID,
		"oidcProviderArn": c.OIDCProviderARN, "oidcIssuer": c.OIDCIssuer,
	})
}

func (a ClusterArgs) validate() error {
	var problems []error
	if a.Environment == "" || a.VPCID == "" || a.NodesSecurityGroupID == "" || a.KubernetesVersion == "" {
		problems = append(problems, errors.New("environment, vpcId, nodesSecurityGroupId and kubernetesVersion: required"))
	}
	zones := slices.Compact(slices.Sorted(slices.Values(a.Zones)))
	if len(zones) < minZones {
		problems = append(problems, fmt.Errorf("zones %q: at least %d different ones are required", a.Zones, minZones))
	}
	if len(zones) != len(a.SubnetIDs) {
		problems = append(problems, fmt.Errorf("subnetIds: %d given, must be one in each of the zones %q", len(a.SubnetIDs), a.Zones))
	}
	if _, err := versions.AddonsFor(a.KubernetesVersion); a.KubernetesVersion != "" && err != nil {
		problems = append(problems, fmt.Errorf("kubernetesVersion: %w", err))
	}
	if slices.Contains(a.PublicEndpointCIDRs, "0.0.0.0/0") {
		problems = append(problems, errors.New("publicEndpointCidrs: 0.0.0.0/0 is the whole internet; name the networks"))
	}
	return errors.Join(append(problems, a.Access.Validate(a.Account.ID), a.SystemNodes.validate())...)
}

// minZones is in how many zones EKS wants a cluster's subnets to be (EKS User Guide, "Amazon EKS VPC and subnet
// requirements"), and what a system node group must span to outlive one.
const minZones = 2

func (a ClusterArgs) name() string { return naming.Environment(a.Environment).Cluster() }

// controlPlane registers the pulumi-eks component, reduced to the control plane, its add-ons for the network
// and its OIDC provider: nodes, security groups and access are ours.
func (a ClusterArgs) controlPlane(ctx *pulumi.Context, name string, key *encryption.Key, opts ...pulumi.ResourceOption) (*eks.Cluster, error) {
	yes, no, api := true, false, eks.AuthenticationModeApi
	public := len(a.PublicEndpointCIDRs) > 0
	pinned, err := versions.AddonsFor(a.KubernetesVersion)
	if err != nil {
		return nil, err
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
		EncryptionConfigKeyArn:          key.ARN.ToStringPtrOutput(),
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
	control, err := eks.NewCluster(ctx, name+"-control-plane", args, opts...)
	if err != nil {
		return nil, fmt.Errorf("control plane: %w", err)
	}
	return control, nil
}
