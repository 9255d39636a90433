package cluster

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

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

// deployable are the API groups of whose objects in the shop's namespace deployers may do what they like. The groups
// that pods wear (vpcresources.k8s.aws) they only see: those decide who reaches the stores.
func deployable() []string { return []string{"elbv2.k8s.aws", "external-secrets.io", "keda.sh"} }

// rule is a rule of a role (rbac.authorization.k8s.io/v1, PolicyRule).
func rule(groups, resources, verbs []string) pulumi.Map {
	return pulumi.Map{"apiGroups": pulumi.ToStringArray(groups), "resources": pulumi.ToStringArray(resources), "verbs": pulumi.ToStringArray(verbs)}
}

// NewRights registers Rights. The options must have the provider of the cluster; namespace is the shop's.
func NewRights(ctx *pulumi.Context, name string, namespace pulumi.Resource, opts ...pulumi.ResourceOption) (*Rights, error) {
	if namespace == nil {
		return nil, fmt.Errorf("rights %q: %w", name, errors.New("namespace: required"))
	}
	r := &Rights{}
	if err := ctx.RegisterComponentResourceV2(RightsType, name, pulumi.Map{}, r, opts...); err != nil {
		return nil, fmt.Errorf("rights %q: %w", name, err)
	}
	everything := []string{"*"}
	for _, of := range []struct {
		part, group, namespace string
		rules                  pulumi.Array
		after                  []pulumi.Resource
	}{
		{"readers", groupReaders, "", pulumi.Array{
			rule(readable(), everything, looking), rule([]string{""}, readableCore(), looking),
		}, nil},
		{"deployers", groupDeployers, naming.NamespaceMagento, pulumi.Array{
			rule(deployable(), everything, changing), rule([]string{"vpcresources.k8s.aws"}, everything, looking),
		}, []pulumi.Resource{namespace}},
	} {
		kind := map[bool]string{true: "Role", false: "ClusterRole"}[of.namespace != ""]
		object := func(suffix, kind string, fields kubernetes.UntypedArgs, after ...pulumi.Resource) (*apiextensions.CustomResource, error) {
			metadata := metav1.ObjectMetaArgs{Name: pulumi.String(of.group)}
			if of.namespace != "" {
				metadata.Namespace = pulumi.String(of.namespace)
			}
			made, err := apiextensions.NewCustomResource(ctx, name+"-"+of.part+suffix, &apiextensions.CustomResourceArgs{
				ApiVersion: pulumi.String("rbac.authorization.k8s.io/v1"), Kind: pulumi.String(kind), Metadata: metadata, OtherFields: fields,
			}, pulumi.Parent(r), pulumi.DependsOn(after))
			if err != nil {
				return nil, fmt.Errorf("%s of %s: %w", kind, of.group, err)
			}
			return made, nil
		}
		role, err := object("", kind, kubernetes.UntypedArgs{"rules": of.rules}, of.after...)
		if err != nil {
			return nil, err
		}
		if _, err := object("-binding", kind+"Binding", kubernetes.UntypedArgs{
			"roleRef":  pulumi.StringMap{"apiGroup": pulumi.String("rbac.authorization.k8s.io"), "kind": pulumi.String(kind), "name": pulumi.String(of.group)},
			"subjects": pulumi.Array{pulumi.StringMap{"apiGroup": pulumi.String("rbac.authorization.k8s.io"), "kind": pulumi.String("Group"), "name": pulumi.String(of.group)}},
		}, append(of.after, role)...); err != nil {
			return nil, err
		}
	}
	return r, ctx.RegisterResourceOutputs(r, pulumi.Map{})
}
