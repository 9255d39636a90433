package stacks_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
)

const (
	subnetType      = "aws:ec2/subnet:Subnet"
	routeType       = "aws:ec2/route:Route"
	routeTableType  = "aws:ec2/routeTable:RouteTable"
	associationType = "aws:ec2/routeTableAssociation:RouteTableAssociation"
)

// placements says where everything is that is in a subnet, wears a group or is on a route: "in" the subnets of a tier,
// "with" groups, "routed from" the route tables of a tier. A zone in a name is "*", and so is the name of an endpoint's
// service.
func placements(environment string) map[string]string {
	broker := "in data in 1 zone with queue"
	if environment != "staging" {
		broker = "in data in 2 of 3 zones with queue"
	}
	return map[string]string{
		"network-nat-*":                   "in public in its zone",
		"network-endpoint-*":              "in private with endpoints",
		"network-endpoint-elasticache":    "in private in 1 zone with endpoints",
		"network-endpoint-s3":             "routed from data, private",
		"network-endpoint-dynamodb":       "routed from data, private",
		"network-public-access-private-*": "in private in its zone",
		"network-data-acl":                "in data",
		"database-subnets":                "in data",
		"database-cluster":                "in data with database",
		"database-writer":                 "in data",
		"database-reader-*":               "in data",
		"cache-subnets":                   "in data",
		"cache-group":                     "in data with cache",
		"sessions-subnets":                "in data",
		"sessions-group":                  "in data with cache",
		"search-domain":                   "in data with search",
		"queue-broker":                    broker,
		"rotation-function":               "in data with rotation",
		"backup-restore-selection":        "in data with quarantine",
		"cluster-control-plane":           "in private",
		"cluster-system-nodes":            "in private",
		"cluster-node-template":           "with cluster (EKS), nodes",
		"fargate-profile":                 "in private",
		"fargate-groups":                  "with cluster (EKS), nodes",
		"ingress-load-balancer":           "in private with load-balancer",

		"karpenter-class":                     "in private with nodes",                // and the cluster's, which it selects by a tag
		"karpenter-controller-node-lifecycle": "in private with cluster (EKS), nodes", // where it may launch instances
	}
}

// TestPlacement follows the ids in every resource's inputs to the subnets, groups and route tables that they are of.
func TestPlacement(t *testing.T) {
	forEveryFixture(t, func(t *testing.T, recorded *plan.Environment) {
		m := newMap(t, recorded)
		found := map[string]string{}
		for _, r := range recorded.Resources() {
			if m.defines(r) {
				continue
			}
			place := m.place(r)
			if place == "" {
				continue
			}
			name := placeName(r)
			if before, ok := found[name]; ok {
				assert.Equal(t, before, place, r.Name)
			}
			found[name] = place
		}
		assert.Equal(t, placements(recorded.Name), found)
	})
}

var (
	numberOrZone = regexp.MustCompile(`[a-z]{2}-[a-z]+-\d[a-z]$|\b\d+$`)
	networkID    = regexp.MustCompile(`(subnet|sg|rtb|vpc)-0[0-9a-f]{16}`)
)

// placeName is the name of a resource without what tells it from its likes.
func placeName(r plan.Resource) string {
	oneZone := r.Name == "network-endpoint-elasticache"
	if r.Type == "aws:ec2/vpcEndpoint:VpcEndpoint" && input(r, "vpcEndpointType") == "Interface" && !oneZone {
		return "network-endpoint-*"
	}
	return numberOrZone.ReplaceAllString(r.Name, "*")
}

// networkMap knows what the ids of a plan's network mean.
type networkMap struct {
	groups  map[string]string   // by id
	tiers   map[string]string   // by the id of a subnet
	tables  map[string][]string // tiers by the id of a route table
	zones   map[string]string   // by the id of a subnet
	subnets map[string][]string // by the name of a subnet group
	zoneNum int
}

