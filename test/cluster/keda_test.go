package cluster

import (
	"strconv"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// scaler plays KEDA's documented rule: as many replicas as the longest queue of a ScaledObject asks for, each for `value`
// messages, between the least and the most, and Ready said in its status (keda.sh, "Scaling Deployments"). The real operator asks
// a broker for every queue before it says so; there is none here.
type scaler struct {
	api
	mutex    sync.Mutex
	messages int // in every queue
}

// fill puts messages into every queue.
func (s *scaler) fill(messages int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.messages = messages
}

func (s *scaler) round() error {
	all, err := s.list(scaledObjects, "magento", "")
	if err != nil {
		return err
	}
	for _, object := range all {
		if err := s.scale(object); err != nil {
			return err
		}
	}
	return nil
}

func (s *scaler) scale(object unstructured.Unstructured) error {
	if status, _ := condition(object, "Ready"); status != "True" {
		say := func(kind, status string) any {
			return map[string]any{"type": kind, "status": status, "reason": "Played", "message": "played"}
		}
		change := map[string]any{"status": map[string]any{"conditions": []any{say("Ready", "True"), say("Active", "False"), say("Fallback", "False"), say("Paused", "False")}}}
		if err := s.patch(scaledObjects, "magento", object.GetName(), change, "status"); err != nil {
			return err
		}
	}
	name := text(object, "spec", "scaleTargetRef", "name")
	target, err := s.get(deployments, "magento", name)
	if err != nil {
		return err
	}
	if want := s.wanted(object); want != count(*target, "spec", "replicas") {
		return s.patch(deployments, "magento", name, map[string]any{"spec": map[string]any{"replicas": want}}, "scale")
	}
	return nil
}

func (s *scaler) wanted(object unstructured.Unstructured) int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	want := 0
	for _, trigger := range list(object, "spec", "triggers") {
		each, err := strconv.Atoi(text(trigger, "metadata", "value"))
		if err == nil && each > 0 {
			want = max(want, (s.messages+each-1)/each)
		}
	}
	return min(max(want, count(object, "spec", "minReplicaCount")), count(object, "spec", "maxReplicaCount"))
}
