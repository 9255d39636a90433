package stacks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/account"
	"github.com/magestack/magestack/pkg/offline"
)

// TestReachability derives who reaches whom from the rules of the recorded graph: a connection needs an egress
// rule at one end and an ingress rule at the other. What is not listed here must not be possible.
func TestReachability(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, plan *offline.Environment) {
		assert.Equal(t, []string{
			"load-balancer -> nodes tcp/8080",
			"nodes -> cache tcp/6379",
			"nodes -> database tcp/3306",
			"nodes -> endpoints tcp/443",
			"nodes -> queue tcp/5671",
			"nodes -> search tcp/443",
		}, connections(plan))
		assert.Equal(t, []string{"nodes -> 0.0.0.0/0 tcp/443"}, outward(plan))
		assert.Equal(t, []string{"pl:com.amazonaws.global.cloudfront.origin-facing -> load-balancer tcp/443"}, inward(plan))
	})
}

// TestEveryGroupIsThere keeps the test above from passing because a group is missing.
func TestEveryGroupIsThere(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, plan *offline.Environment) {
		var names []string
		for _, name := range groupNames(plan) {
			names = append(names, name)
		}
		assert.ElementsMatch(t, []string{"load-balancer", "nodes", "database", "cache", "search", "queue", "endpoints", "quarantine"}, names)
	})
}

// groupNames gives the short name of each security group by its id.
func groupNames(plan *offline.Environment) map[string]string {
	names := map[string]string{}
	for _, r := range plan.Resources() {
		if r.Type == "aws:ec2/securityGroup:SecurityGroup" {
			names[r.ID] = strings.TrimPrefix(r.Name, "network-")
		}
	}
	return names
}

type end struct{ group, peer, port string }

// ends lists one side of all rules: whose rule it is, whom it names, and the port.
func ends(plan *offline.Environment, kind, peer string) []end {
	names := groupNames(plan)
	var found []end
	for _, r := range plan.Resources() {
		if r.Type != kind || r.Inputs[peer] == nil {
			continue
		}
		named := fmt.Sprint(r.Inputs[peer])
		if group, ok := names[named]; ok {
			named = group
		}
		port := fmt.Sprintf("%v/%v", r.Inputs["ipProtocol"], r.Inputs["fromPort"])
		if r.Inputs["fromPort"] != r.Inputs["toPort"] {
			port += fmt.Sprintf("-%v", r.Inputs["toPort"])
		}
		found = append(found, end{names[fmt.Sprint(r.Inputs["securityGroupId"])], named, port})
	}
	return found
}

const (
	ingressRule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressRule  = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
)

func connections(plan *offline.Environment) []string {
	admitted := ends(plan, ingressRule, "referencedSecurityGroupId")
	var found []string
	for _, out := range ends(plan, egressRule, "referencedSecurityGroupId") {
		if slices.Contains(admitted, end{out.peer, out.group, out.port}) {
			found = append(found, fmt.Sprintf("%s -> %s %s", out.group, out.peer, out.port))
		}
	}
	slices.Sort(found)
	return found
}

func outward(plan *offline.Environment) []string {
	var found []string
	for _, peer := range []string{"cidrIpv4", "cidrIpv6", "prefixListId"} {
		for _, out := range ends(plan, egressRule, peer) {
			found = append(found, fmt.Sprintf("%s -> %s %s", out.group, out.peer, out.port))
		}
	}
	return found
}

func inward(plan *offline.Environment) []string {
	var found []string
	for _, peer := range []string{"cidrIpv4", "cidrIpv6", "prefixListId"} {
		for _, in := range ends(plan, ingressRule, peer) {
			found = append(found, fmt.Sprintf("%s -> %s %s", prefixList(plan, in.peer), in.group, in.port))
		}
	}
	return found
}

// originFacing is the list of AWS that CloudFront's VPC origins come from.
const originFacing = "com.amazonaws.global.cloudfront.origin-facing"

// prefixList names that list by the id that the embedded cloud gave it, and leaves every other id as it is.
func prefixList(plan *offline.Environment, id string) string {
	for _, r := range plan.Resources() {
		if r.Type != "pulumi:providers:aws" {
			continue
		}
		region, accounts := fmt.Sprint(r.Inputs["region"]), r.Inputs["allowedAccountIds"].([]any)
		if offline.PrefixListID(account.Account{ID: fmt.Sprint(accounts[0]), Region: region}, originFacing) == id {
			return "pl:" + originFacing
		}
	}
	return id
}
