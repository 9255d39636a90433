package guard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/versions"
)

const (
	logGroupType       = "aws:cloudwatch/logGroup:LogGroup"
	dataProtectionType = "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy"
	fargateProfileType = "aws:eks/fargateProfile:FargateProfile"
)

// logControls are about the logs of pods, and what reads them.
func logControls() []Control {
	return []Control{
		{"pods-logged", "PCI DSS 4.0, 10.2 and 10.5.1: what pods write outlives them, in a log group of the plan's", checkPodsLogged},
		{"log-agent-contained", "Kubernetes, \"Pod Security Standards\": what mounts folders of a node reads logs, keeps its state, and may do nothing else", checkLogAgent},
		{"logs-without-personal-fields", "GDPR, article 5 (1) c; PCI DSS 4.0, 3.3: no credential, card or address of a visitor in a log group", checkLogsClean},
	}
}

// logAgents lists the releases of Fluent Bit.
func (g *graph) logAgents() []plan.Resource {
	return g.referring(releaseType, "chart", versions.FluentBit.Name)
}

// silent reports whether a namespace has no logs to send: Fargate's configuration, or the agent itself, whose lines about
// failures to send would be more to send.
func silent(namespace plan.Resource) bool {
	return label(namespace, "aws-observability") == "enabled" || mountsNodes(namespace)
}

// checkPodsLogged wants a log group for every namespace that the plan makes, and an agent that makes none itself.
func checkPodsLogged(g *graph) []Violation {
	var found []Violation
	agents := g.logAgents()
	for _, namespace := range g.of(namespaceType) {
		name := fmt.Sprint(at(namespace, "metadata.name"))
		hasGroup := slices.ContainsFunc(g.of(logGroupType), func(group plan.Resource) bool {
			return strings.HasSuffix(fmt.Sprint(at(group, "name")), "/pods/"+name)
		})
		switch {
		case silent(namespace):
		case len(agents) == 0:
			found = append(found, Violation{URN: namespace.URN, Problem: "what its pods write goes with them"})
		case !hasGroup:
			found = append(found, Violation{URN: namespace.URN, Problem: "has no log group of its own"})
		}
	}
	for _, agent := range agents {
		if text := fmt.Sprint(at(agent, "values.config.outputs")); !strings.Contains(text, "auto_create_group false") {
			found = append(found, Violation{URN: agent.URN, Problem: "makes log groups itself, without a key or an end"})
		}
	}
	return found
}

// nodeFolders are the folders of a node that the agent mounts, and whether it may write there.
var nodeFolders = map[string]bool{"/var/log": false, "/var/lib/fluent-bit": true}

// checkLogAgent wants the agent to mount its folders alone, to be root without any of root's rights, and no identity in the
// cluster.
func checkLogAgent(g *graph) []Violation {
	var found []Violation
	for _, agent := range g.logAgents() {
		add := func(problem string) { found = append(found, Violation{URN: agent.URN, Problem: problem}) }
		for path, c := range map[string]struct {
			want    any
			problem string
		}{
			"rbac.create": {false, "may ask the Kubernetes API"},
			"serviceAccount.automountServiceAccountToken": {false, "has a token for the Kubernetes API"},
			"securityContext.allowPrivilegeEscalation":    {false, "may gain rights"},
			"securityContext.readOnlyRootFilesystem":      {true, "can change its own image's files"},
			"securityContext.capabilities.drop.0":         {"ALL", "keeps capabilities of root"},
			"podSecurityContext.seccompProfile.type":      {"RuntimeDefault", "may make any call of the kernel"},
		} {
			if at(agent, "values."+path) != c.want {
				add(c.problem)
			}
		}
		if at(agent, "values.securityContext.privileged") == true || at(agent, "values.hostNetwork") == true {
			add("has rights of the node")
		}
		folders := map[any]string{}
		volumes, _ := at(agent, "values.daemonSetVolumes").([]any)
		for _, volume := range volumes {
			folders[within(volume, "name")] = fmt.Sprint(within(volume, "hostPath.path"))
		}
		mounts, _ := at(agent, "values.daemonSetVolumeMounts").([]any)
		for _, mount := range mounts {
			folder := folders[within(mount, "name")]
			writes, known := nodeFolders[folder]
			if !known || !writes && within(mount, "readOnly") != true {
				add("mounts a folder of its node, or writes to it: " + folder)
			}
		}
	}
	return found
}

// checkLogsClean wants every event of a node to pass the script, and the log of Fargate, which takes none, to hide what
// CloudWatch finds.
func checkLogsClean(g *graph) []Violation {
	var found []Violation
	for _, agent := range g.logAgents() {
		scripts, _ := at(agent, "values.luaScripts").(map[string]any)
		filters := fmt.Sprint(at(agent, "values.config.filters"))
		if script := fmt.Sprint(scripts["pod.lua"]); !strings.Contains(script, "clean(record") || !strings.Contains(filters, "Match kube.*\n    script /fluent-bit/scripts/pod.lua\n") {
			found = append(found, Violation{URN: agent.URN, Problem: "sends what pods write as it is"})
		}
	}
	for _, profile := range g.of(fargateProfileType) {
		protected := slices.ContainsFunc(g.of(dataProtectionType), func(policy plan.Resource) bool {
			return strings.HasSuffix(fmt.Sprint(at(policy, "logGroupName")), "/fargate") && strings.Contains(fmt.Sprint(at(policy, "policyDocument")), `"Deidentify"`)
		})
		if !protected {
			found = append(found, Violation{URN: profile.URN, Problem: "its pods' log shows what they write as it is"})
		}
	}
	return found
}

// mountsNodes reports whether a namespace is the one whose pods may mount folders of their node.
func mountsNodes(namespace plan.Resource) bool {
	return at(namespace, "metadata.name") == naming.NamespaceLogging
}
