package logs

// What a pod of Fluent Bit requests. Measured with Fluent Bit 5.1.1 and this configuration: see docs/performance.md.
const (
	cpuRequest = "50m"
	memory     = "128Mi"
)

// The folders of a node that Fluent Bit mounts.
const (
	// logsFolder has the logs of containers: links in containers/ to files in pods/ (Kubernetes, "Logging Architecture").
	logsFolder = "/var/log"

	// stateFolder keeps how far each file was read, and what was read and not sent, when a pod is replaced.
	stateFolder = "/var/lib/fluent-bit"
)

type volume struct {
	Name     string   `json:"name"`
	HostPath hostPath `json:"hostPath"`
}

type hostPath struct {
	Path string `json:"path"`
	Type string `json:"type"`
}

type mount struct {
	Name     string `json:"name"`
	Path     string `json:"mountPath"`
	ReadOnly bool   `json:"readOnly,omitempty"`
}

type podSecurity struct {
	Seccomp map[string]string `json:"seccompProfile"`
}

type containerSecurity struct {
	RunAsUser                int                 `json:"runAsUser"`
	RunAsGroup               int                 `json:"runAsGroup"`
	AllowPrivilegeEscalation bool                `json:"allowPrivilegeEscalation"`
	ReadOnlyRootFilesystem   bool                `json:"readOnlyRootFilesystem"`
	Capabilities             map[string][]string `json:"capabilities"`
}

// unprivilegedRoot returns the context of root without a single capability: files of root alone are open to it. It is root
// because the logs are root's, with mode 0640 in folders with 0750 (containerd 2, internal/cri/server/helpers_linux.go;
// Kubernetes 1.35, pkg/kubelet/kubelet.go), and so is the folder that the kubelet makes for the state, with 0755 (Kubernetes
// 1.35, pkg/volume/hostpath). A user of root's group could read, and not keep how far.
func unprivilegedRoot() containerSecurity {
	return containerSecurity{ReadOnlyRootFilesystem: true, Capabilities: map[string][]string{"drop": {"ALL"}}}
}

type updateStrategy struct {
	Type          string        `json:"type"`
	RollingUpdate rollingUpdate `json:"rollingUpdate"`
}

type rollingUpdate struct {
	MaxUnavailable string `json:"maxUnavailable"`
}

type affinity struct {
	Node nodeAffinity `json:"nodeAffinity"`
}

type nodeAffinity struct {
	Required nodeSelector `json:"requiredDuringSchedulingIgnoredDuringExecution"`
}

type nodeSelector struct {
	Terms []selectorTerm `json:"nodeSelectorTerms"`
}

type selectorTerm struct {
	Expressions []expression `json:"matchExpressions"`
}

type expression struct {
	Key      string   `json:"key"`
	Operator string   `json:"operator"`
	Values   []string `json:"values"`
}

// noFargate returns the affinity that keeps the DaemonSet off Fargate, whose nodes take no pods of DaemonSets: one that
// tolerates everything would be pending there for ever, and an update with it (aws-observability/helm-charts#58).
func noFargate() affinity {
	return affinity{nodeAffinity{nodeSelector{[]selectorTerm{{[]expression{{"eks.amazonaws.com/compute-type", "NotIn", []string{"fargate"}}}}}}}}
}
