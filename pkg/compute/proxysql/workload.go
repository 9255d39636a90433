// Package proxysql runs ProxySQL in the cluster: the pods between Magento and Aurora, and all that they need there.
//
// "PXS" is the source of ProxySQL (sysown/proxysql).
package proxysql

import (
	"errors"
	"fmt"
	"net/netip"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/data/aurora/cabundle"
	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/naming"
)

// WorkloadType is the type token of a Workload.
const WorkloadType = "magento:proxysql:Workload"

// WorkloadArgs configures a Workload.
type WorkloadArgs struct {
	Environment naming.Environment
	Region      string          // of the database, whose authorities the pods trust
	Budget      capacity.Budget // as the data layer has shared out the database's connections: the pods, and each one's pool
	Instances   int             // of the database, each with a pool
	DataBlocks  []netip.Prefix  // of the subnets that the database is in, and the function that rotates credentials
	Store       string          // the ClusterSecretStore that reads Secrets Manager
	Image       pulumi.StringInput

	// After is what must be there before, and must go later: the store, and the nodes.
	After []pulumi.Resource
}

// Workload is ProxySQL's pods, behind a Service.
type Workload struct {
	pulumi.ResourceState

	// Host is where Magento finds the database, with the port as it wants it.
	Host pulumi.StringOutput
}

// builder makes the children, one concern after the other.
type builder struct {
	component.Scope
	args      WorkloadArgs
	namespace *corev1.Namespace
	before    []pulumi.Resource // what the pods need
	scripts   string            // name of the ConfigMap of the scripts
	trust     string            // name of the ConfigMap of the CA certificates
}

// NewWorkload registers a Workload.
func NewWorkload(ctx *pulumi.Context, name string, args WorkloadArgs, opts ...pulumi.ResourceOption) (*Workload, error) {
	w := &Workload{}
	return w, component.New(ctx, WorkloadType, name, args, w, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, args: args}
		w.Host = pulumi.Sprintf("%s.%s.svc.cluster.local:%d", naming.ServiceProxySQL, naming.NamespaceProxySQL, proxysql.ClientPort)
		return pulumi.Map{"host": w.Host}, component.Steps(
			b.newNamespace, b.networkPolicies, b.externalSecrets, b.configMaps, b.serviceAccount, b.deployment, b.service)
	}, opts...)
}

// Inputs returns what the component shows in a plan.
func (a WorkloadArgs) Inputs() pulumi.Map {
	return pulumi.Map{"pods": pulumi.Int(a.Budget.Pods), "poolPerPod": pulumi.Int(a.Budget.PerPod)}
}

