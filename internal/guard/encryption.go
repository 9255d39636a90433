package guard

import (
	"fmt"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/logretention"
)

const (
	bucketType    = "aws:s3/bucketV2:BucketV2"
	bucketPolicy  = "aws:s3/bucketPolicy:BucketPolicy"
	bucketLogging = "aws:s3/bucketLoggingV2:BucketLoggingV2"

	cacheType  = "aws:elasticache/replicationGroup:ReplicationGroup"
	searchType = "aws:opensearch/domain:Domain"
	queueType  = "aws:mq/broker:Broker"

	balancerType   = "aws:lb/loadBalancer:LoadBalancer"
	repositoryType = "aws:ecr/repository:Repository"
	topicType      = "aws:sns/topic:Topic"
)

func encryptionControls() []Control {
	return []Control{
		{"stores-encrypted", "Foundational Security Best Practices RDS.27, S3.17, ElastiCache.4, EKS.3, EC2.181, SNS.1; with keys of ours", require(
			requirement{"aws:rds/cluster:Cluster", "storageEncrypted", true, "is not encrypted"},
			requirement{"aws:rds/cluster:Cluster", "kmsKeyId", nil, "is not encrypted with a key of ours"},
			requirement{"aws:secretsmanager/secret:Secret", "kmsKeyId", nil, "is not encrypted with a key of ours"},
			requirement{"aws:cloudwatch/logGroup:LogGroup", "kmsKeyId", nil, "is not encrypted with a key of ours"},
			requirement{cacheType, "atRestEncryptionEnabled", true, "is not encrypted"},
			requirement{cacheType, "kmsKeyId", nil, "is not encrypted with a key of ours"},
			requirement{searchType, "encryptAtRest.enabled", true, "is not encrypted"},
			requirement{searchType, "encryptAtRest.kmsKeyId", nil, "is not encrypted with a key of ours"},
			requirement{queueType, "encryptionOptions.kmsKeyId", nil, "is not encrypted with a key of ours"},
			requirement{queueType, "encryptionOptions.useAwsOwnedKey", false, "is not encrypted with a key of ours"},
			requirement{"aws:backup/vault:Vault", "kmsKeyArn", nil, "is not encrypted with a key of ours"},
			requirement{"aws:ec2/launchTemplate:LaunchTemplate", "blockDeviceMappings.0.ebs.encrypted", "true", "launches unencrypted volumes"},
			requirement{"aws:ec2/launchTemplate:LaunchTemplate", "blockDeviceMappings.0.ebs.kmsKeyId", nil, "launches volumes without a key of ours"},
			requirement{"eks:index:Cluster", "encryptionConfigKeyArn", nil, "keeps Kubernetes secrets unencrypted"},
			requirement{repositoryType, "encryptionConfigurations.0.kmsKey", nil, "is not encrypted with a key of ours"},
			requirement{topicType, "kmsMasterKeyId", nil, "is not encrypted with a key of ours"},
		)},
		{"buckets-encrypted", "S3.17, with keys of ours", checkBucketsEncrypted},
		{"keys-rotate", "KMS.4", require(
			requirement{"aws:kms/key:Key", "enableKeyRotation", true, "does not rotate"},
			requirement{"aws:kms/key:Key", "deletionWindowInDays", float64(30), "can be gone in less than 30 days"},
		)},
		{"tls-everywhere", "ELB.17, ELB.18, CloudFront.3, CloudFront.9, CloudFront.15, ElastiCache.5, Opensearch.3, Opensearch.8", checkTLS},
		{"buckets-tls-only", "S3.5", checkBucketsTLSOnly},
		{"logs-end", "CloudWatch.16: a log group keeps a year, and not for ever", checkRetention},
	}
}

// takesLogs reports whether S3 or a load balancer delivers logs to the bucket. Neither can deliver them to one with a key
// of ours (S3 User Guide, "Enabling Amazon S3 server access logging"; Application Load Balancers, "Enable access logs").
func (g *graph) takesLogs(bucket plan.Resource) bool {
	return len(g.referring(bucketLogging, "targetBucket", bucket.ID)) > 0 ||
		len(g.referring(balancerType, "accessLogs.bucket", bucket.ID)) > 0
}

