package layer

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
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

	DomainName   string   `stack:"domainName"`
	HostedZoneID string   `stack:"hostedZoneId"`
	NameServers  []string `stack:"nameServers"` // to be entered in the parent domain; empty for a zone that was there before

	FurtherDomains       []string `stack:"furtherDomains,optional"`
	FurtherHostedZoneIDs []string `stack:"furtherHostedZoneIds,optional"` // in the order of FurtherDomains
}

// Domains are all domains of the shop, the main one first, and their hosted zones.
func (n Networking) Domains() (names, zoneIDs []string) {
	return append([]string{n.DomainName}, n.FurtherDomains...), append([]string{n.HostedZoneID}, n.FurtherHostedZoneIDs...)
}

// ZoneOf is the hosted zone that a host name lies in: of two domains that it is in, the longer.
func (n Networking) ZoneOf(host string) (zoneID string, found bool) {
	names, zones := n.Domains()
	longest := ""
	for i, name := range names {
		if (host == name || strings.HasSuffix(host, "."+name)) && len(name) > len(longest) && i < len(zones) {
			longest, zoneID, found = name, zones[i], true
		}
	}
	return zoneID, found
}

// Layer is the layer that publishes the contract.
func (Networking) Layer() Layer { return networkingLayer }

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

	DomainName   pulumi.StringInput      `stack:"domainName"`
	HostedZoneID pulumi.StringInput      `stack:"hostedZoneId"`
	NameServers  pulumi.StringArrayInput `stack:"nameServers"`

	FurtherDomains       pulumi.StringArrayInput `stack:"furtherDomains,optional"`
	FurtherHostedZoneIDs pulumi.StringArrayInput `stack:"furtherHostedZoneIds,optional"`
}

// Layer is the layer that publishes the outputs.
func (NetworkingOutputs) Layer() Layer { return networkingLayer }
