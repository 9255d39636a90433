package gitops

import "github.com/magestack/magestack/pkg/naming"

// inCluster is the cluster that Argo CD itself runs in.
const inCluster = "https://kubernetes.default.svc"

// project is an Application, and the AppProject that bounds it.
type project struct {
	part        string // the folder of an overlay
	about       string
	namespaces  []string
	namespaced  []Kind
	clusterWide []Kind
}

// name is that of the AppProject and of its Application.
func (p project) name() string { return "magento-" + p.part }

// projects are the two Applications of an environment. The lists of kinds are those of what gitops/ renders, which a test holds: what
// else comes from the repository is refused.
func projects() []project {
	return []project{
		{
			part: "stores", about: "Users of the database, the search domain and the broker",
			namespaces: []string{naming.NamespaceMagento},
			namespaced: []Kind{configMap, job, externalSecret, networkPolicy},
		},
		{
			part: "shop", about: "Magento",
			namespaces: []string{naming.NamespaceMagento, naming.NamespaceKEDA},
			namespaced: []Kind{
				configMap, service, deployment, statefulSet, job, cronJob, autoscaler, budget, networkPolicy, role, roleBinding,
				externalSecret, scaledObject,
			},
			clusterWide: []Kind{triggerAuthentication},
		},
	}
}

// appProject is the spec of an AppProject, argoproj.io/v1alpha1. An empty list allows nothing.
type appProject struct {
	Description                string        `json:"description"`
	SourceRepos                []string      `json:"sourceRepos"`
	Destinations               []destination `json:"destinations"`
	ClusterResourceWhitelist   []Kind        `json:"clusterResourceWhitelist"`
	NamespaceResourceWhitelist []Kind        `json:"namespaceResourceWhitelist"`
}

type destination struct {
	Server    string `json:"server"`
	Namespace string `json:"namespace"`
}

func (p project) spec(repository string) appProject {
	spec := appProject{
		Description: p.about, SourceRepos: []string{repository},
		ClusterResourceWhitelist: append([]Kind{}, p.clusterWide...), NamespaceResourceWhitelist: p.namespaced,
	}
	for _, namespace := range p.namespaces {
		spec.Destinations = append(spec.Destinations, destination{inCluster, namespace})
	}
	return spec
}

// defaultProject is the project that Argo CD makes by itself, and in which everything is allowed, with nothing allowed.
const defaultProject = "default"

func closedProject() appProject {
	return appProject{
		Description: "Closed: every Application is of a project of its own", SourceRepos: []string{}, Destinations: []destination{},
		ClusterResourceWhitelist: []Kind{}, NamespaceResourceWhitelist: []Kind{},
	}
}