// Validate refuses pods that would reach no database, and too few of them or of their connections.
func (a WorkloadArgs) Validate() error {
	var problems []error
	if a.Environment == "" || a.Store == "" {
		problems = append(problems, errors.New("environment and store: required"))
	}
	if a.Image == nil {
		problems = append(problems, errors.New("image: required"))
	}
	if len(a.DataBlocks) == 0 {
		problems = append(problems, errors.New("dataBlocks: none given; the pods would reach no database"))
	}
	if a.Instances < 1 {
		problems = append(problems, fmt.Errorf("instances: %d given, at least 1 is required", a.Instances))
	}
	if a.Budget.Pods < minPods {
		problems = append(problems, fmt.Errorf("budget: for %d pods, at least %d are required, so that one may go", a.Budget.Pods, minPods))
	}
	if a.Budget.PerPod < capacity.MinPerPod {
		problems = append(problems, fmt.Errorf("budget: a pool of %d connections, at least %d are required", a.Budget.PerPod, capacity.MinPerPod))
	}
	if _, err := cabundle.Of(a.Region); err != nil {
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// minPods lets a pod be replaced while another one works.
const minPods = 2

// in returns the options of a child in the namespace.
func (b *builder) in(after ...pulumi.Resource) []pulumi.ResourceOption {
	return []pulumi.ResourceOption{b.Parent, pulumi.DependsOn(append([]pulumi.Resource{b.namespace}, after...))}
}

// labels are on everything.
func labels() map[string]string {
	return map[string]string{
		"app.kubernetes.io/name":       "proxysql",
		"app.kubernetes.io/part-of":    "magento",
		"app.kubernetes.io/managed-by": "pulumi",
	}
}

// selector finds the pods.
func selector() pulumi.StringMap {
	return pulumi.StringMap{"app.kubernetes.io/name": pulumi.String("proxysql")}
}

func metadata(name string) metav1.ObjectMetaArgs {
	return metav1.ObjectMetaArgs{
		Name: pulumi.String(name), Namespace: pulumi.String(naming.NamespaceProxySQL), Labels: pulumi.ToStringMap(labels()),
	}
}

// unawaited is metadata of what is ready only when the data layer is there as well, with users in the database.
func unawaited(name string, annotations map[string]string) metav1.ObjectMetaArgs {
	m := metadata(name)
	all := pulumi.StringMap{object.SkipAwait: pulumi.String("true")}
	for key, value := range annotations {
		all[key] = pulumi.String(value)
	}
	m.Annotations = all
	return m
}

func (b *builder) newNamespace() (err error) {
	m := metadata(naming.NamespaceProxySQL)
	m.Namespace = nil
	all := pulumi.ToStringMap(labels())
	for key, value := range object.RestrictedLabels() {
		all[key] = pulumi.String(value)
	}
	m.Labels = all
	b.namespace, err = corev1.NewNamespace(b.Ctx, b.Child("namespace"), &corev1.NamespaceArgs{Metadata: m}, b.Parent, pulumi.DependsOn(b.args.After))
	return err
}

// configMaps registers what the pods mount besides Secrets.
func (b *builder) configMaps() error {
	files, err := scriptFiles()
	if err != nil {
		return err
	}
	bundle, err := cabundle.Of(b.args.Region)
	if err != nil {
		return err
	}
	trusted := map[string]string{authoritiesFile: bundle}
	b.scripts, b.trust = named("proxysql-scripts", files), named("proxysql-authorities", trusted)
	for _, c := range []struct {
		part, name string
		files      map[string]string
	}{{"scripts", b.scripts, files}, {"authorities", b.trust, trusted}} {
		made, err := corev1.NewConfigMap(b.Ctx, b.Child(c.part), &corev1.ConfigMapArgs{
			Metadata: metadata(c.name), Data: pulumi.ToStringMap(c.files), Immutable: pulumi.Bool(true),
		}, b.in()...)
		if err != nil {
			return err
		}
		b.before = append(b.before, made)
	}
	return nil
}

// serviceAccount registers an account of the pods' own, which may do nothing and has no token.
func (b *builder) serviceAccount() error {
	made, err := corev1.NewServiceAccount(b.Ctx, b.Child("account"), &corev1.ServiceAccountArgs{
		Metadata: metadata(accountName), AutomountServiceAccountToken: pulumi.Bool(false),
	}, b.in()...)
	if err != nil {
		return err
	}
	b.before = append(b.before, made)
	return nil
}

// service registers what Magento connects to. A client is sent to a pod of its own zone where there is one: every
// request connects anew, and half a millisecond and a cent a GiB are saved. The pods' pools are not shared, so that
// clients must be spread over the zones as the pods are.
func (b *builder) service() error {
	_, err := corev1.NewService(b.Ctx, b.Child("service"), &corev1.ServiceArgs{
		Metadata: unawaited(naming.ServiceProxySQL, nil),
		Spec: corev1.ServiceSpecArgs{
			Type:                pulumi.String("ClusterIP"),
			Selector:            selector(),
			TrafficDistribution: pulumi.String("PreferSameZone"),
			Ports: corev1.ServicePortArray{corev1.ServicePortArgs{
				Name: pulumi.String(clientPortName), Port: pulumi.Int(proxysql.ClientPort), TargetPort: pulumi.String(clientPortName),
				Protocol: pulumi.String("TCP"), AppProtocol: pulumi.String("mysql"),
			}},
		},
	}, b.in()...)
	return err
}
