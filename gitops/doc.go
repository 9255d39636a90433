// Package gitops is the desired state of what runs the shop. Its Go files try it with the programs that it is for.
package gitops
