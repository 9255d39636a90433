package cluster

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// How long Argo CD may take: a few times what it takes where two cores are shared with other work.
const (
	wholeShop = 15 * time.Minute // from nothing; the wave of the workloads waits for Varnish, which counts for ready after 30 s
	reverted  = 2 * time.Minute  // a change by hand: Argo CD watches what it has made
)

// TestShop has Argo CD bring the shop from nothing, and then tries it: one cluster, one claim after another.
func TestShop(t *testing.T) {
	s := newShop(t, "argocd,external-secrets,karpenter")
	start := time.Now()
	s.point(t)
	if !t.Run("from nothing to healthy, in the order of the waves", func(t *testing.T) { s.fromNothing(t, start) }) {
		return
	}
	t.Run("Pod Security admits every pod, and refuses others", s.restricted)
	t.Run("what is changed or deleted by hand comes back", s.selfHeal)
	t.Run("a changed secret reaches the pods", func(t *testing.T) {
		s.secretReaches(t)
		s.healthy(t, "what Reloader has changed is no drift")
	})
	t.Run("a release waits for its schema", s.releaseWaits)
	t.Run("a release with a secret that is not there stops", s.brokenSecrets)
	t.Run("a release whose schema fails stops", s.brokenSchema)
	t.Run("what leaves Git goes", s.prunes)
}

// point makes Argo CD's project and Applications. The shop's comes when the users of the stores are there.
func (s *shop) point(t *testing.T) {
	t.Helper()
	facts := exampleFacts(t)
	s.apply(t, project(s.repository))
	s.apply(t, application(s.repository, "stores", facts, refreshedOften))
	s.apply(t, application(s.repository, "shop", facts, refreshedOften))
}

func (s *shop) apply(t *testing.T, object map[string]any) {
	t.Helper()
	s.must(yamlOf(object), "apply", "--server-side", "-f", "-")
}

func (s *shop) fromNothing(t *testing.T, start time.Time) {
	head := strings.TrimSpace(s.repository.git(t, "rev-parse", "HEAD"))
	for _, name := range []string{"stores", "shop"} {
		eventually(t, name, wholeShop, func() error { return s.settled(name, head) })
		parts, err := s.brought(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range outOfOrder(parts) {
			t.Error(problem)
		}
		waves := map[int]int{}
		for _, p := range parts {
			waves[p.wave]++
		}
		t.Logf("%s: objects by wave: %v", name, waves)
	}
	t.Logf("from nothing to healthy: %s", time.Since(start).Round(time.Second))
}

// selfHeal changes and deletes by hand what Git says otherwise.
func (s *shop) selfHeal(t *testing.T) {
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
}
