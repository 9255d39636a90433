package cluster

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

const (
	basePods = 8 // as the fixture has them

	// patience is how long nodes and pods may take to come: seconds where nothing else runs.
	patience = 5 * time.Minute
)

// state is where the web pods are.
type state struct {
	base, baseOnDemand, burst int // pods that are ready
	waiting                   int
	baseCPUs                  int // of nodes of the base
	spotNodes                 int
}

type items struct {
	Items []struct {
		Metadata struct {
			Name              string            `json:"name"`
			Labels            map[string]string `json:"labels"`
			DeletionTimestamp string            `json:"deletionTimestamp"`
		} `json:"metadata"`
		Spec   struct{ NodeName string } `json:"spec"`
		Status struct {
			Conditions []struct{ Type, Status string } `json:"conditions"`
			Capacity   map[string]string               `json:"capacity"`
		} `json:"status"`
	} `json:"items"`
}

func (c *cluster) objects(arguments ...string) items {
	c.t.Helper()
	var found items
	if err := json.Unmarshal([]byte(c.must("", append([]string{"get", "-o", "json"}, arguments...)...)), &found); err != nil {
		c.t.Fatal(err)
	}
	return found
}

func (c *cluster) look() state {
	c.t.Helper()
	var s state
	nodes := map[string]map[string]string{}
	for _, node := range c.objects("nodes", "-l", "karpenter.sh/nodepool").Items {
		nodes[node.Metadata.Name] = node.Metadata.Labels
		if node.Metadata.Labels["karpenter.sh/capacity-type"] == "spot" {
			s.spotNodes++
		}
		if node.Metadata.Labels["karpenter.sh/nodepool"] == "web-base" {
			var cpus int
			if _, err := fmt.Sscan(node.Status.Capacity["cpu"], &cpus); err != nil {
				c.t.Fatal(err)
			}
			s.baseCPUs += cpus
		}
	}
	for _, pod := range c.objects("pods", "-n", "magento", "-l", "app.kubernetes.io/name=magento-web").Items {
		ready := false
		for _, condition := range pod.Status.Conditions {
			ready = ready || condition.Type == "Ready" && condition.Status == "True"
		}
		on, there := nodes[pod.Spec.NodeName]
		switch {
		case !ready || !there || pod.Metadata.DeletionTimestamp != "":
			s.waiting++
		case pod.Metadata.Labels["app.kubernetes.io/component"] == "base":
			s.base++
			if on["karpenter.sh/capacity-type"] == "on-demand" && on["karpenter.sh/nodepool"] == "web-base" {
				s.baseOnDemand++
			}
		default:
			s.burst++
		}
	}
	return s
}

// TestTheBaseIsKept scales 8 → 40 → 10 → 40 pods, on Karpenter's own scheduler, with all spot lost before, in and after
// every step. The base's promise: once it is there, its pods run, all of them, on demand, whatever becomes of the rest.
func TestTheBaseIsKept(t *testing.T) {
	c := up(t, "karpenter")
	c.nodePools("10s")
	c.must("", "create", "namespace", "magento")
	c.must("", "apply", "-f", "testdata/web.yaml")
	c.reach("the base", 0)

	most := 0
	for i, burst := range []int{32, 2, 32} {
		c.must("", "scale", "-n", "magento", "deployment/magento-web-burst", "--replicas", number(burst))
		for _, moment := range []time.Duration{2 * time.Second, 8 * time.Second, 0} {
			if moment == 0 {
				c.reach("the burst", burst)
			} else {
				c.watch(moment)
			}
			lost := c.loseSpot()
			after := c.watch(3 * time.Second)
			most = max(most, after.baseCPUs)
			t.Logf("step %d, %2d burst pods, spot lost after %s: %d nodes; base %d of %d on demand, %d vCPUs", i+1, burst, moment, lost, after.baseOnDemand, basePods, after.baseCPUs)
		}
		c.reach("the burst", burst)
	}
	c.must("", "scale", "-n", "magento", "deployment/magento-web-burst", "--replicas", "0")
	c.reach("the base", 0)
	c.watch(30 * time.Second) // consolidation, three times over
	t.Logf("most vCPUs of the base: %d", most)
}

// reach waits until all pods that are wanted are ready, and looks at the base meanwhile.
func (c *cluster) reach(what string, burst int) {
	c.t.Helper()
	end := time.Now().Add(patience)
	for {
		s := c.look()
		c.promise(what, s)
		if s.base == basePods && s.burst == burst && s.waiting == 0 {
			return
		}
		if time.Now().After(end) {
			c.t.Fatalf("%s: %+v after %s", what, s, patience)
		}
		time.Sleep(500 * time.Millisecond)
	}
}

// watch looks at the base for a while.
func (c *cluster) watch(d time.Duration) state {
	c.t.Helper()
	var s state
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(500 * time.Millisecond) {
		s = c.look()
		c.promise("watching", s)
	}
	return s
}

// promise is the base's: never a pod of it on anything but its own on-demand nodes, and, once it was whole, never less
// than it without the one that a drain may take.
func (c *cluster) promise(what string, s state) {
	c.t.Helper()
	if s.base != s.baseOnDemand {
		c.t.Fatalf("%s: %d of %d pods of the base are on demand", what, s.baseOnDemand, s.base)
	}
	if c.whole && s.base < basePods-1 {
		c.t.Fatalf("%s: %d pods of the base are left of %d", what, s.base, basePods)
	}
	c.whole = c.whole || s.base == basePods
}

// loseSpot ends all spot nodes with what runs on them, without notice, and says how many there were.
func (c *cluster) loseSpot() int {
	c.t.Helper()
	nodes := c.objects("nodes", "-l", "karpenter.sh/capacity-type=spot").Items
	for _, node := range nodes {
		c.must("", "delete", "pods", "-n", "magento", "--field-selector", "spec.nodeName="+node.Metadata.Name, "--grace-period", "0", "--force", "--wait=false")
	}
	if len(nodes) > 0 {
		c.must("", "delete", "nodeclaims", "-l", "karpenter.sh/capacity-type=spot", "--wait=false")
	}
	return len(nodes)
}
