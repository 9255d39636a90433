package gitops

import (
	"path"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/gitops/facts"
	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/naming"
)

const (
	argoprojAPI = "argoproj.io/v1alpha1"

	// finalizer has Argo CD delete what an Application applied, and wait until it is gone, before the Application goes (Argo CD,
	// "App Deletion": foreground).
	finalizer = "resources-finalizer.argocd.argoproj.io"

	// deletionTimeout is longer than the shop takes to end: pods on demand have ten minutes (gitops/base/web), and those of a wave wait
	// for those of the wave behind it.
	deletionTimeout = 30 * time.Minute

	// revisionHistory is how many synchronisations an Application remembers. Git has them all.
	revisionHistory = 5
)

// Attempts of a synchronisation: ten, with pauses of 1, 2, 4, 8 and then 10 minutes, are over an hour. The stores of a new environment come
// up beside the cluster in about half of that, and its ExternalSecrets and Jobs fail until then. Then Argo CD waits for a change, or
// a person. The Job that changes the schema does not begin again what it left unfinished (gitops/base/jobs/schema.sh).
const (
	retryLimit   = 10
	retryFirst   = "1m"
	retryFactor  = 2
	retryLongest = "10m"
)

// application is the spec of an Application, argoproj.io/v1alpha1, but for the patch with the facts, which is computed.
type application struct {
	Project              string      `json:"project"`
	Source               source      `json:"source"`
	Destination          destination `json:"destination"`
	SyncPolicy           syncPolicy  `json:"syncPolicy"`
	RevisionHistoryLimit int         `json:"revisionHistoryLimit"`
}

type source struct {
	RepoURL        string `json:"repoURL"`
	Path           string `json:"path"`
	TargetRevision string `json:"targetRevision"`
}

type syncPolicy struct {
	Automated   automated `json:"automated"`
	SyncOptions []string  `json:"syncOptions"`
	Retry       retry     `json:"retry"`
}

type automated struct {
	Prune    bool `json:"prune"`
	SelfHeal bool `json:"selfHeal"`
}

type retry struct {
	Limit   int     `json:"limit"`
	Backoff backoff `json:"backoff"`

	// Refresh has an attempt take the newest commit of the revision, and not the one that failed: a repair is not waited for.
	Refresh bool `json:"refresh"`
}

type backoff struct {
	Duration    string `json:"duration"`
	Factor      int    `json:"factor"`
	MaxDuration string `json:"maxDuration"`
}

// spec is the Application of a project. It ignores no difference: under server-side apply an autoscaler owns the replicas that Git does
// not name, and Reloader its annotation, and neither is compared.
func (p project) application(environment naming.Environment, r Repository) application {
	return application{
		Project:     p.name(),
		Source:      source{r.URL, path.Join(r.Path, "overlays", string(environment), p.part), r.Revision},
		Destination: destination{inCluster, naming.NamespaceMagento},
		SyncPolicy: syncPolicy{
			Automated:   automated{Prune: true, SelfHeal: true},
			SyncOptions: []string{"ServerSideApply=true", "FailOnSharedResource=true"},
			Retry:       retry{retryLimit, backoff{retryFirst, retryFactor, retryLongest}, true},
		},
		RevisionHistoryLimit: revisionHistory,
	}
}

// applications registers the projects, and the Applications after everything that their pods need: so that a destroy begins with them.
func (b *builder) applications() error {
	closed, err := object.NewObject(b.Ctx, b.Child("default"), object.Object{
		APIVersion: argoprojAPI, Kind: "AppProject", Namespace: naming.NamespaceArgoCD, Name: defaultProject, Spec: closedProject(),
		Annotations: map[string]string{object.PatchForce: "true"}, // the server may have made it before
	}, b.Parent, pulumi.DependsOn([]pulumi.Resource{b.release}))
	if err != nil || b.args.Repository.URL == "" {
		return err
	}
	patches := b.patches()
	for _, p := range projects() {
		bounds, err := object.NewObject(b.Ctx, b.Child(p.part+"-project"), object.Object{
			APIVersion: argoprojAPI, Kind: "AppProject", Namespace: naming.NamespaceArgoCD, Name: p.name(), Spec: p.spec(b.args.Repository.URL),
		}, b.Parent, pulumi.DependsOn([]pulumi.Resource{b.release}))
		if err != nil {
			return err
		}
		if _, err := object.NewObject(b.Ctx, b.Child(p.part), object.Object{
			APIVersion: argoprojAPI, Kind: "Application", Namespace: naming.NamespaceArgoCD, Name: p.name(),
			Finalizers:  []string{finalizer},
			Annotations: map[string]string{"argocd.argoproj.io/compare-options": "ServerSideDiff=true"},
			Spec:        p.application(b.args.Environment, b.args.Repository),
			Computed:    pulumi.Map{"source": pulumi.Map{"kustomize": pulumi.Map{"patches": patches}}},
		}, b.Parent, pulumi.Protect(b.args.Protect), pulumi.Timeouts(&pulumi.CustomTimeouts{Delete: deletionTimeout.String()}),
			pulumi.DependsOn(append([]pulumi.Resource{bounds, closed, b.release}, append(b.credentials, b.args.After...)...))); err != nil {
			return err
		}
	}
	return nil
}

// patches put the facts into the desired state before Argo CD renders it.
func (b *builder) patches() pulumi.Array {
	patch := b.args.ImageRepository.ToStringOutput().ApplyT(func(repository string) (string, error) {
		told := b.args.Facts
		told.ImageRepository = repository
		return told.Patch()
	})
	return pulumi.Array{pulumi.Map{
		"target": pulumi.Map{"kind": pulumi.String("ConfigMap"), "name": pulumi.String(facts.ConfigMap)},
		"patch":  patch,
	}}
}
