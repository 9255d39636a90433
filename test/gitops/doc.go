// Package gitops renders the desired state with Kustomize as a library, and tries what it renders: against the types and
// definitions of Kubernetes and its operators, against the environment that it is for, and as the programs that run it. It is a
// module of its own, so that no program of this project is linked with Kustomize: the tool runs its command render (docs/decisions/0080-desired-state-is-rendered-outside-the-tool.md).
package gitops
