// Package topology says what a cluster is made of, as plain values: its instances and the zones that they stand
// in, its part in a Global Database, its storage and how closely it is watched. It is pure: no provider, no state.
//
// "AUG" is the Amazon Aurora User Guide, "API" the Amazon RDS API Reference.
package topology
