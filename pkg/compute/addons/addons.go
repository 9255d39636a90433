// Package addons installs what a cluster has beside the shop: name resolution, identities, volumes, metrics, and the
// controllers of load balancing, secrets, restarts and scaling. Karpenter has a package of its own.
package addons

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/versions"
)

// AddonsType is the type token of Addons.
const AddonsType = "magento:addons:Addons"

// Args configures Addons.
type Args struct {
	Account           account.Account
	Environment       naming.Environment
	SecretPrefixes    []string // of the names of secrets that pods may be given, such as magento/staging/
	KubernetesVersion string   // decides on the versions of EKS's own add-ons
	VPCID             string
	ClusterName       pulumi.StringInput
	KeyARN            pulumi.StringInput // that volumes are encrypted with

	// Nodes is what must be there before a pod can run.
	Nodes []pulumi.Resource
}

// Addons are what is installed. What runs in the cluster depends on the parts that it needs, not on the component: a
// dependency on a component is on the children that the SDK happens to know by then.
//
// A destroy goes backwards: custom resources, their controllers, the definitions, and CoreDNS and the agent last.
type Addons struct {
	pulumi.ResourceState

	// Ready is nodes on which names are resolved and pods get their identities.
	Ready []pulumi.Resource

	// LoadBalancerController acts on TargetGroupBindings and brings their definition.
	LoadBalancerController pulumi.Resource

	// SecretStore is what ExternalSecrets read from, of the name SecretStoreName.
	SecretStore pulumi.Resource

	// Reloader restarts pods whose secrets have changed.
	Reloader pulumi.Resource

	// KEDA scales what ScaledObjects name.
	KEDA pulumi.Resource
}

// Finishing are the controllers that hold objects of a namespace by finalizers, or refuse what is made in it while they
// do not answer. A namespace of the shop depends on them, so that it is made after them and empty before they go: its
// objects may be made outside of any plan.
func (a *Addons) Finishing() []pulumi.Resource {
	return []pulumi.Resource{a.LoadBalancerController, a.SecretStore, a.KEDA}
}

// builder makes the children, one concern after the other.
type builder struct {
	component.Scope
	*Addons
	args   Args
	pinned versions.Addons
}

// New registers Addons. The options must have providers of AWS and of the cluster.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Addons, error) {
	a := &Addons{}
	return a, component.New(ctx, AddonsType, name, args, a, func(s component.Scope) (pulumi.Map, error) {
		pinned, err := versions.AddonsFor(args.KubernetesVersion)
		if err != nil {
			return nil, err
		}
		b := &builder{Scope: s, Addons: a, args: args, pinned: pinned}
		return pulumi.Map{}, component.Steps(b.base, b.volumes, b.metrics, b.loadBalancerController, b.externalSecrets, b.reloader, b.keda)
	}, opts...)
}

// Inputs returns what the component shows in a plan.
func (a Args) Inputs() pulumi.Map {
	return pulumi.Map{"kubernetesVersion": pulumi.String(a.KubernetesVersion)}
}

// Validate refuses arguments with which nothing could be installed.
func (a Args) Validate() error {
	var problems []error
	if a.Environment == "" || !account.ValidID(a.Account.ID) || !account.ValidRegion(a.Account.Region) {
		problems = append(problems, errors.New("account and environment: required"))
	}
	if a.ClusterName == nil || a.KeyARN == nil || a.VPCID == "" {
		problems = append(problems, errors.New("clusterName, keyArn and vpcId: required"))
	}
	if len(a.SecretPrefixes) == 0 {
		problems = append(problems, errors.New("secretPrefixes: required"))
	}
	if len(a.Nodes) == 0 {
		problems = append(problems, errors.New("nodes: required, or what is installed would wait for them for ever"))
	}
	if _, err := versions.AddonsFor(a.KubernetesVersion); err != nil {
		problems = append(problems, fmt.Errorf("kubernetesVersion: %w", err))
	}
	return errors.Join(problems...)
}
