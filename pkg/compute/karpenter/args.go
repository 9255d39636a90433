package karpenter

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/compute/karpenter/nodepool"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/versions"
)

// Args configures a Karpenter.
type Args struct {
	Account     account.Account
	Environment naming.Environment

	// Tags are those that nodes and their volumes have beside the environment's.
	Tags map[string]string

	ClusterName            pulumi.StringInput // known once the cluster is there
	ClusterEndpoint        pulumi.StringInput
	ClusterSecurityGroupID pulumi.StringInput // EKS's own, without which a node cannot join
	NodesSecurityGroupID   string             // what the stores admit
	SubnetIDs              []string           // private; nodes are made in these alone
	KeyARN                 pulumi.StringInput // that volumes are encrypted with

	Pools nodepool.Set
	Image nodepool.Image

	// SpotServiceLinkedRole makes the role with which EC2 launches spot instances, which an account has once.
	SpotServiceLinkedRole bool

	// ZonalShift makes the controller heed zonal shifts of the cluster. Without one that they are enabled on, it panics
	// when it starts (karpenter-provider-aws v1.14.1, pkg/operator/operator.go).
	ZonalShift bool

	// After is what must be there before the controller: nodes that it did not make, and the agent of Pod Identity on
	// them.
	After []pulumi.Resource
}

// Inputs returns what the component shows in a plan.
func (a Args) Inputs() pulumi.Map {
	return pulumi.Map{"cluster": pulumi.String(a.cluster()), "pools": pulumi.Int(len(a.Pools.Pools))}
}

// Validate refuses arguments with which the controller could make no nodes.
func (a Args) Validate() error {
	var problems []error
	if a.Environment == "" || !account.ValidID(a.Account.ID) || !account.ValidRegion(a.Account.Region) {
		problems = append(problems, errors.New("account and environment: required"))
	}
	if a.ClusterName == nil || a.ClusterEndpoint == nil || a.ClusterSecurityGroupID == nil || a.KeyARN == nil {
		problems = append(problems, errors.New("clusterName, clusterEndpoint, clusterSecurityGroupId and keyArn: required"))
	}
	if a.NodesSecurityGroupID == "" || len(a.SubnetIDs) == 0 {
		problems = append(problems, errors.New("nodesSecurityGroupId and subnetIds: required"))
	}
	if len(a.After) == 0 {
		problems = append(problems, errors.New("after: the nodes that the controller runs on are required: it cannot make its own"))
	}
	if len(a.Pools.Pools) == 0 {
		problems = append(problems, errors.New("pools: at least one is required"))
	}
	if err := a.Pools.Validate(); err != nil {
		problems = append(problems, err)
	}
	if a.Image != nodepool.ImagePinned && a.Image != nodepool.ImageLatest {
		problems = append(problems, fmt.Errorf("image %q: must be %s", string(a.Image), a.Image.Allowed()))
	}
	return errors.Join(problems...)
}

// cluster returns the name of the cluster, which policies are written with before it is there.
func (a Args) cluster() string { return a.Environment.Cluster() }

// alias returns the image of nodes as EC2NodeClass wants it.
func (a Args) alias() string {
	if a.Image == nodepool.ImageLatest {
		return nodepool.LatestAlias
	}
	return versions.NodeImage
}
