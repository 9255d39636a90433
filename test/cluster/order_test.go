package cluster

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// TestOutOfOrder stands on the bound, where the next wave begins in the second in which the one before is done, and beside it.
func TestOutOfOrder(t *testing.T) {
	at := func(second int) time.Time { return time.Date(2026, 1, 1, 0, 0, second, 0, time.UTC) }
	secret := part{wave: 0, name: "ExternalSecret a", created: at(1), done: at(5)}
	for name, c := range map[string]struct {
		late part
		want string
	}{
		"on it":          {part{wave: 2, name: "Job b", created: at(5)}, ""},
		"beside it":      {part{wave: 2, name: "Job b", created: at(4)}, "Job b of wave 2 began at 00:00:04, before ExternalSecret a of wave 0 was done at 00:00:05"},
		"before it":      {part{wave: 2, name: "Job b", created: at(0)}, "Job b of wave 2 began"},
		"of one wave":    {part{wave: 0, name: "Job b", created: at(0)}, ""},
		"before nothing": {part{wave: -1, name: "Job b", created: at(0)}, ""},
	} {
		problems := strings.Join(outOfOrder([]part{secret, c.late}), "\n")
		if c.want == "" && problems != "" || !strings.Contains(problems, c.want) {
			t.Errorf("%s: %q, want %q", name, problems, c.want)
		}
	}
}

// part is an object that a synchronisation brought.
type part struct {
	wave          int
	name          string
	created, done time.Time // done is zero for what nothing waits for
}

// brought reads the objects of an Application's last synchronisation, with the wave that each is in.
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
	p := part{name: object.GetKind() + " " + object.GetName(), created: object.GetCreationTimestamp().Time}
	_, _ = fmt.Sscan(object.GetAnnotations()["argocd.argoproj.io/sync-wave"], &p.wave)
	switch object.GetKind() {
	case "ExternalSecret":
		_, p.done = condition(object, "Ready")
	case "Job":
		_, p.done = condition(object, "Complete")
	case "Deployment":
		_, p.done = condition(object, "Available")
	}
	if object.GetAnnotations()["argocd.argoproj.io/hook"] == "PostSync" {
		p.wave = afterAll
	}
	return p
}

// afterAll is the wave of what runs when everything else is healthy.
const afterAll = 1000

// outOfOrder are the pairs of which the later wave did not wait for the earlier one.
func outOfOrder(parts []part) []string {
	var problems []string
	for _, early := range parts {
		for _, late := range parts {
			if early.wave >= late.wave {
				continue
			}
			ready := early.created
			if early.done.After(ready) {
				ready = early.done
			}
			if ready.After(late.created) {
				problems = append(problems, fmt.Sprintf("%s of wave %d began at %s, before %s of wave %d was done at %s",
					late.name, late.wave, clock(late.created), early.name, early.wave, clock(ready)))
			}
		}
	}
	return problems
}

func clock(at time.Time) string { return at.Format(time.TimeOnly) }
