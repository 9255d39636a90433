package cluster

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// oneChange is how long a condition may take to come: a few times what it takes where two cores are shared with other work.
const oneChange = 6 * time.Minute

// restricted wants no pod refused, not even by jobs that are started by hand, and a privileged one to be.
func (s *shop) restricted(t *testing.T) {
	s.scaler.fill(10_000)
	defer s.scaler.fill(0)
	byHand, err := s.list(cronJobs, "magento", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, job := range byHand {
		s.must("", "create", "job", "-n", "magento", job.GetName()+"-by-hand", "--from", "cronjob/"+job.GetName())
		eventually(t, job.GetName(), oneChange, func() error {
			made, err := s.get(jobs, "magento", job.GetName()+"-by-hand")
			if err != nil {
				return err
			}
			if status, _ := condition(*made, "Complete"); status != "True" {
				return fmt.Errorf("not complete: %v", made.Object["status"])
			}
			return nil
		})
	}
	eventually(t, "every workload has its pods", oneChange, s.allPods)
	all, err := s.list(events, "magento", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range all {
		if message := text(event, "message"); strings.Contains(message, "violates PodSecurity") {
			t.Errorf("%s %s: %s", text(event, "involvedObject", "kind"), text(event, "involvedObject", "name"), message)
		}
	}
	privileged := `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"privileged","namespace":"magento"},"spec":{"containers":[{"name":"c","image":"c","securityContext":{"privileged":true}}]}}`
	if _, err := s.kubectl(privileged, "create", "--dry-run=server", "-f", "-"); err == nil || !strings.Contains(err.Error(), `violates PodSecurity "restricted`) {
		t.Errorf("a privileged pod: %v", err)
	}
}

// allPods wants of every workload as many pods ready as it asks for, and some of each.
func (s *shop) allPods() error {
	all, err := s.list(deployments, "magento", "")
	if err != nil {
		return err
	}
	sets, err := s.list(statefulSets, "magento", "")
	if err != nil {
		return err
	}
	for _, workload := range append(all, sets...) {
		want, ready, updated := count(workload, "spec", "replicas"), count(workload, "status", "readyReplicas"), count(workload, "status", "updatedReplicas")
		if want == 0 || ready != want || updated != want {
			return fmt.Errorf("%s has %d pods ready and %d of the last template, of %d", workload.GetName(), ready, updated, want)
		}
	}
	return nil
}
