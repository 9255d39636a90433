package cluster

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// meant says which pool the pods of each name are meant for: a NodePool, or Fargate. No pod of the desired state is of the pool batch.
var meant = map[string]string{
	"magento-web base": "web-base", "magento-web burst": "web-burst", "magento-admin": "web-base", "magento-varnish": "web-base",
	"magento-consumers": "consumers", "magento-stores": "consumers", "magento-release": "consumers",
	"magento-cron": "fargate", "magento-schema": "fargate", "magento-reindex": "fargate", "magento-media-sync": "fargate", "magento-re-encrypt": "fargate",
}

// whoseOf is the name that meant knows a pod by.
func whoseOf(pod unstructured.Unstructured) string {
	labels := pod.GetLabels()
	if name := labels["app.kubernetes.io/name"]; name != "magento-web" {
		return name
	}
	return "magento-web " + labels["app.kubernetes.io/component"]
}

// poolOf is the pool of a node.
func poolOf(node unstructured.Unstructured) string {
	if node.GetLabels()["eks.amazonaws.com/compute-type"] == "fargate" {
		return "fargate"
	}
	return node.GetLabels()["karpenter.sh/nodepool"]
}

// registrar notes where every pod was, since the nodes of jobs go when they are done.
type registrar struct {
	api
	mutex sync.Mutex
	pools map[string]map[string]bool // of the pods of each name
}

func (r *registrar) round() error {
	on, err := r.nodes()
	if err != nil {
		return err
	}
	all, err := r.list(pods, "magento", "")
	if err != nil {
		return err
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, pod := range all {
		node, there := on[text(pod, "spec", "nodeName")]
		if !there {
			continue
		}
		name := whoseOf(pod)
		if r.pools[name] == nil {
			r.pools[name] = map[string]bool{}
		}
		r.pools[name][poolOf(node)] = true
	}
	return nil
}

func (a api) nodes() (map[string]unstructured.Unstructured, error) {
	all, err := a.list(nodes, "", "")
	found := map[string]unstructured.Unstructured{}
	for _, node := range all {
		found[node.GetName()] = node
	}
	return found, err
}

// wrong says which pods were not where they are meant to be, or were never seen.
func (r *registrar) wrong() error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return misplaced(r.pools)
}

func misplaced(seen map[string]map[string]bool) error {
	var problems []error
	for name, pool := range meant {
		if len(seen[name]) == 0 {
			problems = append(problems, fmt.Errorf("no pod of %s was on a node", name))
		}
		for on := range seen[name] {
			if on != pool {
				problems = append(problems, fmt.Errorf("a pod of %s was on the pool %q, not on %s", name, on, pool))
			}
		}
	}
	for name := range maps.Keys(seen) {
		if meant[name] == "" {
			problems = append(problems, fmt.Errorf("it is not said which pool pods of %s are meant for", name))
		}
	}
	return errors.Join(problems...)
}

// webPods wants this many pods of the storefront ready, and of them those of the base. Its pods must be the ones that are given, if any.
func (s *shop) webPods(base, burst int, kept map[string]bool) error {
	for component, want := range map[string]int{"base": base, "burst": burst} {
		all, err := s.list(pods, "magento", "app.kubernetes.io/name=magento-web,app.kubernetes.io/component="+component)
		if err != nil {
			return err
		}
		ready := 0
		for _, pod := range all {
			if status, _ := condition(pod, "Ready"); status == "True" && pod.GetDeletionTimestamp() == nil {
				ready++
			}
			if component == "base" && kept != nil && !kept[string(pod.GetUID())] {
				return fmt.Errorf("pod %s of the base is a new one", pod.GetName())
			}
		}
		if ready != want || len(all) != want {
			return fmt.Errorf("%d of %d pods of %s are ready, not %d", ready, len(all), component, want)
		}
	}
	return nil
}

// The storefront of production on demand, and the CPU that keeps one pod of the burst at the autoscaler's target: 60% of 1,400.
const (
	baseOfProduction = 7
	loadOfPod        = 840
)

// follows drives the autoscaler from 8 to 40 and to 10 pods, and takes all spot away from 40.
func (s *shop) follows(t *testing.T) {
	base, err := s.list(pods, "magento", "app.kubernetes.io/name=magento-web,app.kubernetes.io/component=base")
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]bool{}
	for _, pod := range base {
		kept[string(pod.GetUID())] = true
	}
	reach := func(all int, what string) {
		s.meter.load.Store(int64(all-baseOfProduction) * loadOfPod)
		eventually(t, fmt.Sprintf("%d pods of the storefront, %s", all, what), oneChange, func() error {
			return s.webPods(baseOfProduction, all-baseOfProduction, kept)
		})
	}
	reach(8, "at rest")
	reach(40, "under load")
	reach(10, "after it")
	reach(40, "under load again")
	s.withoutSpot(t)
	eventually(t, "no node is spot", oneChange, func() error {
		left, err := s.list(nodes, "", "karpenter.sh/capacity-type=spot")
		if err != nil || len(left) == 0 {
			return err
		}
		return fmt.Errorf("%d nodes are", len(left))
	})
	reach(40, "with no spot to be had")
	if err := s.registrar.wrong(); err != nil {
		t.Error(err)
	}
}

// withoutSpot starts Karpenter anew with instance types that are sold on demand alone, and ends every spot node without notice.
func (s *shop) withoutSpot(t *testing.T) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(s.directory, "run", "karpenter"))
	if err != nil {
		t.Fatal(err)
	}
	var id int
	if _, err := fmt.Sscan(strings.TrimSpace(string(content)), &id); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(id, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	eventually(t, "Karpenter has ended", oneChange, func() error {
		if syscall.Kill(id, 0) == nil {
			return errors.New("it runs")
		}
		return nil
	})
	s.sell("on-demand")
	s.run("up", s.directory, "--with", "karpenter")
	t.Logf("spot nodes lost: %d", s.loseSpot())
}
