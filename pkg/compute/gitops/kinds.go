package gitops

// Kind is a kind of object that the desired state has, by what AppProjects and roles call it.
type Kind struct {
	Group    string `json:"group"`
	Kind     string `json:"kind"`
	resource string // its plural
}

var (
	configMap      = Kind{"", "ConfigMap", "configmaps"}
	service        = Kind{"", "Service", "services"}
	deployment     = Kind{"apps", "Deployment", "deployments"}
	statefulSet    = Kind{"apps", "StatefulSet", "statefulsets"}
	job            = Kind{"batch", "Job", "jobs"}
	cronJob        = Kind{"batch", "CronJob", "cronjobs"}
	autoscaler     = Kind{"autoscaling", "HorizontalPodAutoscaler", "horizontalpodautoscalers"}
	budget         = Kind{"policy", "PodDisruptionBudget", "poddisruptionbudgets"}
	networkPolicy  = Kind{"networking.k8s.io", "NetworkPolicy", "networkpolicies"}
	role           = Kind{"rbac.authorization.k8s.io", "Role", "roles"}
	roleBinding    = Kind{"rbac.authorization.k8s.io", "RoleBinding", "rolebindings"}
	externalSecret = Kind{"external-secrets.io", "ExternalSecret", "externalsecrets"}
	scaledObject   = Kind{"keda.sh", "ScaledObject", "scaledobjects"}

	// triggerAuthentication is the one kind without a namespace: KEDA reads a trigger's password in its own namespace alone
	// (docs/decisions/0064-the-shops-namespace-goes-before-its-controllers.md).
	triggerAuthentication = Kind{"keda.sh", "ClusterTriggerAuthentication", "clustertriggerauthentications"}
)

// observed are what Argo CD shows below the objects that it applies, and judges their health by.
func observed() []Kind {
	return []Kind{{"", "Pod", "pods"}, {"apps", "ReplicaSet", "replicasets"}, {"apps", "ControllerRevision", "controllerrevisions"}}
}

// definition is how Argo CD learns of new kinds.
var definition = Kind{"apiextensions.k8s.io", "CustomResourceDefinition", "customresourcedefinitions"}
