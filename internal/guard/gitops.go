package guard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/plan"
)

const (
	applicationType = "kubernetes:argoproj.io/v1alpha1:Application"
	appProjectType  = "kubernetes:argoproj.io/v1alpha1:AppProject"
)

// gitopsControls are about what Argo CD applies from a repository.
func gitopsControls() []Control {
	return []Control{
		{"applications-whole", "Argo CD, \"Automated Sync Policy\" and \"App Deletion\": what Git no longer has goes, what was edited comes back, and nothing is left without an owner", checkApplications},
		{"projects-closed", "Argo CD, \"Projects\": a repository brings listed kinds to listed places, and no project allows everything", checkProjects},
	}
}

func checkApplications(g *graph) []Violation {
	found := require(
		requirement{applicationType, "spec.syncPolicy.automated.prune", true, "leaves what Git no longer has"},
		requirement{applicationType, "spec.syncPolicy.automated.selfHeal", true, "leaves what was edited by hand"},
		requirement{applicationType, "metadata.finalizers.0", "resources-finalizer.argocd.argoproj.io", "leaves what it applied behind"},
	)(g)
	for _, application := range g.of(applicationType) {
		if revision, _ := at(application, "spec.source.targetRevision").(string); revision == "" || strings.EqualFold(revision, "HEAD") {
			found = append(found, Violation{URN: application.URN, Problem: "follows whatever is the repository's default branch"})
		}
		released := slices.ContainsFunc(application.Dependencies, func(urn string) bool { return g.byURN[urn].Type == releaseType })
		if !released {
			found = append(found, Violation{URN: application.URN, Problem: "outlives its controller, which its finalizer waits for"})
		}
	}
	return found
}

// projectLists are what an AppProject allows.
var projectLists = []string{"sourceRepos", "destinations", "clusterResourceWhitelist", "namespaceResourceWhitelist"}

func checkProjects(g *graph) []Violation {
	var found []Violation
	for _, project := range g.of(appProjectType) {
		for _, list := range projectLists {
			// Argo CD takes a list of namespaced kinds that is missing for every kind.
			if allowed, given := at(project, "spec."+list).([]any); !given || strings.Contains(fmt.Sprint(allowed...), "*") {
				found = append(found, Violation{URN: project.URN, Problem: "does not bound " + list})
			}
		}
	}
	bounded := func(name any) bool {
		return slices.ContainsFunc(g.of(appProjectType), func(project plan.Resource) bool { return at(project, "metadata.name") == name })
	}
	for _, application := range g.of(applicationType) {
		if name := at(application, "spec.project"); name == openProject || !bounded(name) {
			found = append(found, Violation{URN: application.URN, Problem: fmt.Sprintf("is of the project %v, which is not bounded here", name)})
		}
		if !bounded(openProject) {
			found = append(found, Violation{URN: application.URN, Problem: "is beside the project " + openProject + ", which Argo CD makes and which allows everything"})
		}
	}
	return found
}

// openProject is the project that Argo CD makes by itself (Argo CD, "Projects").
const openProject = "default"
