package desired

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
	sigsyaml "sigs.k8s.io/yaml"
)

// State is a rendered desired state, by what the checks ask of it.
type State struct {
	Workloads     []Workload
	Autoscalers   []autoscalingv2.HorizontalPodAutoscaler
	ScaledObjects []ScaledObject
	ConfigMaps    []corev1.ConfigMap
	texts         map[string]string // of each object, by kind and name
}

// Workload is what makes pods: a Deployment, a StatefulSet, a Job or a CronJob.
type Workload struct {
	Kind, Name  string
	Annotations map[string]string
	Replicas    int // 1 where the object says nothing, as Kubernetes takes it
	Pod         corev1.PodTemplateSpec
}

// ScaledObject is KEDA's, as far as it is read here (keda.sh/v1alpha1).
type ScaledObject struct {
	Metadata struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec struct {
		ScaleTargetRef struct {
			Name string `json:"name"`
		} `json:"scaleTargetRef"`
		MaxReplicaCount int `json:"maxReplicaCount"`
		Triggers        []struct {
			Metadata map[string]string `json:"metadata"`
		} `json:"triggers"`
	} `json:"spec"`
}

// Parse reads the documents that a rendering printed.
func Parse(rendered []byte) (State, error) {
	state := State{texts: map[string]string{}}
	if err := eachDocument(rendered, state.add); err != nil {
		return State{}, fmt.Errorf("reading a rendered desired state: %w", err)
	}
	return state, nil
}

// eachDocument hands on the documents that a rendering printed, until one is refused.
func eachDocument(rendered []byte, take func(document []byte) error) error {
	reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(rendered)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := take(document); err != nil {
			return err
		}
	}
}

func (s *State) add(document []byte) error {
	var head struct {
		Kind     string `json:"kind"`
		Metadata struct {
			Name string `json:"name"`
		} `json:"metadata"`
	}
	if err := sigsyaml.Unmarshal(document, &head); err != nil {
		return err
	}
	if head.Kind == "" {
		var content any
		if err := sigsyaml.Unmarshal(document, &content); err != nil || content == nil { // nothing, or a comment
			return err
		}
		return errors.New("a document has no kind")
	}
	s.texts[head.Kind+" "+head.Metadata.Name] = string(document)
	switch head.Kind {
	case "Deployment":
		return decode(document, func(d appsv1.Deployment) {
			s.Workloads = append(s.Workloads, Workload{head.Kind, d.Name, d.Annotations, replicas(d.Spec.Replicas), d.Spec.Template})
		})
	case "StatefulSet":
		return decode(document, func(d appsv1.StatefulSet) {
			s.Workloads = append(s.Workloads, Workload{head.Kind, d.Name, d.Annotations, replicas(d.Spec.Replicas), d.Spec.Template})
		})
	case "Job":
		return decode(document, func(d batchv1.Job) {
			s.Workloads = append(s.Workloads, Workload{head.Kind, d.Name, d.Annotations, 1, d.Spec.Template})
		})
	case "CronJob":
		return decode(document, func(d batchv1.CronJob) {
			s.Workloads = append(s.Workloads, Workload{head.Kind, d.Name, d.Annotations, 1, d.Spec.JobTemplate.Spec.Template})
		})
	case "HorizontalPodAutoscaler":
		return decode(document, func(d autoscalingv2.HorizontalPodAutoscaler) { s.Autoscalers = append(s.Autoscalers, d) })
	case "ScaledObject":
		return decode(document, func(d ScaledObject) { s.ScaledObjects = append(s.ScaledObjects, d) })
	case "ConfigMap":
		return decode(document, func(d corev1.ConfigMap) { s.ConfigMaps = append(s.ConfigMaps, d) })
	}
	return nil
}

func decode[T any](document []byte, take func(T)) error {
	var object T
	if err := sigsyaml.Unmarshal(document, &object); err != nil {
		return err
	}
	take(object)
	return nil
}

func replicas(count *int32) int {
	if count == nil {
		return 1
	}
	return int(*count)
}

// Most is how many pods of a workload there may be at a time: what an autoscaler may ask for, or the workload itself.
func (s State) Most(w Workload) int {
	for _, scaler := range s.Autoscalers {
		if scaler.Spec.ScaleTargetRef.Kind == w.Kind && scaler.Spec.ScaleTargetRef.Name == w.Name {
			return int(scaler.Spec.MaxReplicas)
		}
	}
	for _, scaler := range s.ScaledObjects {
		if w.Kind == "Deployment" && scaler.Spec.ScaleTargetRef.Name == w.Name {
			return scaler.Spec.MaxReplicaCount
		}
	}
	return w.Replicas
}
