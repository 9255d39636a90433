// Package gitops installs Argo CD, and tells it what to apply: the desired state of the shop, from a Git repository, with the facts of
// AWS that gitops/facts.yaml lists.
package gitops

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/compute/gitops/facts"
	"github.com/magestack/magestack/pkg/compute/gitops/repository"
	"github.com/magestack/magestack/pkg/compute/k8s/helm"
	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/versions"
)

// ArgoCDType is the type token of an ArgoCD.
const ArgoCDType = "magento:gitops:ArgoCD"

// Repository is where the desired state is.
type Repository struct {
	URL         string // empty for none: nothing is applied then
	Path        string // of the copy of gitops/
	Revision    string
	Credentials repository.Credentials
}

// Login is how people log in.
type Login struct {
	Issuer    string // of OpenID Connect; empty for no login at all
	ClientID  string
	Operators []string // groups that may synchronise, restart and read logs
	Readers   []string // groups that may look
}

// Args configures an ArgoCD.
type Args struct {
	Environment naming.Environment
	Repository  Repository
	Login       Login
	Protect     bool // has Pulumi refuse to delete the Applications, and with them the shop

	Facts           facts.Facts // but for the repository of images
	ImageRepository pulumi.StringInput

	Store string            // the ClusterSecretStore
	Ready []pulumi.Resource // nodes on which names are resolved, and External Secrets

	// After is everything that the shop's pods need. The Applications are made after it and gone before it.
	After []pulumi.Resource
}

// ArgoCD is the controller, and the Applications of the environment.
//
// A destroy goes backwards: Applications, with everything that they applied, which the controller deletes and waits for; then the
// AppProjects, the controller with its definitions, and the namespace. What the shop's pods run on outlives the Applications.
type ArgoCD struct {
	pulumi.ResourceState
}

// builder makes the children, one concern after the other.
type builder struct {
	component.Scope
	args Args

	namespace   pulumi.Resource
	policies    []pulumi.Resource
	credentials []pulumi.Resource // that a repository is read with
	release     pulumi.Resource
}

// New registers an ArgoCD. The options must have a provider of the cluster.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*ArgoCD, error) {
	a := &ArgoCD{}
	return a, component.New(ctx, ArgoCDType, name, args, a, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, args: args}
		return pulumi.Map{}, component.Steps(b.place, b.networkPolicies, b.externalSecrets, b.controller, b.applications)
	}, opts...)
}

// Inputs returns what the component shows in a plan.
func (a Args) Inputs() pulumi.Map {
	return pulumi.Map{"repository": pulumi.String(a.Repository.URL), "revision": pulumi.String(a.Repository.Revision), "issuer": pulumi.String(a.Login.Issuer)}
}

// Validate refuses arguments of which no Argo CD, or one that applies what is not named, could be made.
func (a Args) Validate() error {
	var problems []error
	if a.Environment == "" || a.Store == "" || len(a.Ready) == 0 {
		problems = append(problems, errors.New("environment, store and ready: required"))
	}
	if r := a.Repository; r.URL != "" {
		if r.Path == "" || r.Revision == "" {
			problems = append(problems, errors.New("path and revision of the repository: required"))
		}
		if a.ImageRepository == nil || len(a.After) == 0 {
			problems = append(problems, errors.New("imageRepository and after: required with a repository"))
		}
		problems = append(problems, r.Credentials.Validate())
	}
	if (a.Login.Issuer == "") != (a.Login.ClientID == "") {
		problems = append(problems, fmt.Errorf("issuer %q and client id %q: both are required for a login", a.Login.Issuer, a.Login.ClientID))
	}
	return errors.Join(problems...)
}

func (b *builder) place() error {
	namespace, err := object.NewNamespace(b.Ctx, b.Name, object.NamespaceArgs{Name: naming.NamespaceArgoCD, After: b.args.Ready}, b.Parent)
	if err != nil {
		return err
	}
	b.namespace = namespace.Made
	return nil
}

// controller installs Argo CD. Its definitions are templates of the chart beside the controller, as KEDA's are, and stay when the
// release goes (docs/decisions/0088-pulumi-makes-the-applications.md).
func (b *builder) controller() (err error) {
	b.release, err = helm.NewRelease(b.Ctx, b.Child("release"), "argocd", helm.ReleaseArgs{
		Chart: versions.ArgoCD, Namespace: naming.NamespaceArgoCD, Values: b.args.values(),
	}, b.Parent, pulumi.DependsOn(append([]pulumi.Resource{b.namespace}, append(b.policies, b.args.Ready...)...)))
	return err
}
