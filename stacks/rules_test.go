package stacks_test

import (
	"fmt"
	"strings"

	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/account"
)

const (
	ingressRule   = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressRule    = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	olderRule     = "aws:ec2/securityGroupRule:SecurityGroupRule"
	securityGroup = "aws:ec2/securityGroup:SecurityGroup"
	defaultGroup  = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	controlPlane  = "eks:index:Cluster"
)

// clusterGroup is the group that EKS makes for a cluster, and puts on the control plane and on every node. Its rules
// admit itself, and let everything out (EKS User Guide, "View Amazon EKS security group requirements for clusters").
const clusterGroup = "cluster (EKS)"

// rule is one end of a connection: what a group lets in from a peer, or lets out to it. A peer is a group, addresses
// or a list of them.
type rule struct {
	out         bool
	group, peer string
	ports
}

// String puts the rule in the direction of the connection.
func (r rule) String() string {
	if r.out {
		return fmt.Sprintf("%s -> %s %s", r.group, r.peer, r.ports)
	}
	return fmt.Sprintf("%s -> %s %s", r.peer, r.group, r.ports)
}

type ports struct {
	protocol string
	from, to int
}

func (p ports) String() string {
	switch {
	case p.all():
		return "all"
	case p.from == p.to:
		return fmt.Sprintf("%s/%d", p.protocol, p.from)
	default:
		return fmt.Sprintf("%s/%d-%d", p.protocol, p.from, p.to)
	}
}

func (p ports) all() bool { return p.protocol == "-1" || p.protocol == "all" }

// groupNames gives the short name of each security group by its id.
func groupNames(recorded *plan.Environment) map[string]string {
	names := map[string]string{}
	for _, r := range recorded.Resources() {
		switch r.Type {
		case securityGroup:
			names[r.ID] = strings.TrimPrefix(r.Name, "network-")
		case defaultGroup:
			names[r.ID] = "default of the VPC"
		case controlPlane:
			names[fmt.Sprint(r.Outputs["clusterSecurityGroupId"])] = clusterGroup
		}
	}
	return names
}

// rules lists every rule of every layer, in each of the ways that there are to write one, and what EKS's own group has.
func rules(recorded *plan.Environment) []rule {
	w := ruleReader{names: groupNames(recorded), lists: prefixLists(recorded)}
	for _, r := range recorded.Resources() {
		switch r.Type {
		case ingressRule, egressRule:
			w.add(r.Type == egressRule, r.Inputs["securityGroupId"], r.Inputs, "ipProtocol",
				"referencedSecurityGroupId", "cidrIpv4", "cidrIpv6", "prefixListId")
		case olderRule:
			w.add(r.Inputs["type"] == "egress", r.Inputs["securityGroupId"], r.Inputs, "protocol",
				"sourceSecurityGroupId", "cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "self")
		case securityGroup, defaultGroup:
			for _, direction := range []string{"ingress", "egress"} {
				inline, _ := r.Inputs[direction].([]any)
				for _, one := range inline {
					w.add(direction == "egress", r.ID, one, "protocol", "securityGroups", "cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "self")
				}
			}
		case controlPlane:
			everything := ports{protocol: "-1"}
			w.found = append(w.found, rule{false, clusterGroup, clusterGroup, everything}, rule{true, clusterGroup, "0.0.0.0/0", everything})
		}
	}
	return w.found
}

type ruleReader struct {
	names, lists map[string]string
	found        []rule
}

// add reads a rule, which stands for one per peer.
func (w *ruleReader) add(out bool, group any, inputs any, protocol string, peers ...string) {
	from, _ := in(inputs, "fromPort").(float64)
	to, _ := in(inputs, "toPort").(float64)
	through := ports{fmt.Sprint(in(inputs, protocol)), int(from), int(to)}
	before := len(w.found)
	for _, key := range peers {
		switch peer := in(inputs, key).(type) {
		case string:
			w.found = append(w.found, rule{out, w.name(fmt.Sprint(group)), w.name(peer), through})
		case []any:
			for _, one := range peer {
				w.found = append(w.found, rule{out, w.name(fmt.Sprint(group)), w.name(fmt.Sprint(one)), through})
			}
		case bool: // self
			if peer {
				w.found = append(w.found, rule{out, w.name(fmt.Sprint(group)), w.name(fmt.Sprint(group)), through})
			}
		}
	}
	if len(w.found) == before {
		w.found = append(w.found, rule{out, w.name(fmt.Sprint(group)), "nobody", through})
	}
}

// name gives what an id is called; what nobody knows stays as it is.
func (w *ruleReader) name(id string) string {
	if name, ok := w.names[id]; ok {
		return name
	}
	if name, ok := w.lists[id]; ok {
		return name
	}
	return id
}

// prefixLists names CloudFront's list, which VPC origins come from, by the id that the embedded cloud gave it.
func prefixLists(recorded *plan.Environment) map[string]string {
	const originFacing = "com.amazonaws.global.cloudfront.origin-facing"
	names := map[string]string{}
	for _, r := range ofType(recorded, "pulumi:providers:aws") {
		where := account.Account{ID: fmt.Sprint(input(r, "allowedAccountIds.0")), Region: fmt.Sprint(input(r, "region"))}
		names[offline.PrefixListID(where, originFacing)] = "pl:" + originFacing
	}
	return names
}
