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
	"github.com/magestack/magestack/pkg/component"
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

// Args configures a Cluster.
type Args struct {
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

// builder makes the children, one concern after the other.
type builder struct {
	component.Scope
	*Cluster
	args Args

	key     *encryption.Key
	logs    *cloudwatch.LogGroup
	control *eks.Cluster
}

// New registers a Cluster.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Cluster, error) {
	c := &Cluster{}
	return c, component.New(ctx, ClusterType, name, args, c, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, Cluster: c, args: args}
		err := component.Steps(b.encryption, b.logGroup, b.controlPlane, b.systemNodes, b.kubernetes)
		return pulumi.Map{
			"name": c.Name, "endpoint": c.Endpoint, "securityGroupId": c.SecurityGroupID,
			"oidcProviderArn": c.OIDCProviderARN, "oidcIssuer": c.OIDCIssuer,
		}, err
	}, opts...)
}

// encryption registers the key of the cluster's secrets and logs, and of the volumes of all nodes.
func (b *builder) encryption() (err error) {
	b.key, err = encryption.NewKey(b.Ctx, b.Child("encryption"), encryption.KeyArgs{
		Account:     b.args.Account,
		Description: "Secrets, logs and volumes of the cluster " + b.args.name(),
		Alias:       b.args.Environment.Path("cluster"),
		Statements: []policy.Statement{
			encryption.ForLogs(b.args.Account, LogPrefix(b.args.name())),
			encryption.ForVolumes(b.args.Account),
		},
		Protect: b.args.Protect,
	}, b.Parent)
	if err != nil {
		return err
	}
	b.KeyARN = b.key.ARN
	return nil
}

// logGroup registers the control plane's log group. EKS would make it itself, without a key of ours and with no end to its
// retention.
func (b *builder) logGroup() (err error) {
	b.logs, err = cloudwatch.NewLogGroup(b.Ctx, b.Child("log"), &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(LogGroup(b.args.name())),
		KmsKeyId:        b.key.ARN.ToStringPtrOutput(),
		RetentionInDays: pulumi.Int(b.args.LogRetentionDays),
	}, b.Parent, pulumi.Protect(b.args.Protect))
	if err != nil {
		return fmt.Errorf("log group: %w", err)
	}
	return nil
}

// kubernetes registers the provider of what is made in the cluster.
func (b *builder) kubernetes() (err error) {
	b.Kubernetes, err = kubernetes.NewProvider(b.Ctx, b.Child("kubernetes"), &kubernetes.ProviderArgs{
		Kubeconfig:            b.control.KubeconfigJson,
		EnableServerSideApply: pulumi.Bool(true),
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("provider of the cluster: %w", err)
	}
	return nil
}

// Inputs returns what the component shows in a plan.
func (a Args) Inputs() pulumi.Map {
	return pulumi.Map{"name": pulumi.String(a.name()), "version": pulumi.String(a.KubernetesVersion)}
}

// Validate refuses arguments that EKS would, and a cluster that is open to the internet or has a single zone.
func (a Args) Validate() error {
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

func (a Args) name() string { return a.Environment.Cluster() }
