package cluster

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/naming"
)

// RightsType is the type token of Rights.
const RightsType = "magento:cluster:Rights"

// Rights are what groups may do in the cluster beyond EKS's own access policies.
type Rights struct{ pulumi.ResourceState }

var (
	looking  = []string{"get", "list", "watch"}
	changing = append(append([]string{}, looking...), "create", "update", "patch", "delete", "deletecollection")
)

// readable are the API groups of which readers see everything: those of Kubernetes that hold no secrets, and those of
// what is installed. The core group is not among them: "secrets" are in it, and a right to all of a group cannot leave
// one out (Kubernetes, "Using RBAC Authorization": rights only add up).
func readable() []string {
	return []string{
		"admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "apps", "autoscaling", "batch",
		"coordination.k8s.io", "custom.metrics.k8s.io", "discovery.k8s.io", "events.k8s.io", "external.metrics.k8s.io",
		"metrics.k8s.io", "networking.k8s.io", "node.k8s.io", "policy", "rbac.authorization.k8s.io", "scheduling.k8s.io",
		"storage.k8s.io",

		"argoproj.io", "crd.k8s.amazonaws.com", "elbv2.k8s.aws", "external-secrets.io", "karpenter.k8s.aws", "karpenter.sh",
		"keda.sh", "networking.k8s.aws", "vpcresources.k8s.aws",
	}
}

// readableCore is the core group but for secrets, and for what reaches into a node or a pod: nodes/proxy, pods/exec and
// their like are rights of who changes things, whatever their verb.
func readableCore() []string {
	return []string{
		"configmaps", "endpoints", "events", "limitranges", "namespaces", "nodes", "persistentvolumeclaims", "persistentvolumes",
		"pods", "pods/log", "pods/status", "podtemplates", "replicationcontrollers", "resourcequotas", "serviceaccounts", "services",
	}
}

// deployable are the API groups of whose objects in the shop's namespace deployers may change. The security
// groups of pods (vpcresources.k8s.aws) they only see: those decide what reaches the stores.
func deployable() []string { return []string{"elbv2.k8s.aws", "external-secrets.io", "keda.sh"} }

// rule is a rule of a role (rbac.authorization.k8s.io/v1, PolicyRule).
func rule(groups, resources, verbs []string) pulumi.Map {
	return pulumi.Map{"apiGroups": pulumi.ToStringArray(groups), "resources": pulumi.ToStringArray(resources), "verbs": pulumi.ToStringArray(verbs)}
}

// RightsArgs configures Rights.
type RightsArgs struct {
	Namespace pulumi.Resource // the shop's
}

// Inputs returns nothing: what the groups may do is in the roles.
func (RightsArgs) Inputs() pulumi.Map { return pulumi.Map{} }

// Validate refuses a namespace that is not given.
func (a RightsArgs) Validate() error {
	if a.Namespace == nil {
		return errors.New("namespace: required")
	}
	return nil
}

// NewRights registers Rights. The options must have the provider of the cluster.
func NewRights(ctx *pulumi.Context, name string, args RightsArgs, opts ...pulumi.ResourceOption) (*Rights, error) {
	r := &Rights{}
	return r, component.New(ctx, RightsType, name, args, r, func(s component.Scope) (pulumi.Map, error) {
		for _, g := range grantedRoles(args.Namespace) {
			if err := g.register(s); err != nil {
				return nil, err
			}
		}
		return pulumi.Map{}, nil
	}, opts...)
}

// rbacGroup is the API group of roles and their bindings.
const rbacGroup = "rbac.authorization.k8s.io"

// grantedRole is a role with its binding to a group: of a namespace, or of the cluster where there is none.
type grantedRole struct {
	part, group, namespace string
	rules                  pulumi.Array
	after                  []pulumi.Resource
}

// grantedRoles lists what readers and deployers may do.
func grantedRoles(namespace pulumi.Resource) []grantedRole {
	everything := []string{"*"}
	return []grantedRole{
		{"readers", groupReaders, "", pulumi.Array{
			rule(readable(), everything, looking), rule([]string{""}, readableCore(), looking),
		}, nil},
		{"deployers", groupDeployers, naming.NamespaceMagento, pulumi.Array{
			rule(deployable(), everything, changing), rule([]string{"vpcresources.k8s.aws"}, everything, looking),
		}, []pulumi.Resource{namespace}},
	}
}

// register makes the role, then the binding.
func (g grantedRole) register(s component.Scope) error {
	kind := "ClusterRole"
	if g.namespace != "" {
		kind = "Role"
	}
	role, err := g.object(s, "", kind, kubernetes.UntypedArgs{"rules": g.rules}, g.after)
	if err != nil {
		return err
	}
	_, err = g.object(s, "-binding", kind+"Binding", kubernetes.UntypedArgs{
		"roleRef":  pulumi.StringMap{"apiGroup": pulumi.String(rbacGroup), "kind": pulumi.String(kind), "name": pulumi.String(g.group)},
		"subjects": pulumi.Array{pulumi.StringMap{"apiGroup": pulumi.String(rbacGroup), "kind": pulumi.String("Group"), "name": pulumi.String(g.group)}},
	}, slices.Concat(g.after, []pulumi.Resource{role}))
	return err
}

// object registers one of the two, which have their fields beside the metadata and no spec.
func (g grantedRole) object(s component.Scope, suffix, kind string, fields kubernetes.UntypedArgs, after []pulumi.Resource) (pulumi.Resource, error) {
	metadata := metav1.ObjectMetaArgs{Name: pulumi.String(g.group)}
	if g.namespace != "" {
		metadata.Namespace = pulumi.String(g.namespace)
	}
	made, err := apiextensions.NewCustomResource(s.Ctx, s.Child(g.part+suffix), &apiextensions.CustomResourceArgs{
		ApiVersion: pulumi.String(rbacGroup + "/v1"), Kind: pulumi.String(kind), Metadata: metadata, OtherFields: fields,
	}, s.Parent, pulumi.DependsOn(after))
	if err != nil {
		return nil, fmt.Errorf("%s of %s: %w", kind, g.group, err)
	}
	return made, nil
}
