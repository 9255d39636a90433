// Package topology is the shape of an environment's network as plain data: which addresses each zone
// gets, which ways out it has, which services it reaches privately, and which group may connect to which. It knows
// no provider; pkg/networking/network turns it into resources, and settings and tests read it without them.
package topology
