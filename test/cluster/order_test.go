package cluster

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// TestOutOfOrder stands on the bound, where the next stage begins in the second in which the one before is done, and beside it.
func TestOutOfOrder(t *testing.T) {
	at := func(second int) time.Time { return time.Date(2026, 1, 1, 0, 0, second, 0, time.UTC) }
	secret := part{stage: 1, name: "ExternalSecret a", created: at(1), done: at(5)}
	for name, c := range map[string]struct {
		late part
		want string
	}{
		"on it":          {part{stage: 2, name: "Job b", created: at(5)}, ""},
		"beside it":      {part{stage: 2, name: "Job b", created: at(4)}, "Job b of stage 2 began at 00:00:04, before ExternalSecret a of stage 1 was done at 00:00:05"},
		"before it":      {part{stage: 2, name: "Job b", created: at(0)}, "Job b of stage 2 began"},
		"of one stage":   {part{stage: 1, name: "Job b", created: at(0)}, ""},
		"before nothing": {part{stage: 0, name: "Job b", created: at(0)}, ""},
	} {
		problems := strings.Join(outOfOrder([]part{secret, c.late}), "\n")
		if c.want == "" && problems != "" || !strings.Contains(problems, c.want) {
			t.Errorf("%s: %q, want %q", name, problems, c.want)
		}
	}
}

// The stages of a synchronisation, as docs/shop.md has them: what the waves of gitops/ are to bring about.
const (
	prepares = iota // secrets, ConfigMaps, Services, policies
	makesUsers
	changesSchema
	runs
	afterRelease
)

// stageOf is the stage of an object, by what it is and not by the wave that it says.
func stageOf(kind, name string) int {
	switch kind {
	case "Deployment", "StatefulSet", "HorizontalPodAutoscaler", "ScaledObject", "CronJob":
		return runs
	case "Job":
		switch name {
		case "magento-schema":
			return changesSchema
		case "magento-release":
			return afterRelease
		}
		return makesUsers
	}
	return prepares
}

// part is an object that a synchronisation brought.
type part struct {
	stage         int
	name          string
	created, done time.Time // done is zero for what nothing waits for
}

// brought reads the objects of an Application's last synchronisation.
func (a api) brought(name string) ([]part, error) {
	app, err := a.get(applications, "argocd", name)
	if err != nil {
		return nil, err
	}
	var parts []part
	for _, r := range list(*app, fields("status.operationState.syncResult.resources")...) {
		kind, ok := kindsOf[text(r, "kind")]
		if !ok {
			return nil, fmt.Errorf("no resource is known for kind %s", text(r, "kind"))
		}
		namespace := text(r, "namespace")
		if text(r, "kind") == clusterWideKind {
			namespace = "" // Argo CD says the Application's of what has none
		}
		object, err := a.get(kind, namespace, text(r, "name"))
		if err != nil {
			return nil, err
		}
		parts = append(parts, partOf(*object))
	}
	return parts, nil
}

func partOf(object unstructured.Unstructured) part {
	kind, name := object.GetKind(), object.GetName()
	p := part{stage: stageOf(kind, name), name: kind + " " + name, created: object.GetCreationTimestamp().Time}
	switch kind {
	case "ExternalSecret":
		_, p.done = condition(object, "Ready")
	case "Job":
		_, p.done = condition(object, "Complete")
	case "Deployment":
		_, p.done = condition(object, "Available")
	}
	return p
}

// outOfOrder are the pairs of which the later stage did not wait for the earlier one.
func outOfOrder(parts []part) []string {
	var problems []string
	for _, early := range parts {
		for _, late := range parts {
			if early.stage >= late.stage {
				continue
			}
			ready := early.created
			if early.done.After(ready) {
				ready = early.done
			}
			if ready.After(late.created) {
				problems = append(problems, fmt.Sprintf("%s of stage %d began at %s, before %s of stage %d was done at %s",
					late.name, late.stage, clock(late.created), early.name, early.stage, clock(ready)))
			}
		}
	}
	return problems
}

func clock(at time.Time) string { return at.Format(time.TimeOnly) }
