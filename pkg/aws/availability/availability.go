// Package availability knows in which regions and zones AWS serves what an environment is made of, and which roles must
// exist before the first environment of an account: what would otherwise be found layers later, when zones can no longer be
// changed.
package availability

import "slices"

// regions are where CloudFront takes VPC origins, the narrowest of what an environment needs (CloudFront Developer Guide,
// "Supported AWS Regions for VPC origins", and "Supported Regions for CloudFront VPC Origins service-linked roles", 2026),
// without ca-west-1 and il-central-1, whose authorities of RDS pkg/data/aurora/cabundle does not have: no plan could be made.
var regions = []string{
	"af-south-1",
	"ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4",
	"ca-central-1",
	"eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3",
	"me-central-1", "me-south-1",
	"sa-east-1",
	"us-east-1", "us-east-2", "us-west-1", "us-west-2",
}

// Regions lists where an environment can be.
func Regions() []string { return slices.Clone(regions) }

// InRegion reports whether an environment can be in a region.
func InRegion(region string) bool { return slices.Contains(regions, region) }

// exceptions are zones of those regions that a service does not take subnets in, by their ids: a zone's name stands for
// another zone in every account.
var exceptions = []struct {
	service string
	zones   []string
}{
	// EKS User Guide, "View Amazon EKS networking requirements for VPC and subnets".
	{"EKS, for a control plane", []string{"cac1-az3", "use1-az3", "usw1-az2"}},
	// CloudFront Developer Guide, "Supported AWS Regions for VPC origins".
	{"CloudFront, for a VPC origin", []string{"apne1-az3", "cac1-az3", "use1-az3", "usw1-az2"}},
}

// WithoutZone lists the services that do not take subnets in a zone, by the zone's id.
func WithoutZone(id string) []string {
	var services []string
	for _, e := range exceptions {
		if slices.Contains(e.zones, id) {
			services = append(services, e.service)
		}
	}
	return services
}

// Zones lists every zone that a service does not take.
func Zones() []string {
	var ids []string
	for _, e := range exceptions {
		ids = append(ids, e.zones...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Role is a role of a service that an account has once, and without which the service makes nothing.
type Role struct {
	Service string // as `aws iam create-service-linked-role` wants it
	Name    string
	Types   []string // of the resources that need it

	// Setting is the key of the setting by which an environment makes it; empty where none does.
	Setting string
}

// Roles returns those that an environment needs. Each service makes its own for a caller that may make roles, except
// OpenSearch's within a VPC and EC2's for spot, which must be there before (Amazon RDS User Guide, ElastiCache User Guide,
// OpenSearch Service Developer Guide and EC2 User Guide, "Using service-linked roles" or "Service-linked role for Spot
// Instance requests").
func Roles() []Role {
	return []Role{
		{Service: "rds.amazonaws.com", Name: "AWSServiceRoleForRDS", Types: []string{"aws:rds/cluster:Cluster"}},
		{Service: "elasticache.amazonaws.com", Name: "AWSServiceRoleForElastiCache", Types: []string{"aws:elasticache/replicationGroup:ReplicationGroup"}},
		{
			Service: "opensearchservice.amazonaws.com", Name: "AWSServiceRoleForAmazonOpenSearchService", Types: []string{"aws:opensearch/domain:Domain"},
			Setting: "magento-data:searchServiceLinkedRole",
		},
		{
			Service: "spot.amazonaws.com", Name: "AWSServiceRoleForEC2Spot", Types: []string{"kubernetes:karpenter.sh/v1:NodePool"},
			Setting: "magento-compute:spotServiceLinkedRole",
		},
	}
}

// BackupTypes are the kinds of resources that AWS Backup leaves alone, though a plan names them, until the region's
// settings opt in to them, with the service in the ARNs of what they are (AWS Backup Developer Guide, "Service opt-in").
func BackupTypes() map[string]string { return map[string]string{"Aurora": "rds", "S3": "s3"} }
