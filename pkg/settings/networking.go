package settings

import (
	"net/netip"
	"strings"

	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/naming"
)

// Networking holds the settings of the project magento-networking.
type Networking struct {
	AWS

	// VPCCIDR is the address block of the VPC. Each of four zone slots gets a quarter of it, half of that as
	// the private subnet of nodes and pods. It cannot be changed later.
	VPCCIDR CIDR `key:"vpcCidr" differs:"domain" allowed:"an IPv4 block of /16 to /18 out of the private ranges, such as 10.20.0.0/16"`

	// Zones are the availability zones, named rather than looked up so that a plan never depends on the day.
	// Append only: a zone's position decides its subnets. The zones with the ids use1-az3, usw1-az2 and cac1-az3 take no
	// control plane of EKS, and these and apne1-az3 no VPC origin of CloudFront; a name stands for another id in each
	// account, so that up asks AWS for the ids before it begins.
	Zones []string `key:"zones" differs:"replicas" allowed:"a list of 2 to 4 zones of the region"`

	// NAT is how private subnets reach the internet: a gateway in each zone, a single one, or none.
	NAT topology.NAT `key:"nat" default:"zone" differs:"replicas"`

	// InterfaceEndpoints are the AWS services that are reached without leaving the VPC.
	InterfaceEndpoints []topology.Endpoint `key:"interfaceEndpoints" default:"[\"sqs\",\"secretsmanager\",\"ecr.api\",\"ecr.dkr\",\"sts\",\"logs\",\"ec2\",\"kms\",\"ssm\",\"eks\",\"eks-auth\"]"`

	// ReservedCIDRs are networks that the VPC may have to be connected with (offices, other environments,
	// payment providers), so that its block must not overlap them.
	ReservedCIDRs []CIDR `key:"reservedCidrs" default:"[]" differs:"domain"`

	// PublicAccess is whether this stack blocks access from the internet to every VPC of the account in this
	// region (VPC Block Public Access). There is no default, since it reaches beyond the environment:
	// one environment of an account and region owns the switch, the others leave it alone.
	PublicAccess topology.PublicAccess `key:"publicAccess" differs:"owner"`

	// ForeignBuckets are buckets of other accounts, in this region, that workloads of the network may use: feeds of
	// products, exports, archives of logs. All others are refused on the way, whatever a role may do. Those of the own
	// account need not be named.
	ForeignBuckets []ForeignBucket `key:"foreignBuckets" default:"[]" differs:"domain"`

	// ProtectNetwork makes Pulumi refuse to delete the VPC, its subnets and security groups, the addresses of its NAT
	// gateways, the record of its traffic and the hosted zones that were made. Only an environment that is made to be
	// thrown away may go without. A zone or a NAT gateway that the settings give up is unprotected by hand before
	// (docs/operations.md).
	ProtectNetwork bool `key:"protectNetwork" default:"true" differs:"purpose"`

	// FlowLogRetentionDays is how long the record of the VPC's connections is kept.
	FlowLogRetentionDays RetentionDays `key:"flowLogRetentionDays" default:"365"`

	// DomainName is the main DNS domain of the environment. The shop's host names are this domain, one of
	// additionalDomains, or one label below.
	DomainName HostName `key:"domainName" differs:"domain"`

	// HostedZoneID is the public hosted zone of that domain. One that is there already is given by its id, or looked up
	// by the domain's name. One that is made here has name servers, in the outputs, that must be entered in the parent
	// domain.
	HostedZoneID HostedZone `key:"hostedZoneId" default:"make" differs:"domain"`

	// AdditionalDomains are further domains of the shop, such as one for each country, each with a zone as
	// hostedZoneId. The certificates cover all of them; from the sixth domain on, ACM's quota of names of a certificate,
	// which is 10, has to be raised first, here and in us-east-1.
	AdditionalDomains []Domain `key:"additionalDomains" default:"[]" differs:"domain"`

	// CAARecords is which domains get a record that lets only Amazon, and certificateAuthorities, issue certificates for
	// them and every name below: all of them, or those whose zone is made here. A zone that was there already may have
	// such a record, which is not overwritten but an error, and other owners' names below that need other authorities.
	// A standby, whose primary has the records, leaves them alone with made.
	CAARecords CAARecords `key:"caaRecords" default:"all" differs:"owner"`

	// CertificateAuthorities are those besides Amazon that may issue certificates, by the name they have in CAA records,
	// such as letsencrypt.org.
	CertificateAuthorities []HostName `key:"certificateAuthorities" default:"[]" differs:"domain"`

	// CAAReportAddress is the mail address that authorities write to when they have refused a certificate. It
	// is public. Amazon does not write.
	CAAReportAddress string `key:"caaReportAddress" default:"" differs:"domain" allowed:"a mail address, or nothing"`
}

// LoadNetworking reads and checks the settings of magento-networking.
func LoadNetworking(config Config) (Networking, error) {
	return load[Networking](config, naming.ProjectNetworking)
}

// Plan is the address plan of the VPC.
func (s Networking) Plan() (topology.Plan, error) { return topology.NewPlan(s.VPCCIDR.Prefix, s.Zones) }

func (s Networking) rules() []rule {
	key := func(name string) string { return naming.ProjectNetworking + ":" + name }
	vpc, zones := s.VPCCIDR.String(), strings.Join(s.Zones, ", ")
	return append(append(s.AWS.rules(), s.domainRules()...),
		rule{[]string{key("vpcCidr")}, func() []Problem {
			return messages(key("vpcCidr"), vpc, topology.CheckVPC(s.VPCCIDR.Prefix))
		}},
		rule{[]string{key("vpcCidr"), key("reservedCidrs")}, func() []Problem {
			return messages(key("vpcCidr"), vpc, topology.CheckOverlap(s.VPCCIDR.Prefix, s.reserved()))
		}},
		rule{[]string{key("zones"), regionKey}, func() []Problem {
			return messages(key("zones"), zones, topology.CheckZones(string(s.Region), s.Zones))
		}},
		rule{[]string{key("foreignBuckets"), accountKey}, func() []Problem { return s.bucketProblems(key("foreignBuckets")) }},
		rule{[]string{key("interfaceEndpoints"), key("nat")}, func() []Problem { return s.endpointProblems(key("interfaceEndpoints")) }},
	)
}

func (s Networking) reserved() []netip.Prefix {
	var blocks []netip.Prefix
	for _, block := range s.ReservedCIDRs {
		blocks = append(blocks, block.Prefix)
	}
	return blocks
}

// endpointProblems refuses endpoints that are named twice, and a network without NAT in which a node cannot reach
// what it needs to join its cluster.
func (s Networking) endpointProblems(key string) []Problem {
	var problems []Problem
	seen := map[topology.Endpoint]bool{}
	for _, endpoint := range s.InterfaceEndpoints {
		if seen[endpoint] {
			problems = append(problems, Problem{key, string(endpoint), "named twice"})
		}
		seen[endpoint] = true
	}
	if s.NAT != topology.NATNone {
		return problems
	}
	for _, endpoint := range topology.DefaultEndpoints() {
		if !seen[endpoint] {
			problems = append(problems, Problem{key, string(endpoint), "missing; nodes without NAT need it to join the cluster"})
		}
	}
	return problems
}
