package addons

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/k8s/helm"
	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/compute/k8s/placement"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/versions"
)

// reloaderValues are those of the chart that we set.
type reloaderValues struct {
	Reloader reloaderSettings `json:"reloader"`
}

type reloaderSettings struct {
	// ReloadStrategy "annotations" changes an annotation of the pods' template, where "env-vars" would add a variable, a
	// difference to what is in Git (Reloader, "Reload strategies").
	ReloadStrategy         string             `json:"reloadStrategy"`
	NamespaceSelector      string             `json:"namespaceSelector"`
	EnableHA               bool               `json:"enableHA"`
	ReadOnlyRootFileSystem bool               `json:"readOnlyRootFileSystem"`
	Deployment             reloaderDeployment `json:"deployment"`

	// PodDisruptionBudget needs a bound: with enabled alone the chart renders a budget that has none, and the API server
	// lets nothing go under it.
	PodDisruptionBudget reloaderBudget `json:"podDisruptionBudget"`
}

// reloaderBudget is the chart's budget, which takes maxUnavailable before minAvailable.
type reloaderBudget struct {
	Enabled        bool `json:"enabled"`
	MaxUnavailable int  `json:"maxUnavailable"`
}

type reloaderDeployment struct {
	Replicas                 int                    `json:"replicas"`
	NodeSelector             map[string]string      `json:"nodeSelector"`
	Tolerations              []placement.Toleration `json:"tolerations"`
	Resources                placement.Resources    `json:"resources"`
	SecurityContext          podSecurity            `json:"securityContext"`
	ContainerSecurityContext containerSecurity      `json:"containerSecurityContext"`
}

type podSecurity struct {
	RunAsNonRoot   bool              `json:"runAsNonRoot"`
	RunAsUser      int               `json:"runAsUser"`
	SeccompProfile map[string]string `json:"seccompProfile"`
}

type containerSecurity struct {
	AllowPrivilegeEscalation bool                `json:"allowPrivilegeEscalation"`
	ReadOnlyRootFilesystem   bool                `json:"readOnlyRootFilesystem"`
	Capabilities             map[string][]string `json:"capabilities"`
}

// unprivilegedUID is a user who owns nothing in an image.
const unprivilegedUID = 65534

func restartValues() reloaderValues {
	return reloaderValues{reloaderSettings{
		ReloadStrategy:         "annotations",
		NamespaceSelector:      "kubernetes.io/metadata.name in (" + strings.Join([]string{naming.NamespaceMagento, naming.NamespaceProxySQL, naming.NamespaceKEDA}, ",") + ")",
		EnableHA:               true,
		ReadOnlyRootFileSystem: true,
		PodDisruptionBudget:    reloaderBudget{Enabled: true, MaxUnavailable: 1},
		Deployment: reloaderDeployment{
			Replicas:        placement.Replicas,
			NodeSelector:    placement.SystemNodes(),
			Tolerations:     placement.SystemTolerations(),
			Resources:       placement.Burstable("20m", "256Mi"),
			SecurityContext: podSecurity{RunAsNonRoot: true, RunAsUser: unprivilegedUID, SeccompProfile: map[string]string{"type": "RuntimeDefault"}},
			ContainerSecurityContext: containerSecurity{
				ReadOnlyRootFilesystem: true, Capabilities: map[string][]string{"drop": {"ALL"}},
			},
		},
	}}
}

// reloader installs what restarts pods when the secrets that they name have changed.
func (b *builder) reloader() error {
	namespace, err := object.NewNamespace(b.Ctx, b.Child("reloader"), object.NamespaceArgs{Name: naming.NamespaceReloader}, b.Parent)
	if err != nil {
		return err
	}
	b.Reloader, err = helm.NewRelease(b.Ctx, b.Child("reloader-release"), "reloader", helm.ReleaseArgs{
		Chart: versions.Reloader, Namespace: naming.NamespaceReloader, Values: restartValues(),
	}, b.Parent, pulumi.DependsOn(append([]pulumi.Resource{namespace.Made}, b.Ready...)))
	return err
}
