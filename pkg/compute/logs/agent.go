package logs

import (
	"slices"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/k8s/helm"
	"github.com/magestack/magestack/pkg/compute/k8s/placement"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/versions"
)

// release is Fluent Bit's name in the cluster: of its release, and so of what the chart makes.
const release = "fluent-bit"

// rolloutTimeout is how long an update may take: four rounds of a quarter of the nodes, each a pull and a start.
const rolloutTimeout = 10 * time.Minute

// agent installs Fluent Bit.
func (b *builder) agent() error {
	_, err := helm.NewRelease(b.Ctx, b.Child("release"), release, helm.ReleaseArgs{
		Chart: versions.FluentBit, Namespace: naming.NamespaceLogging, Values: b.args.values(), Timeout: rolloutTimeout,
	}, b.Parent, pulumi.DependsOn(slices.Concat(b.inside, b.groups, []pulumi.Resource{b.rights}, b.args.Ready)))
	return err
}

// values are those of the chart that we set.
type values struct {
	Image          image          `json:"image"`
	TestFramework  enabled        `json:"testFramework"`
	ServiceAccount serviceAccess  `json:"serviceAccount"`
	RBAC           created        `json:"rbac"`
	Config         config         `json:"config"`
	Scripts        map[string]any `json:"luaScripts"`

	PriorityClass  string                 `json:"priorityClassName"`
	NodeSelector   map[string]string      `json:"nodeSelector"`
	Tolerations    []placement.Toleration `json:"tolerations"`
	Affinity       affinity               `json:"affinity"`
	UpdateStrategy updateStrategy         `json:"updateStrategy"`
	Resources      placement.Resources    `json:"resources"`
	Grace          int                    `json:"terminationGracePeriodSeconds"`

	PodSecurity podSecurity       `json:"podSecurityContext"`
	Security    containerSecurity `json:"securityContext"`

	Volumes []volume `json:"daemonSetVolumes"`
	Mounts  []mount  `json:"daemonSetVolumeMounts"`
}

type image struct {
	Repository string `json:"repository"`
}

type enabled struct {
	Enabled bool `json:"enabled"`
}

type created struct {
	Create bool `json:"create"`
}

type serviceAccess struct {
	Name           string `json:"name"`
	AutomountToken bool   `json:"automountServiceAccountToken"`
}

// imageRepository is where Fluent Bit's releases are pushed first. The chart's own, cr.fluentbit.io, leads to Docker Hub and
// its limits on anonymous pulls (fluent/helm-charts#583).
const imageRepository = "ghcr.io/fluent/fluent-bit"

// graceSeconds is how long a pod has for what it has read and not sent; what is left is on the disk.
const graceSeconds = 30

// values returns the chart's values. The names of pods and containers come from the names of files, so that nothing is asked
// of the Kubernetes API: no role, no token.
func (a Args) values() values {
	return values{
		Image:          image{imageRepository},
		ServiceAccount: serviceAccess{Name: serviceAccount.Name},
		Config:         a.config(),
		Scripts:        map[string]any{scriptName: script()},
		PriorityClass:  "system-node-critical",
		NodeSelector:   map[string]string{"kubernetes.io/os": "linux"},
		Tolerations:    []placement.Toleration{{Operator: "Exists"}},
		Affinity:       noFargate(),
		UpdateStrategy: updateStrategy{Type: "RollingUpdate", RollingUpdate: rollingUpdate{MaxUnavailable: "25%"}},
		Resources:      placement.Burstable(cpuRequest, memory),
		Grace:          graceSeconds,
		PodSecurity:    podSecurity{Seccomp: map[string]string{"type": "RuntimeDefault"}},
		Security:       unprivilegedRoot(),
		Volumes: []volume{
			{"logs", hostPath{logsFolder, "Directory"}},
			{"state", hostPath{stateFolder, "DirectoryOrCreate"}},
		},
		Mounts: []mount{
			{Name: "logs", Path: logsFolder, ReadOnly: true},
			{Name: "state", Path: stateFolder},
		},
	}
}
