package guard

import "fmt"

const (
	bucketType   = "aws:s3/bucketV2:BucketV2"
	bucketPolicy = "aws:s3/bucketPolicy:BucketPolicy"
)

func encryptionControls() []Control {
	return []Control{
		{"stores-encrypted", "Foundational Security Best Practices RDS.27, S3.17, ElastiCache.4, EKS.3, EC2.181; with keys of ours", require(
			requirement{"aws:rds/cluster:Cluster", "storageEncrypted", true, "is not encrypted"},
			requirement{"aws:rds/cluster:Cluster", "kmsKeyId", nil, "is not encrypted with a key of ours"},
			requirement{"aws:secretsmanager/secret:Secret", "kmsKeyId", nil, "is not encrypted with a key of ours"},
			requirement{"aws:cloudwatch/logGroup:LogGroup", "kmsKeyId", nil, "is not encrypted with a key of ours"},
			requirement{"aws:ec2/launchTemplate:LaunchTemplate", "blockDeviceMappings.0.ebs.encrypted", "true", "launches unencrypted volumes"},
			requirement{"aws:ec2/launchTemplate:LaunchTemplate", "blockDeviceMappings.0.ebs.kmsKeyId", nil, "launches volumes without a key of ours"},
			requirement{"eks:index:Cluster", "encryptionConfigKeyArn", nil, "keeps Kubernetes secrets unencrypted"},
		)},
		{"buckets-encrypted", "S3.17, with keys of ours", func(g *graph) []Violation {
			return checkBuckets(g, "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
				"rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId", nil)
		}},
		{"keys-rotate", "KMS.4", require(
			requirement{"aws:kms/key:Key", "enableKeyRotation", true, "does not rotate"},
			requirement{"aws:kms/key:Key", "deletionWindowInDays", float64(30), "can be gone in less than 30 days"},
		)},
		{"tls-everywhere", "RDS.15, ELB.17, ELB.18, CloudFront.3, CloudFront.9, CloudFront.15", checkTLS},
		{"buckets-tls-only", "S3.5", checkBucketsTLSOnly},
		{"logs-end", "CloudWatch.16: a log group keeps a year, and not for ever", checkRetention},
	}
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
		requirement{"aws:lb/listener:Listener", "sslPolicy", "ELBSecurityPolicy-TLS13-1-2-2021-06", "accepts old TLS"},
		requirement{"aws:cloudfront/distribution:Distribution", "viewerCertificate.minimumProtocolVersion", "TLSv1.2_2021", "accepts old TLS"},
		requirement{"aws:cloudfront/distribution:Distribution", "viewerCertificate.acmCertificateArn", nil, "has no certificate of the shop"},
		requirement{"aws:cloudfront/vpcOrigin:VpcOrigin", "vpcOriginEndpointConfig.originProtocolPolicy", "https-only", "speaks to the load balancer without TLS"},
	)(g)
	for _, group := range g.of("aws:rds/clusterParameterGroup:ClusterParameterGroup") {
		if parameter(group, "require_secure_transport") != "ON" {
			found = append(found, Violation{URN: group.URN, Problem: "lets clients connect without TLS"})
		}
	}
	return found
}

// minRetentionDays is the year that PCI DSS asks of audit trails (PCI DSS 4.0, requirement 10.5.1).
const minRetentionDays = 365

func checkRetention(g *graph) []Violation {
	var found []Violation
	for _, group := range g.of("aws:cloudwatch/logGroup:LogGroup") {
		if days, _ := at(group, "retentionInDays").(float64); days < minRetentionDays {
			found = append(found, Violation{URN: group.URN, Problem: fmt.Sprintf("keeps logs for %v days", days)})
		}
	}
	return found
}