// checkBucketsEncrypted wants a key of ours for every bucket but those that logs are delivered to.
func checkBucketsEncrypted(g *graph) []Violation {
	const (
		encryption = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
		byDefault  = "rules.0.applyServerSideEncryptionByDefault."
	)
	var found []Violation
	for _, bucket := range g.of(bucketType) {
		configurations := g.referring(encryption, "bucket", bucket.ID)
		switch {
		case len(configurations) != 1:
			found = append(found, Violation{URN: bucket.URN, Problem: "is not encrypted"})
		case at(configurations[0], byDefault+"kmsMasterKeyId") == nil && !g.takesLogs(bucket):
			found = append(found, Violation{URN: bucket.URN, Problem: "is not encrypted with a key of ours"})
		case at(configurations[0], byDefault+"sseAlgorithm") == nil:
			found = append(found, Violation{URN: bucket.URN, Problem: "is not encrypted"})
		}
	}
	return found
}

// checkBuckets wants every bucket to have the companion resource with the given input.
func checkBuckets(g *graph, companion, path string, want any) []Violation {
	var found []Violation
	for _, bucket := range g.of(bucketType) {
		companions := g.referring(companion, "bucket", bucket.ID)
		if len(companions) != 1 {
			found = append(found, Violation{URN: bucket.URN, Problem: fmt.Sprintf("has %d of %s, not one", len(companions), companion)})
			continue
		}
		got := at(companions[0], path)
		if want == nil && got == nil || want != nil && got != want {
			found = append(found, Violation{URN: companions[0].URN, Problem: fmt.Sprintf("%s is %v", path, got)})
		}
	}
	return found
}

func checkBucketsTLSOnly(g *graph) []Violation {
	var found []Violation
	for _, bucket := range g.of(bucketType) {
		secure := false
		for _, policy := range g.referring(bucketPolicy, "bucket", bucket.ID) {
			for _, s := range statementsOf(at(policy, "policy")) {
				secure = secure || s.Effect == "Deny" && s.anyone() && s.has("s3:*") &&
					fmt.Sprint(s.Condition["Bool"]["aws:SecureTransport"]) == "[false]" && len(s.Resource) == 2
			}
		}
		if !secure {
			found = append(found, Violation{URN: bucket.URN, Problem: "answers requests without TLS"})
		}
	}
	return found
}

func checkTLS(g *graph) []Violation {
	found := require(
		requirement{"aws:lb/listener:Listener", "protocol", "HTTPS", "listens without TLS"},
		requirement{"aws:lb/listener:Listener", "sslPolicy", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", "accepts old TLS"},
		requirement{"aws:cloudfront/distribution:Distribution", "viewerCertificate.minimumProtocolVersion", "TLSv1.2_2021", "accepts old TLS"},
		requirement{"aws:cloudfront/distribution:Distribution", "viewerCertificate.acmCertificateArn", nil, "has no certificate of the shop"},
		requirement{cacheType, "transitEncryptionEnabled", true, "lets clients connect without TLS"},
		requirement{cacheType, "transitEncryptionMode", "required", "lets clients connect without TLS"},
		requirement{searchType, "domainEndpointOptions.enforceHttps", true, "answers without TLS"},
		requirement{searchType, "domainEndpointOptions.tlsSecurityPolicy", "Policy-Min-TLS-1-2-PFS-2023-10", "accepts old TLS"},
		requirement{searchType, "nodeToNodeEncryption.enabled", true, "does not encrypt between its nodes"},
		requirement{"aws:cloudfront/vpcOrigin:VpcOrigin", "vpcOriginEndpointConfig.originProtocolPolicy", "https-only", "speaks to the load balancer without TLS"},
	)(g)
	for _, group := range g.of("aws:rds/clusterParameterGroup:ClusterParameterGroup") {
		if parameter(group, "require_secure_transport") != "ON" {
			found = append(found, Violation{URN: group.URN, Problem: "lets clients connect without TLS"})
		}
	}
	return found
}

func checkRetention(g *graph) []Violation {
	var found []Violation
	for _, group := range g.of("aws:cloudwatch/logGroup:LogGroup") {
		if days, _ := at(group, "retentionInDays").(float64); days < logretention.MinDays {
			found = append(found, Violation{URN: group.URN, Problem: fmt.Sprintf("keeps logs for %v days", days)})
		}
	}
	return found
}
