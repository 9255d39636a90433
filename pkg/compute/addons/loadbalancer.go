package addons

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/compute/k8s/helm"
	"github.com/magestack/magestack/pkg/compute/k8s/placement"
	"github.com/magestack/magestack/pkg/compute/podidentity"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/versions"
)

var balancerAccount = podidentity.Account{Namespace: naming.NamespaceSystem, Name: "aws-load-balancer-controller"}

// balancerValues are those of the chart that we set. The controller keeps pods in target groups that are there, and makes
// no load balancers: the way in is Pulumi's, and there is no other.
type balancerValues struct {
	Region                      string                 `json:"region"`
	VPCID                       string                 `json:"vpcId"`
	ReplicaCount                int                    `json:"replicaCount"`
	ServiceAccount              serviceAccount         `json:"serviceAccount"`
	WatchNamespace              string                 `json:"watchNamespace"`
	EnableServiceMutatorWebhook bool                   `json:"enableServiceMutatorWebhook"`
	CreateIngressClassResource  bool                   `json:"createIngressClassResource"`
	IngressClassParams          created                `json:"ingressClassParams"`
	EnableShield                bool                   `json:"enableShield"`
	EnableWAF                   bool                   `json:"enableWaf"`
	EnableWAFv2                 bool                   `json:"enableWafv2"`
	ControllerConfig            balancerConfig         `json:"controllerConfig"`
	PodDisruptionBudget         maxUnavailable         `json:"podDisruptionBudget"`
	NodeSelector                map[string]string      `json:"nodeSelector"`
	Tolerations                 []placement.Toleration `json:"tolerations"`
	Resources                   placement.Resources    `json:"resources"`
}

type serviceAccount struct {
	Create bool   `json:"create"`
	Name   string `json:"name"`
}

type created struct {
	Create bool `json:"create"`
}

type maxUnavailable struct {
	MaxUnavailable int `json:"maxUnavailable"`
}

type balancerConfig struct {
	FeatureGates map[string]bool `json:"featureGates"`
}

func (a Args) balancerValues() balancerValues {
	return balancerValues{
		Region: a.Account.Region, VPCID: a.VPCID, // instead of the metadata service, which pods cannot reach
		ReplicaCount:   placement.Replicas,
		ServiceAccount: serviceAccount{Create: true, Name: balancerAccount.Name},
		WatchNamespace: naming.NamespaceMagento,
		// No Gateway API either, whose definitions are not there.
		ControllerConfig:    balancerConfig{FeatureGates: map[string]bool{"ALBGatewayAPI": false, "NLBGatewayAPI": false}},
		PodDisruptionBudget: maxUnavailable{1},
		NodeSelector:        placement.SystemNodes(),
		Tolerations:         placement.SystemTolerations(),
		Resources:           placement.Burstable("100m", "256Mi"),
	}
}

// loadBalancerController installs the controller. Its definitions are in the chart, whose project publishes none of
// their own: Helm installs them with the first release and never again, so that a new version's go in by hand
// (docs/decisions/0017-crds-before-controllers.md).
func (b *builder) loadBalancerController() error {
	identity, err := podidentity.NewIdentity(b.Ctx, b.Child("balancer"), podidentity.IdentityArgs{
		ClusterName:    b.args.ClusterName,
		ServiceAccount: balancerAccount,
		Description:    "Load balancer controller of " + b.args.Environment.Cluster(),
		Statements:     b.args.targetRegistration(),
	}, b.Parent)
	if err != nil {
		return err
	}
	b.LoadBalancerController, err = helm.NewRelease(b.Ctx, b.Child("balancer-release"), "aws-load-balancer-controller", helm.ReleaseArgs{
		Chart:     versions.LoadBalancerController,
		Namespace: naming.NamespaceSystem,
		Values:    b.args.balancerValues(),
		Computed:  pulumi.Map{"clusterName": b.args.ClusterName},
	}, b.Parent, pulumi.DependsOn(slices.Concat(b.Ready, []pulumi.Resource{identity.Association})))
	if err != nil {
		return fmt.Errorf("load balancer controller: %w", err)
	}
	return nil
}

// targetRegistration is what bindings need of the controller's published policy (docs/install/iam_policy.json): to look,
// and to put pods into target groups of this environment's compute layer and take them out. It may make, change or
// delete nothing. What it looks at is what the code of the pinned release calls for a binding of addresses that names no
// rules of security groups (pkg/targetgroupbinding, pkg/networking/networking_manager.go, webhooks/elbv2); the rest of
// what the published policy reads is for Ingresses and Services, of which there are none.
func (a Args) targetRegistration() []policy.Statement {
	tag := func(key, value string) policy.Condition {
		return policy.Condition{Operator: "StringEquals", Key: "aws:ResourceTag/" + key, Values: policy.Strings(value)}
	}
	return []policy.Statement{
		{
			Sid: "Look",
			Actions: []string{
				"ec2:DescribeSecurityGroups", "ec2:DescribeVpcs",
				"elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth",
			},
			Resources: policy.Strings("*"), // none of these actions takes a resource
		},
		{
			Sid:       "RegisterPods",
			Actions:   []string{"elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"},
			Resources: policy.Strings(a.Account.ARN("elasticloadbalancing", "targetgroup/*/*")),
			Conditions: []policy.Condition{
				tag(naming.TagEnvironment, string(a.Environment)), tag(naming.TagLayer, naming.LayerCompute),
			},
		},
	}
}
