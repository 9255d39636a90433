package desired

import (
	"fmt"
	"slices"
	"strings"

	"github.com/magestack/magestack/pkg/magento"
)

// queuesAnnotation on a Deployment of consumers declares those of a shop's own modules, as consumer=queue, with commas between.
const queuesAnnotation = "magento.com/queues"

// consumerScript is what runs a group of consumers.
const consumerScript = "consumers.sh"

// consumers checks the groups: every consumer is known, each is scaled by its own queue, and no more run than the connection budget counts.
func (s State) consumers(environment Environment) []error {
	var problems []error
	processes := 0
	var parts []string
	for _, w := range s.Workloads {
		names, ok := consumersOf(w)
		if !ok {
			continue
		}
		queues, wrong := queuesOf(w, names)
		problems = append(problems, wrong...)
		triggers, scaled := s.triggers(w.Name)
		if !scaled {
			problems = append(problems, fmt.Errorf("deployment %s: no ScaledObject scales it; without one it runs while its queues are empty", w.Name))
		}
		for _, queue := range difference(queues, triggers) {
			problems = append(problems, fmt.Errorf("deployment %s: no trigger of its ScaledObject looks at the queue %q; nobody would read it at zero replicas", w.Name, queue))
		}
		if len(wrong) == 0 {
			for _, queue := range difference(triggers, queues) {
				problems = append(problems, fmt.Errorf("ScaledObject of %s: queue %q: none of its consumers reads it; theirs are %s", w.Name, queue, strings.Join(queues, ", ")))
			}
		}
		processes += s.Most(w)
		parts = append(parts, fmt.Sprintf("%s %d", w.Name, s.Most(w)))
	}
	if processes > environment.ConsumerProcesses {
		problems = append(problems, fmt.Errorf("%d processes of consumers may run (%s), and magento-data:consumerProcesses counts %d; lower maxReplicaCount or raise the setting",
			processes, strings.Join(parts, ", "), environment.ConsumerProcesses))
	}
	return problems
}

// consumersOf are the consumers that a workload runs, if it runs any.
func consumersOf(w Workload) ([]string, bool) {
	for _, container := range w.Pod.Spec.Containers {
		if slices.ContainsFunc(container.Command, func(word string) bool { return strings.HasSuffix(word, "/"+consumerScript) }) {
			return container.Args, true
		}
	}
	return nil, false
}

func queuesOf(w Workload, names []string) (queues []string, problems []error) {
	known := magento.Consumers()
	for _, pair := range strings.Split(w.Annotations[queuesAnnotation], ",") {
		if name, queue, ok := strings.Cut(strings.TrimSpace(pair), "="); ok {
			known[name] = queue
		}
	}
	for _, name := range names {
		queue, ok := known[name]
		if !ok {
			problems = append(problems, fmt.Errorf("deployment %s: consumer %q: its queue is not known; declare one of your own by the annotation %s: %s=QUEUE", w.Name, name, queuesAnnotation, name))
			continue
		}
		queues = append(queues, queue)
	}
	return queues, problems
}

func (s State) triggers(deployment string) (queues []string, found bool) {
	for _, scaler := range s.ScaledObjects {
		if scaler.Spec.ScaleTargetRef.Name != deployment {
			continue
		}
		found = true
		for _, trigger := range scaler.Spec.Triggers {
			queues = append(queues, trigger.Metadata["queueName"])
		}
	}
	return queues, found
}

// difference is what of one list the other has not.
func difference(of, without []string) []string {
	return slices.DeleteFunc(slices.Clone(of), func(item string) bool { return slices.Contains(without, item) })
}
