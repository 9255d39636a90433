package guard

import (
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/plan"
)

// irreplaceable are the kinds that an environment is lost with, each with what does not come back: what is protected in
// production, so that neither a destroy nor a slip takes it. A plan has to say of every kind whether it is one of these.
var irreplaceable = map[string]string{
	// what is stored, and what opens it
	"aws:rds/cluster:Cluster":                 "data",
	"aws:rds/clusterInstance:ClusterInstance": "every connection; a cluster without instances answers nobody",
	"aws:rds/globalCluster:GlobalCluster":     "the tie to the standby",
	cacheType:                                 "carts and sessions",
	searchType:                                "indices, and an hour of building them",
	queueType:                                 "messages that wait",
	keyType:                                   "everything that it has encrypted",
	"aws:secretsmanager/secret:Secret":        "a credential that nobody else has",
	secretVersionType:                         "the same; unless the settings write it again",
	bucketType:                                "objects",
	"aws:backup/vault:Vault":                  "backups",
	"aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault": "the copies that this account cannot delete",
	"aws:backup/vaultPolicy:VaultPolicy":                         "what keeps backups from being deleted",
	"aws:backup/vaultLockConfiguration:VaultLockConfiguration":   "the same",
	"aws:cloudwatch/logGroup:LogGroup":                           "the record of a year",
	repositoryType:                                               "what runs cannot be built again to the last byte",

	// what a bucket is without, is open, or cannot be restored
	"aws:s3/bucketPolicy:BucketPolicy":                                                           "the fence of a bucket that stays",
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":                                     "the same",
	"aws:s3/bucketOwnershipControls:BucketOwnershipControls":                                     "the same",
	"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": "the encryption of what is written from then on",
	"aws:s3/bucketVersioningV2:BucketVersioningV2":                                               "the way back from a deletion",
	"aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2":                     "the same",
	"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2":                       "the end of old versions, or their bill",
	"aws:s3/bucketLoggingV2:BucketLoggingV2":                                                     "the record of who read what",

	// what others know by an address or an id
	"aws:ec2/vpc:Vpc":                          "its id, which every layer and every connection to it has",
	"aws:ec2/subnet:Subnet":                    "the same",
	"aws:ec2/securityGroup:SecurityGroup":      "the same",
	"aws:ec2/eip:Eip":                          "an address that payment providers let in",
	"aws:route53/zone:Zone":                    "name servers that the parent domain has",
	"eks:index:Cluster":                        "everything in it that is in no plan",
	balancerType:                               "its ARN, which the VPC origin has",
	"aws:cloudfront/distribution:Distribution": "its name, which DNS records elsewhere have",
	"aws:cloudfront/originAccessControl:OriginAccessControl": "its id, which the distribution has",
	"aws:wafv2/webAcl:WebAcl":                                "its ARN, which the distribution has",
}

// replaceable are the kinds that the next update makes again as they were, or that follow the settings: a protection
// would only stand in the way of these. Those that end in / or : stand for all that begin with them.
var replaceable = []string{
	"pulumi:", "magento:",
	// Git and the plan have every object; the control plane holds them.
	"kubernetes:",
	// Rights and identities are as the plan says.
	"aws:iam/", "aws:eks/", "aws:ecr/lifecyclePolicy", "aws:ecr/repositoryPolicy", "aws:ecr/pullThroughCacheRule",
	"aws:ecr/repositoryCreationTemplate", "aws:sqs/", "aws:kms/alias", "aws:secretsmanager/secretRotation", "aws:lambda/",
	// Ways and rules of the network have no id that anything else knows. The addresses are the Eips'.
	"aws:ec2/defaultRouteTable", "aws:ec2/defaultSecurityGroup", "aws:ec2/flowLog", "aws:ec2/internetGateway", "aws:ec2/natGateway",
	"aws:ec2/networkAcl", "aws:ec2/route", "aws:ec2/launchTemplate", "aws:ec2/vpcBlockPublicAccess", "aws:ec2/vpcEndpoint", "aws:vpc/",
	"aws:route53/record", "aws:route53/healthCheck", "aws:acm/", "aws:lb/targetGroup", "aws:lb/listener",
	// Domains are verified again by their records, and a topic's address is in the plan.
	"aws:sesv2/", "aws:sns/",
	// Parameters, and where a store is.
	"aws:rds/clusterParameterGroup", "aws:rds/parameterGroup", "aws:rds/subnetGroup", "aws:elasticache/parameterGroup",
	"aws:elasticache/subnetGroup", "aws:elasticache/user", "aws:mq/configuration", "aws:opensearch/package",
	"aws:s3/bucketObjectv2", "aws:s3/bucketReplicationConfig",
	"aws:backup/plan", "aws:backup/selection", "aws:backup/restoreTesting", "aws:backup/regionSettings",
	"aws:cloudwatch/eventRule", "aws:cloudwatch/eventTarget", "aws:cloudwatch/logDataProtection", "aws:cloudwatch/logDelivery",
	"aws:cloudwatch/logResourcePolicy",
	// CloudFront and WAF refuse to delete what a distribution or a web ACL names (CloudFront API Reference, CachePolicyInUse,
	// FunctionInUse and their like; WAF API Reference, WAFAssociatedItemException), and the settings take some of it away.
	"aws:cloudfront/", "aws:wafv2/",
}

const secretVersionType = "aws:secretsmanager/secretVersion:SecretVersion"

// checkProtections wants everything that an environment is lost with to be protected, and nothing that follows the
// settings.
func checkProtections(g *graph) []Violation {
	var found []Violation
	for _, r := range g.resources {
		if problem := unprotected(r); problem != "" {
			found = append(found, Violation{URN: r.URN, Problem: problem})
		}
	}
	return found
}

// unprotected says what is wrong with the protection of a resource, or nothing.
func unprotected(r plan.Resource) string {
	lost, irreplaceable := irreplaceable[r.Type]
	switch {
	case r.External:
		return ""
	case !irreplaceable && !slices.ContainsFunc(replaceable, func(kind string) bool { return strings.HasPrefix(r.Type, kind) }):
		return "nobody has said whether an environment is lost with a " + r.Type + ": internal/guard/protection.go"
	case irreplaceable && !r.Protect && !followsSettings(r):
		return "is not protected, and does not come back: " + lost
	case r.Protect && followsSettings(r):
		return "is protected, and follows the settings"
	}
	return ""
}

// followsSettings are the two of an irreplaceable kind that the next update makes again: the value of a secret that no
// update leaves alone, and the distribution on which a change is tried.
func followsSettings(r plan.Resource) bool {
	switch r.Type {
	case secretVersionType:
		return !slices.Contains(r.IgnoreChanges, "secretString")
	case "aws:cloudfront/distribution:Distribution":
		return at(r, "staging") == true
	}
	return false
}
