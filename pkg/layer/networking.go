package layer

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/zones"
)

// Networking is what magento-networking publishes.
type Networking struct {
	VPCID   string   `stack:"vpcId"`
	VPCCIDR string   `stack:"vpcCidr"`
	Zones   []string `stack:"zones"` // the lists of subnets are in this order

	PublicSubnetIDs  []string `stack:"publicSubnetIds"`
	PrivateSubnetIDs []string `stack:"privateSubnetIds"` // nodes, pods, the internal load balancer
	DataSubnetIDs    []string `stack:"dataSubnetIds"`    // stores; no route out of the VPC
	NATPublicIPs     []string `stack:"natPublicIps"`     // the addresses that payment providers see

	LoadBalancerSecurityGroupID string `stack:"loadBalancerSecurityGroupId"`
	NodesSecurityGroupID        string `stack:"nodesSecurityGroupId"`
	DatabaseSecurityGroupID     string `stack:"databaseSecurityGroupId"`
	CacheSecurityGroupID        string `stack:"cacheSecurityGroupId"`
	SearchSecurityGroupID       string `stack:"searchSecurityGroupId"`
	QueueSecurityGroupID        string `stack:"queueSecurityGroupId"`
	EndpointsSecurityGroupID    string `stack:"endpointsSecurityGroupId"`  // admits the nodes group; Fargate pods need a rule of their own
	QuarantineSecurityGroupID   string `stack:"quarantineSecurityGroupId"` // lets nothing in or out

	// RotationSecurityGroupID is of the function that rotates credentials. It is newer than the contract.
	RotationSecurityGroupID string `stack:"rotationSecurityGroupId,optional"`

	DomainName   string   `stack:"domainName"` // the main one
	HostedZoneID string   `stack:"hostedZoneId"`
	NameServers  []string `stack:"nameServers"` // to be entered in the parent domain; empty for a zone that was there before

	AdditionalZoneIDs     map[string]string   `stack:"additionalZoneIds,optional"`     // of the hosted zones, by further domain
	AdditionalNameServers map[string][]string `stack:"additionalNameServers,optional"` // as NameServers, by further domain whose zone was made
}

// Layer is the layer that publishes the contract.
func (Networking) Layer() Layer { return networkingLayer }

// Domains are the shop's domains with their zones: the main one, then the further ones by name.
func (n Networking) Domains() zones.Domains {
	domains := zones.Domains{{Name: n.DomainName, ZoneID: n.HostedZoneID}}
	for _, name := range slices.Sorted(maps.Keys(n.AdditionalZoneIDs)) {
		domains = append(domains, zones.Domain{Name: name, ZoneID: n.AdditionalZoneIDs[name]})
	}
	return domains
}

// NetworkingOutputs is the producer's twin of Networking.
type NetworkingOutputs struct {
	VPCID   pulumi.StringInput      `stack:"vpcId"`
	VPCCIDR pulumi.StringInput      `stack:"vpcCidr"`
	Zones   pulumi.StringArrayInput `stack:"zones"`

	PublicSubnetIDs  pulumi.StringArrayInput `stack:"publicSubnetIds"`
	PrivateSubnetIDs pulumi.StringArrayInput `stack:"privateSubnetIds"`
	DataSubnetIDs    pulumi.StringArrayInput `stack:"dataSubnetIds"`
	NATPublicIPs     pulumi.StringArrayInput `stack:"natPublicIps"`

	LoadBalancerSecurityGroupID pulumi.StringInput `stack:"loadBalancerSecurityGroupId"`
	NodesSecurityGroupID        pulumi.StringInput `stack:"nodesSecurityGroupId"`
	DatabaseSecurityGroupID     pulumi.StringInput `stack:"databaseSecurityGroupId"`
	CacheSecurityGroupID        pulumi.StringInput `stack:"cacheSecurityGroupId"`
	SearchSecurityGroupID       pulumi.StringInput `stack:"searchSecurityGroupId"`
	QueueSecurityGroupID        pulumi.StringInput `stack:"queueSecurityGroupId"`
	EndpointsSecurityGroupID    pulumi.StringInput `stack:"endpointsSecurityGroupId"`
	QuarantineSecurityGroupID   pulumi.StringInput `stack:"quarantineSecurityGroupId"`

	RotationSecurityGroupID pulumi.StringInput `stack:"rotationSecurityGroupId,optional"`

	DomainName   pulumi.StringInput      `stack:"domainName"`
	HostedZoneID pulumi.StringInput      `stack:"hostedZoneId"`
	NameServers  pulumi.StringArrayInput `stack:"nameServers"`

	AdditionalZoneIDs     pulumi.StringMapInput      `stack:"additionalZoneIds,optional"`
	AdditionalNameServers pulumi.StringArrayMapInput `stack:"additionalNameServers,optional"`
}

// Producer is the layer that publishes the outputs.
func (NetworkingOutputs) Producer() Layer { return networkingLayer }
