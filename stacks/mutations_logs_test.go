package stacks_test

import (
	"strings"

	"github.com/magestack/magestack/internal/plan"
)

// ofAgent is a mistake about Fluent Bit alone, of all that Helm installs.
func ofAgent(mistake func(*plan.Resource)) func(*plan.Resource) {
	return func(r *plan.Resource) {
		if r.Name == "logs-release" {
			mistake(r)
		}
	}
}

// logMutations are mistakes about the logs of pods.
func logMutations() []mutation {
	const (
		group      = "aws:cloudwatch/logGroup:LogGroup"
		protection = "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy"
	)
	return []mutation{
		{"pods-logged", "no agent", releaseType, ofAgent(gone)},
		{"pods-logged", "a namespace without a log group", group, func(r *plan.Resource) {
			if strings.HasSuffix(r.Inputs["name"].(string), "/pods/keda") {
				gone(r)
			}
		}},
		{"pods-logged", "groups that the agent makes", releaseType, ofAgent(set("values.config.outputs", "[OUTPUT]\n    auto_create_group true\n"))},
		{"log-agent-contained", "logs that can be changed", releaseType, ofAgent(unset("values.daemonSetVolumeMounts.0.readOnly"))},
		{"log-agent-contained", "the node's whole disk", releaseType, ofAgent(set("values.daemonSetVolumes.0.hostPath.path", "/"))},
		{"log-agent-contained", "the names of all pods", releaseType, ofAgent(set("values.rbac.create", true))},
		{"log-agent-contained", "a token", releaseType, ofAgent(unset("values.serviceAccount.automountServiceAccountToken"))},
		{"log-agent-contained", "root's capabilities", releaseType, ofAgent(unset("values.securityContext.capabilities"))},
		{"log-agent-contained", "a root that can be written", releaseType, ofAgent(set("values.securityContext.readOnlyRootFilesystem", false))},
		{"log-agent-contained", "rights that can be gained", releaseType, ofAgent(unset("values.securityContext.allowPrivilegeEscalation"))},
		{"log-agent-contained", "every call of the kernel", releaseType, ofAgent(unset("values.podSecurityContext.seccompProfile"))},
		{"log-agent-contained", "a privileged container", releaseType, ofAgent(set("values.securityContext.privileged", true))},
		{"log-agent-contained", "the node's network", releaseType, ofAgent(set("values.hostNetwork", true))},
		{"logs-without-personal-fields", "no filters", releaseType, ofAgent(set("values.config.filters", ""))},
		{"logs-without-personal-fields", "a script for some", releaseType, ofAgent(func(r *plan.Resource) {
			config := r.Input("values.config").(map[string]any)
			config["filters"] = strings.Replace(config["filters"].(string), "Match kube.*", "Match kube.argocd.*", 1)
		})},
		{"logs-without-personal-fields", "no script", releaseType, ofAgent(set("values.luaScripts", map[string]any{}))},
		{"logs-without-personal-fields", "Fargate's log as it is", protection, gone},
		{"logs-without-personal-fields", "an audit that hides nothing", protection, replaced("policyDocument", "Deidentify", "Audit")},
		{"namespaces-closed", "an open namespace of agents", "kubernetes:networking.k8s.io/v1:NetworkPolicy", func(r *plan.Resource) {
			if r.Name == "logs-deny" {
				gone(r)
			}
		}},
		{"namespaces-closed", "every pod in another namespace", "kubernetes:core/v1:Namespace", func(r *plan.Resource) {
			if r.Input("metadata.name") == "keda" {
				r.Input("metadata.labels").(map[string]any)["pod-security.kubernetes.io/enforce"] = "privileged"
			}
		}},
	}
}
