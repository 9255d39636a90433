package topology

// Group is a security group of the VPC. Which may open a connection to which is written in Flows, Entries
// and Exits; everything else is refused, because security groups only allow.
type Group string

// The groups, each named after what it is attached to.
const (
	GroupLoadBalancer Group = "load-balancer"
	GroupNodes        Group = "nodes"
	GroupDatabase     Group = "database"
	GroupCache        Group = "cache"
	GroupSearch       Group = "search"
	GroupQueue        Group = "queue"
	GroupEndpoints    Group = "endpoints"
	GroupQuarantine   Group = "quarantine"
	GroupRotation     Group = "rotation"
)

// The ports that the groups listen on.
const (
	MagentoPort = 8080 // nginx, in Magento's pods
	MySQLPort   = 3306 // Aurora
	RedisPort   = 6379 // ElastiCache, TLS on the same port
	HTTPSPort   = 443  // the load balancer, OpenSearch, RabbitMQ's API and AWS's services
	AMQPSPort   = 5671 // Amazon MQ; the plain 5672 is closed
	PoolPort    = 6033 // ProxySQL, in its pods
	MailPort    = 465  // SES, TLS from the first byte (docs/decisions/0098-mails-leave-through-an-endpoint.md)
)

// Groups are all security groups, in a stable order.
func Groups() []Group {
	return []Group{
		GroupLoadBalancer, GroupNodes, GroupDatabase, GroupCache, GroupSearch, GroupQueue, GroupEndpoints,
		GroupQuarantine, GroupRotation,
	}
}

// Description says what a group is for. AWS cannot change a group's description in place: another
// sentence here replaces the group (EC2 API Reference, CreateSecurityGroup).
func (g Group) Description() string {
	switch g {
	case GroupLoadBalancer:
		return "The internal load balancer, reached through CloudFront only"
	case GroupNodes:
		return "Nodes of the cluster and the pods on them"
	case GroupDatabase:
		return "Aurora"
	case GroupCache:
		return "ElastiCache"
	case GroupSearch:
		return "OpenSearch"
	case GroupQueue:
		return "Amazon MQ"
	case GroupEndpoints:
		return "Interface endpoints of AWS services"
	case GroupQuarantine:
		// New connections end at once; those that are already tracked live on until they close
		// (EC2 User Guide, "Security group connection tracking"), so isolation must end them too.
		return "Isolated instances, without any rule"
	case GroupRotation:
		return "The function that rotates credentials"
	default:
		return ""
	}
}

// Flow allows TCP connections between two groups: an egress rule at From and an ingress rule at To.
type Flow struct {
	From, To    Group
	Port        int
	Description string
}

// Flows are all connections between groups. Two are absent on purpose: pods reach each other, and the
// control plane reaches them, through the cluster's own security group, which EKS attaches to nodes
// beside ours; and nothing in the data tier opens a connection, so its groups have no egress.
func Flows() []Flow {
	return []Flow{
		{GroupLoadBalancer, GroupNodes, MagentoPort, "Requests and health checks to Magento"},
		{GroupNodes, GroupDatabase, MySQLPort, "ProxySQL to Aurora"},
		{GroupNodes, GroupCache, RedisPort, "Sessions and cache"},
		{GroupNodes, GroupSearch, HTTPSPort, "Catalogue search"},
		{GroupNodes, GroupQueue, AMQPSPort, "Message queues"},
		{GroupNodes, GroupQueue, HTTPSPort, "API of the queues, which makes their users"},
		{GroupNodes, GroupEndpoints, HTTPSPort, "AWS services through interface endpoints"},
		{GroupNodes, GroupEndpoints, MailPort, "Mails to SES through its interface endpoint"},
		{GroupRotation, GroupDatabase, MySQLPort, "New passwords of the users of Aurora"},
		{GroupRotation, GroupNodes, PoolPort, "Whether each ProxySQL knows a new password"},
		{GroupRotation, GroupCache, RedisPort, "New tokens of sessions and cache"},
		{GroupRotation, GroupSearch, HTTPSPort, "New passwords of the users of the search"},
		{GroupRotation, GroupQueue, HTTPSPort, "API of the queues, for new passwords"},
		{GroupRotation, GroupQueue, AMQPSPort, "Logins to the queues with new passwords"},
		{GroupRotation, GroupEndpoints, HTTPSPort, "Secrets Manager and the API of ElastiCache"},
	}
}

// OriginFacing is the prefix list of the servers from which CloudFront calls origins, maintained by AWS.
// CloudFront's VPC origins are to be admitted by it (CloudFront Developer Guide, "Restrict access with
// VPC origins"). It weighs 55 of the 60 rules that a group has by default (same guide, "Locations and IP
// address ranges of CloudFront edge servers"): the load balancer's group has room for no second one.
const OriginFacing = "com.amazonaws.global.cloudfront.origin-facing"

// Entry allows TCP connections from outside the VPC to a group: from the servers of a prefix list.
type Entry struct {
	PrefixList  string
	To          Group
	Port        int
	Description string
}

// Entries are all ways into the VPC: the edge, and nothing else.
func Entries() []Entry {
	return []Entry{{OriginFacing, GroupLoadBalancer, HTTPSPort, "CloudFront, through a VPC origin"}}
}

// Exit is which addresses outside the VPC a group may open TCP connections to.
type Exit struct {
	From        Group
	CIDR        string
	Port        int
	Description string
}

// Exits are all ways out of the VPC that these groups open. A node has EKS's own group beside them, which opens
// more (docs/architecture.md). Payment providers and registries publish no stable addresses, so the
// nodes' HTTPS goes anywhere; S3 through its gateway endpoint needs the same rule, its addresses being
// public. DNS, instance metadata and time need no rule: security groups do not
// filter them (VPC User Guide, "Control traffic to your AWS resources using security groups").
func Exits() []Exit {
	return []Exit{{GroupNodes, "0.0.0.0/0", HTTPSPort, "Payment providers, image registries and S3"}}
}
