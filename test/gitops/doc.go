// Package gitops renders the desired state with Kustomize as a library, and tries what it renders: against the types and
// definitions of Kubernetes and its operators, against the environment that it is for, and as the programs that run it. It is a
// module of its own, since no program of this project renders anything (docs/decisions/0080-desired-state-is-rendered-outside-the-tool.md).
package gitops