func newMap(t *testing.T, recorded *plan.Environment) networkMap {
	m := networkMap{groups: groupNames(recorded), tiers: map[string]string{}, tables: map[string][]string{},
		zones: map[string]string{}, subnets: map[string][]string{}}
	table := map[any]string{}
	for _, r := range ofType(recorded, associationType) {
		table[input(r, "subnetId")] = fmt.Sprint(input(r, "routeTableId"))
	}
	for _, r := range ofType(recorded, subnetType) {
		m.tiers[r.ID], m.zones[r.ID] = tier(recorded, table[r.ID]), fmt.Sprint(input(r, "availabilityZone"))
		assert.Equal(t, "network-"+m.tiers[r.ID]+"-"+m.zones[r.ID], r.Name, "a subnet is called what its routes make it")
		m.tables[table[r.ID]] = append(m.tables[table[r.ID]], m.tiers[r.ID])
	}
	for _, r := range recorded.Resources() {
		if r.Type == "aws:rds/subnetGroup:SubnetGroup" || r.Type == "aws:elasticache/subnetGroup:SubnetGroup" {
			for _, id := range r.Inputs["subnetIds"].([]any) {
				name := fmt.Sprint(r.Outputs["name"])
				m.subnets[name] = append(m.subnets[name], fmt.Sprint(id))
			}
		}
	}
	zones, _ := outputs(t, recorded, "magento-networking")["zones"].([]any)
	require.NotEmpty(t, zones)
	m.zoneNum = len(zones)
	return m
}

// tier says what the routes of a table make of its subnets: public with a way to the internet gateway, private with
// one through NAT, data with none.
func tier(recorded *plan.Environment, table string) string {
	found := "data"
	for _, route := range ofType(recorded, routeType) {
		switch {
		case input(route, "routeTableId") != table:
		case input(route, "gatewayId") != nil:
			return "public"
		case input(route, "natGatewayId") != nil:
			found = "private"
		default:
			found = "somewhere else"
		}
	}
	return found
}

// defines reports whether a resource makes the network, and so is not in it.
func (m networkMap) defines(r plan.Resource) bool {
	return !r.Custom && !r.Remote || r.External || slices.Contains([]string{subnetType, routeType, routeTableType, associationType,
		ingressRule, egressRule, "aws:ec2/defaultRouteTable:DefaultRouteTable", defaultGroup, securityGroup}, r.Type)
}

func (m networkMap) place(r plan.Resource) string {
	var subnets, groups, tables []string
	eachText(r.Inputs, func(text string) {
		subnets = append(subnets, m.subnets[text]...)
		for _, id := range networkID.FindAllString(text, -1) {
			switch kind, _, _ := strings.Cut(id, "-"); kind {
			case "subnet":
				subnets = append(subnets, id)
			case "sg":
				groups = append(groups, orItself(m.groups, id))
			case "rtb":
				tables = append(tables, m.tables[id]...)
			}
		}
	})
	var parts []string
	if len(subnets) > 0 {
		parts = append(parts, "in "+m.tiersOf(subnets)+m.spread(r, subnets))
	}
	if len(groups) > 0 {
		parts = append(parts, "with "+list(groups))
	}
	if len(tables) > 0 {
		parts = append(parts, "routed from "+list(tables))
	}
	return strings.Join(parts, " ")
}

func (m networkMap) tiersOf(subnets []string) string {
	var tiers []string
	for _, id := range subnets {
		tiers = append(tiers, orItself(m.tiers, id))
	}
	return list(tiers)
}

// spread says in which zones, if not in all of them.
func (m networkMap) spread(r plan.Resource, subnets []string) string {
	var zones []string
	for _, id := range subnets {
		zones = append(zones, orItself(m.zones, id))
	}
	slices.Sort(zones)
	zones = slices.Compact(zones)
	switch {
	case len(zones) == 1 && strings.HasSuffix(r.Name, "-"+zones[0]):
		return " in its zone"
	case len(zones) == 1:
		return " in 1 zone"
	case len(zones) < m.zoneNum:
		return fmt.Sprintf(" in %d of %d zones", len(zones), m.zoneNum)
	}
	return ""
}

// orItself gives the name of an id, or the id that nobody knows.
func orItself(names map[string]string, id string) string {
	if name, ok := names[id]; ok {
		return name
	}
	return id
}

func list(names []string) string {
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}
