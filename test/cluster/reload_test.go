package cluster

import (
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// queueSecret is Magento's user of the broker.
const queueSecret = "magento/production/queue/shop"

// secretReaches changes a secret in Secrets Manager and does nothing else.
func (s *shop) secretReaches(t *testing.T) {
	s.scaler.fill(100)
	defer s.scaler.fill(0)
	eventually(t, "the Secret of the queue is there", oneChange, func() error { return s.secretHas("magento-queue", "password", "first") })
	eventually(t, "a consumer of each group", oneChange, s.allPods)
	before, err := s.runningPods()
	if err != nil {
		t.Fatal(err)
	}
	job, err := s.get(jobs, "magento", "magento-queue-users")
	if err != nil {
		t.Fatal(err)
	}
	s.secrets.put(t, queueSecret, "second")
	eventually(t, "the Secret of the queue has the new password", oneChange, func() error { return s.secretHas("magento-queue", "password", "second") })
	eventually(t, "the pods that have read it are new", oneChange, func() error {
		now, err := s.runningPods()
		if err != nil {
			return err
		}
		for name, pod := range now {
			reads := strings.HasPrefix(name, "magento-cron") || strings.HasPrefix(name, "magento-consumers")
			if _, same := before[name]; same && reads {
				return fmt.Errorf("pod %s is the old one: %s", name, text(pod, "status", "phase"))
			}
		}
		return s.allPods()
	})
	eventually(t, "the job that makes the queue's users ran again", oneChange, func() error {
		now, err := s.get(jobs, "magento", "magento-queue-users")
		if err != nil {
			return err
		}
		if status, _ := condition(*now, "Complete"); now.GetUID() == job.GetUID() || status != "True" {
			return fmt.Errorf("it is the old one or not complete (%q)", status)
		}
		return nil
	})
}

// runningPods are those of the workloads, by name.
func (s *shop) runningPods() (map[string]unstructured.Unstructured, error) {
	all, err := s.list(pods, "magento", "")
	running := map[string]unstructured.Unstructured{}
	for _, pod := range all {
		if text(pod, "status", "phase") == "Running" && pod.GetDeletionTimestamp() == nil {
			running[pod.GetName()] = pod
		}
	}
	return running, err
}
