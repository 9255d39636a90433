package cluster

import (
	"fmt"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// How long Argo CD may take: a few times what it takes where two cores are shared with other work.
const (
	wholeShop = 15 * time.Minute // from nothing; the wave of the workloads waits for Varnish, which counts for ready after 30 s
	reverted  = 2 * time.Minute  // a change by hand: Argo CD watches what it has made
)

// TestShop has Argo CD bring the shop of production from nothing, and then tries it: one cluster, one claim after another, each of which
// leaves it healthy. The last but one takes all spot away, which Karpenter's kwok provider does not live with for long.
func TestShop(t *testing.T) {
	start := time.Now()
	s := newShop(t)
	t.Logf("a cluster with everything but the shop: %s", time.Since(start).Round(time.Second))
	if !t.Run("from nothing to healthy, in the order of the waves", s.fromNothing) {
		return
	}
	t.Logf("from nothing to a healthy shop: %s", time.Since(start).Round(time.Second))
	t.Run("Pod Security admits every pod, and refuses others", s.restricted)
	t.Run("a changed secret reaches the pods", s.secretReaches)
	t.Run("a rotation reaches the pods that keep a login, and no others", s.rotates)
	t.Run("what is changed or deleted by hand comes back", s.selfHeal)
	t.Run("a release waits for its schema", s.releaseWaits)
	t.Run("a release with a secret that is not there stops", s.brokenSecrets)
	t.Run("a release whose schema fails stops", s.brokenSchema)
	t.Run("what leaves Git goes", s.prunes)
	t.Run("every pod is on its pool, at 8, 40 and 10, and without spot", s.follows)
	t.Run("Applications that go take what they made with them", s.goes)
}

// fromNothing points Argo CD at the repository, and wants nothing of a stage to begin before the stages before it are done.
func (s *shop) fromNothing(t *testing.T) {
	s.point(t)
	head := s.repository.head(t)
	for _, name := range applicationNames {
		eventually(t, name, wholeShop, func() error { return s.settled(name, head) })
		parts, err := s.brought(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range outOfOrder(parts) {
			t.Error(problem)
		}
		stages := map[int]int{}
		for _, p := range parts {
			stages[p.stage]++
		}
		t.Logf("%s: objects by stage: %v", name, stages)
	}
}

// healthy wants every Application to have the last commit.
func (s *shop) healthy(t *testing.T, what string) {
	t.Helper()
	head := s.repository.head(t)
	for _, name := range applicationNames {
		eventually(t, what+": "+name, oneChange, func() error { return s.settled(name, head) })
	}
}

// selfHeal changes and deletes by hand what Git says otherwise.
func (s *shop) selfHeal(t *testing.T) {
	s.healthy(t, "what Reloader and the autoscalers have changed is no drift")
	before, err := s.get(deployments, "magento", "magento-web-base")
	if err != nil {
		t.Fatal(err)
	}
	s.must("", "set", "image", "-n", "magento", "deployment/magento-web-base", "magento=changed.example.com/by/hand")
	s.must("", "scale", "-n", "magento", "deployment/magento-web-base", "--replicas", "1")
	eventually(t, "the changed Deployment is as it was", reverted, func() error {
		now, err := s.get(deployments, "magento", "magento-web-base")
		if err != nil {
			return err
		}
		image, replicas := imageOf(*now), count(*now, "spec", "replicas")
		if image != imageOf(*before) || replicas != count(*before, "spec", "replicas") {
			return fmt.Errorf("it has image %s and %d replicas", image, replicas)
		}
		return nil
	})
	admin, err := s.get(deployments, "magento", "magento-admin")
	if err != nil {
		t.Fatal(err)
	}
	s.must("", "delete", "deployment", "-n", "magento", "magento-admin", "--wait=false")
	eventually(t, "the deleted Deployment is back, with its pods", reverted, func() error {
		now, err := s.get(deployments, "magento", "magento-admin")
		if err != nil {
			return err
		}
		if now.GetUID() == admin.GetUID() || count(*now, "status", "readyReplicas") != count(*admin, "spec", "replicas") {
			return fmt.Errorf("%d pods are ready", count(*now, "status", "readyReplicas"))
		}
		return nil
	})
	eventually(t, "all pods of the storefront are back", oneChange, func() error { return s.webPods(baseOfProduction, 1, nil) })
}

// goes deletes the Applications, as a destroy does, and nothing else.
func (s *shop) goes(t *testing.T) {
	before, err := s.made()
	if err != nil {
		t.Fatal(err)
	}
	for kind := range kindsOf {
		if before[kind] == 0 {
			t.Errorf("Argo CD has made no %s", kind)
		}
	}
	for _, name := range applicationNames {
		s.must("", "delete", "application", "-n", "argocd", name, "--wait=false")
	}
	eventually(t, "the Applications are gone", oneChange, func() error {
		left, err := s.list(applications, "argocd", "")
		if err != nil || len(left) == 0 {
			return err
		}
		return fmt.Errorf("%d are left: %v", len(left), list(left[0], "status", "conditions"))
	})
	after, err := s.made()
	if err != nil {
		t.Fatal(err)
	}
	if len(after) > 0 {
		t.Errorf("what they made is left: %v", after)
	}
}

// made counts what Argo CD has made, by kind.
func (a api) made() (map[string]int, error) {
	found := map[string]int{}
	for kind, resource := range kindsOf {
		all, err := a.list(resource, "", "")
		if err != nil {
			return nil, err
		}
		for _, object := range all {
			if object.GetAnnotations()["argocd.argoproj.io/tracking-id"] != "" {
				found[kind]++
			}
		}
	}
	return found, nil
}

// imageOf is the image of a workload's container with Magento.
func imageOf(workload unstructured.Unstructured) string {
	for _, container := range list(workload, "spec", "template", "spec", "containers") {
		if text(container, "name") == "magento" {
			return text(container, "image")
		}
	}
	return ""
}
