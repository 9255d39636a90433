// Package crds tests what the programs register in the cluster against the releases that serve it: custom resources against
// their definitions, values against the charts, and NodePools against Karpenter's own types and scheduler. It is a module of its
// own, so that these projects and what they require are not among the modules that the programs are built from.
package crds
