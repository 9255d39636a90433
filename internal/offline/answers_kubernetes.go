package offline

import "strings"

// isKubernetesObject reports whether the type is an object of the Kubernetes API: all of them have apiVersion, kind
// and metadata and are answered alike. Helm's types are not objects; only releases, which the provider makes
// itself, are taught.
func isKubernetesObject(token string) bool {
	group, _, _ := strings.Cut(strings.TrimPrefix(token, "kubernetes:"), ":")
	if !strings.HasPrefix(token, "kubernetes:") || strings.HasPrefix(group, "kustomize") || strings.HasPrefix(group, "yaml") {
		return false
	}
	return !strings.HasPrefix(group, "helm.sh/") || token == "kubernetes:helm.sh/v3:Release"
}

func kubernetesObject() kind {
	return kind{id: kubernetesID, outputs: kubernetesOutputs}
}

// kubernetesID is the object's name after its namespace, if it has one.
func kubernetesID(r *request) string {
	name, namespace := kubernetesName(r), r.text("metadata.namespace")
	if namespace == "" {
		namespace = r.text("namespace") // of a release
	}
	if namespace == "" {
		return name
	}
	return namespace + "/" + name
}

func kubernetesName(r *request) string {
	for _, path := range []string{"metadata.name", "name"} {
		if name := r.text(path); name != "" {
			return name
		}
	}
	return r.name + "-" + r.hex("name", 8)
}

func kubernetesOutputs(r *request) fields {
	if r.token == "kubernetes:helm.sh/v3:Release" {
		return fields{
			"name": kubernetesName(r),
			"status": fields{
				"name": kubernetesName(r), "namespace": r.text("namespace"), "chart": r.text("chart"),
				"version": r.text("version"), "revision": 1, "status": "deployed",
			},
		}
	}
	metadata := fields{}
	if given := bare(r.inputs["metadata"]); given.IsObject() {
		for key, value := range given.ObjectValue() {
			metadata[string(key)] = value
		}
	}
	metadata["name"] = kubernetesName(r)
	metadata["uid"] = r.uuid("uid")
	return fields{"metadata": metadata}
}
