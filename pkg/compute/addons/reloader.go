package addons

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/k8s/helm"
	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/versions"
)

// reloaderValues are those of the chart that we set.
type reloaderValues struct {
	Reloader reloaderSettings `json:"reloader"`
}

type reloaderSettings struct {
	// ReloadStrategy "annotations" changes an annotation of the pods' template, where "env-vars" would add a variable that
	// whoever compares with Git takes for a difference (Reloader, "Reload strategies").
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
	Replicas                 int               `json:"replicas"`
	NodeSelector             map[string]string `json:"nodeSelector"`
	Tolerations              []toleration      `json:"tolerations"`
	Resources                resources         `json:"resources"`
	SecurityContext          podSecurity       `json:"securityContext"`
	ContainerSecurityContext containerSecurity `json:"containerSecurityContext"`
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

// anybody is a user who owns nothing in an image.
const anybody = 65534

func restartValues() reloaderValues {
	return reloaderValues{reloaderSettings{
		ReloadStrategy:         "annotations",
		NamespaceSelector:      "kubernetes.io/metadata.name in (" + strings.Join([]string{naming.NamespaceMagento, naming.NamespaceProxySQL}, ",") + ")",
		EnableHA:               true,
		ReadOnlyRootFileSystem: true,
		PodDisruptionBudget:    reloaderBudget{Enabled: true, MaxUnavailable: 1},
		Deployment: reloaderDeployment{
			Replicas:        replicas,
			NodeSelector:    onSystemNodes(),
			Tolerations:     tolerations(),
			Resources:       sized("20m", "256Mi"),
			SecurityContext: podSecurity{RunAsNonRoot: true, RunAsUser: anybody, SeccompProfile: map[string]string{"type": "RuntimeDefault"}},
			ContainerSecurityContext: containerSecurity{
				ReadOnlyRootFilesystem: true, Capabilities: map[string][]string{"drop": {"ALL"}},
			},
		},
	}}
}

// reloader installs what restarts pods when the secrets that they name have changed.
func (i *installer) reloader() error {
	namespace, err := object.NewNamespace(i.ctx, i.name+"-reloader", object.NamespaceArgs{Name: naming.NamespaceReloader}, i.parent)
	if err != nil {
		return err
	}
	i.Reloader, err = helm.NewRelease(i.ctx, i.name+"-reloader-release", "reloader", helm.ReleaseArgs{
		Chart: versions.Reloader, Namespace: naming.NamespaceReloader, Values: restartValues(),
	}, i.parent, pulumi.DependsOn(append([]pulumi.Resource{namespace.Made}, i.Ready...)))
	return err
}
