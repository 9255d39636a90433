package topology_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/aws/topology"
)

// description is what AWS takes for a group or a rule (EC2 API Reference, CreateSecurityGroup).
var description = regexp.MustCompile(`^[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{1,255}$`)

func TestGroupsAreDescribed(t *testing.T) {
	for _, group := range topology.Groups() {
		assert.Regexp(t, description, group.Description(), "%s", group)
	}
	assert.Empty(t, topology.Group("unknown").Description())
}

func TestFlowsNameKnownGroups(t *testing.T) {
	seen := map[string]bool{}
	for _, flow := range topology.Flows() {
		assert.Contains(t, topology.Groups(), flow.From)
		assert.Contains(t, topology.Groups(), flow.To)
		assert.Regexp(t, description, flow.Description)
		key := fmt.Sprintf("%s>%s:%d", flow.From, flow.To, flow.Port)
		assert.False(t, seen[key], "%s is declared twice", key)
		seen[key] = true
	}
	for _, entry := range topology.Entries() {
		assert.Contains(t, topology.Groups(), entry.To)
		assert.Regexp(t, description, entry.Description)
	}
	for _, exit := range topology.Exits() {
		assert.Contains(t, topology.Groups(), exit.From)
		assert.Regexp(t, description, exit.Description)
	}
}

// TestReachability holds what the groups are for, however the flows are written.
func TestReachability(t *testing.T) {
	from := map[topology.Group][]topology.Group{}
	to := map[topology.Group][]topology.Group{}
	for _, flow := range topology.Flows() {
		from[flow.From] = append(from[flow.From], flow.To)
		to[flow.To] = append(to[flow.To], flow.From)
	}
	for _, store := range []topology.Group{topology.GroupDatabase, topology.GroupCache, topology.GroupSearch, topology.GroupQueue} {
		assert.Equal(t, []topology.Group{topology.GroupNodes, topology.GroupRotation}, slices.Compact(to[store]), "only nodes and rotation reach %s", store)
		assert.Empty(t, from[store], "%s opens no connection", store)
	}
	assert.Equal(t, []topology.Group{topology.GroupNodes}, from[topology.GroupLoadBalancer])
	assert.Equal(t, []topology.Group{topology.GroupLoadBalancer, topology.GroupRotation}, to[topology.GroupNodes])
	assert.Empty(t, to[topology.GroupRotation], "nothing reaches the function that rotates")
	assert.Empty(t, append(from[topology.GroupQuarantine], to[topology.GroupQuarantine]...))

	outward := slices.DeleteFunc(topology.Exits(), func(e topology.Exit) bool { return e.From == topology.GroupNodes })
	assert.Empty(t, outward, "only nodes leave the VPC")
	assert.Equal(t, []topology.Entry{{
		PrefixList:  "com.amazonaws.global.cloudfront.origin-facing",
		To:          topology.GroupLoadBalancer,
		Port:        443,
		Description: "CloudFront, through a VPC origin",
	}}, topology.Entries(), "only the edge enters the VPC")
}
