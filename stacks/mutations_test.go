package stacks_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/guard"
	"github.com/magestack/magestack/internal/plan"
)

// mutation is a mistake that could be made, and the control that must notice it.
type mutation struct {
	control string
	mistake string
	kind    string // the type that it is made on
	make    func(r *plan.Resource)
}

// set puts a value at a path of the inputs, such as "rules.0.status".
func set(path string, value any) func(*plan.Resource) {
	return func(r *plan.Resource) {
		steps := strings.Split(path, ".")
		var at any = r.Inputs
		for _, step := range steps[:len(steps)-1] {
			switch v := at.(type) {
			case map[string]any:
				at = v[step]
			case []any:
				at = v[int(step[0]-'0')]
			}
		}
		at.(map[string]any)[steps[len(steps)-1]] = value
	}
}

func unset(path string) func(*plan.Resource) { return set(path, nil) }

func unprotect(r *plan.Resource) { r.Protect = false }

// gone takes the resource out of the graph, as if nobody had made it.
func gone(r *plan.Resource) { r.Type = "" }

// replaced changes a text inside an input.
func replaced(input, old, now string) func(*plan.Resource) {
	return func(r *plan.Resource) {
		text, _ := r.Inputs[input].(string)
		r.Inputs[input] = strings.Replace(text, old, now, 1)
	}
}

func mutations() []mutation {
	return slices.Concat(resourceMutations(), identityMutations(), nodeMutations(), ingressMutations(), cachingMutations(), gitopsMutations(), logMutations(), mailMutations(), rotationMutations())
}

func resourceMutations() []mutation {
	const (
		database     = "aws:rds/cluster:Cluster"
		bucket       = "aws:s3/bucketV2:BucketV2"
		distribution = "aws:cloudfront/distribution:Distribution"
		template     = "aws:ec2/launchTemplate:LaunchTemplate"
		listener     = "aws:lb/listener:Listener"
		balancer     = "aws:lb/loadBalancer:LoadBalancer"
		bucketPolicy = "aws:s3/bucketPolicy:BucketPolicy"
		parameters   = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
		noParameters = "parameters"
		cacheGroup   = "aws:elasticache/replicationGroup:ReplicationGroup"
		searchDomain = "aws:opensearch/domain:Domain"
		broker       = "aws:mq/broker:Broker"
	)
	return []mutation{
		{"parents", "a child without a parent", bucket, func(r *plan.Resource) { r.Parent = "" }},
		{"parents", "a child of the stack", bucket, func(r *plan.Resource) {
			r.Parent = "urn:pulumi:production::magento-data::pulumi:pulumi:Stack::magento-data-production"
		}},
		{"parents", "a child that is not named after its component", bucket, func(r *plan.Resource) { r.Name = "thing" }},
		{"providers", "the default provider", bucket, func(r *plan.Resource) { r.Provider = "" }},
		{"providers", "a provider for any account", "pulumi:providers:aws", unset("allowedAccountIds")},
		{"tags", "a provider without tags", "pulumi:providers:aws", unset("defaultTags")},
		{"tags", "the tags of another environment", "pulumi:providers:aws", set("defaultTags.tags.environment", "staging")},
		{"tags", "volumes without tags", template, unset("tagSpecifications")},
		{"name-lengths", "a load balancer's name that leaves no room", balancer, func(r *plan.Resource) { r.Name = strings.Repeat("x", 25) }},
		{"name-lengths", "a search's name of 29 characters", searchDomain, set("domainName", strings.Repeat("x", 29))},
		{"name-lengths", "a role's name that leaves no room", "aws:iam/role:Role", func(r *plan.Resource) { r.Name = strings.Repeat("x", 60) }},
		{"stores-encrypted", "an unencrypted database", database, set("storageEncrypted", false)},
		{"stores-encrypted", "a database with AWS's key", database, unset("kmsKeyId")},
		{"stores-encrypted", "a secret with AWS's key", "aws:secretsmanager/secret:Secret", unset("kmsKeyId")},
		{"stores-encrypted", "a log group without a key", "aws:cloudwatch/logGroup:LogGroup", unset("kmsKeyId")},
		{"stores-encrypted", "unencrypted volumes", template, set("blockDeviceMappings.0.ebs.encrypted", "false")},
		{"stores-encrypted", "unencrypted Kubernetes secrets", "eks:index:Cluster", unset("encryptionConfigKeyArn")},
		{"buckets-encrypted", "a bucket with S3's key", "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", gone},
		{"keys-rotate", "a key that stays the same", "aws:kms/key:Key", set("enableKeyRotation", false)},
		{"keys-rotate", "a key that is gone in a week", "aws:kms/key:Key", set("deletionWindowInDays", float64(7))},
		{"tls-everywhere", "a listener for HTTP", listener, set("protocol", "HTTP")},
		{"tls-everywhere", "an old TLS policy", listener, set("sslPolicy", "ELBSecurityPolicy-2016-08")},
		{"tls-everywhere", "an old protocol for viewers", distribution, set("viewerCertificate.minimumProtocolVersion", "TLSv1")},
		{"tls-everywhere", "HTTP to the load balancer", "aws:cloudfront/vpcOrigin:VpcOrigin", set("vpcOriginEndpointConfig.originProtocolPolicy", "http-only")},
		{"tls-everywhere", "unencrypted database connections", parameters, unset(noParameters)},
		{"buckets-tls-only", "a bucket that answers HTTP", bucketPolicy, replaced("policy", "aws:SecureTransport", "aws:Other")},
		{"buckets-tls-only", "a bucket without a policy", bucketPolicy, gone},
		{"logs-end", "logs for a week", "aws:cloudwatch/logGroup:LogGroup", set("retentionInDays", float64(7))},
		{"logs-end", "logs for ever", "aws:cloudwatch/logGroup:LogGroup", unset("retentionInDays")},
		{"nothing-public", "a public database", "aws:rds/clusterInstance:ClusterInstance", set("publiclyAccessible", true)},
		{"nothing-public", "public addresses", "aws:ec2/subnet:Subnet", set("mapPublicIpOnLaunch", true)},
		{"nothing-public", "a public load balancer", balancer, set("internal", false)},
		{"nothing-public", "a public Kubernetes API", "eks:index:Cluster", set("endpointPublicAccess", true)},
		{"buckets-private", "public ACLs", "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", set("blockPublicAcls", false)},
		{"buckets-private", "no block at all", "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", gone},
		{"buckets-private", "ACLs", "aws:s3/bucketOwnershipControls:BucketOwnershipControls", set("rule.objectOwnership", "ObjectWriter")},
		{"rules-named", "a rule that nobody explained", egressRule, unset("description")},
		{"rules-named", "a rule for the internet", ingressRule, set("cidrIpv4", "0.0.0.0/0")},
		{"rules-named", "a rule inside a group", "aws:ec2/securityGroup:SecurityGroup", set("ingress", []any{map[string]any{}})},
		{"routes", "a way out of the data subnets", "aws:ec2/routeTableAssociation:RouteTableAssociation", gone},
		{"instances-hardened", "IMDSv1", template, set("metadataOptions.httpTokens", "optional")},
		{"instances-hardened", "pods with the node's credentials", template, set("metadataOptions.httpPutResponseHopLimit", float64(2))},
		{"load-balancer-hardened", "invalid headers", balancer, set("dropInvalidHeaderFields", false)},
		{"secrets-hidden", "a password in the plan", database, set("masterPassword", "hunter2")},
		{"secrets-hidden", "a secret in the plan", "aws:secretsmanager/secretVersion:SecretVersion", set("secretString", "hunter2")},
		{"data-protected", "a database that can be deleted", database, set("deletionProtection", false)},
		{"data-protected", "a bucket that can be deleted", bucket, func(r *plan.Resource) { r.Protect = false }},
		{"data-protected", "a bucket that is emptied first", bucket, set("forceDestroy", true)},
		{"data-protected", "a secret whose value may go", "aws:secretsmanager/secretVersion:SecretVersion", unprotect},
		{"data-protected", "a value that follows the settings, and cannot go", "aws:secretsmanager/secretVersion:SecretVersion", func(r *plan.Resource) { r.Protect, r.IgnoreChanges = true, nil }},
		{"data-protected", "a bucket whose fence may go", bucketPolicy, unprotect},
		{"data-protected", "a bucket whose block of public access may go", "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", unprotect},
		{"data-protected", "a bucket whose versions may go", "aws:s3/bucketVersioningV2:BucketVersioningV2", unprotect},
		{"data-protected", "a VPC that can be deleted", "aws:ec2/vpc:Vpc", unprotect},
		{"data-protected", "subnets that can be deleted", "aws:ec2/subnet:Subnet", unprotect},
		{"data-protected", "NAT addresses that can be given up", "aws:ec2/eip:Eip", unprotect},
		{"data-protected", "a cluster that can be deleted", "eks:index:Cluster", unprotect},
		{"data-protected", "a distribution that can be deleted", distribution, unprotect},
		{"data-protected", "logs that can be deleted", "aws:cloudwatch/logGroup:LogGroup", unprotect},
		{"data-protected", "a kind of which nobody has said whether it comes back", "aws:sqs/queue:Queue", func(r *plan.Resource) { r.Type = "aws:dynamodb/table:Table" }},
		{"data-protected", "a resource left behind", bucket, func(r *plan.Resource) { r.RetainOnDelete = true }},
		{"keys-held", "keys that whoever administers KMS may delete", "aws:kms/key:Key", replaced("policy", "kms:ScheduleKeyDeletion", "kms:Sign")},
		{"keys-held", "keys that whoever administers KMS may disable", "aws:kms/key:Key", replaced("policy", "kms:DisableKey", "kms:Sign")},
		{"keys-held", "a hold that every principal can take off", "aws:kms/key:Key", replaced("policy", "kms:PutKeyPolicy", "kms:Sign")},
		{"keys-held", "a hold that nobody is left out of", "aws:kms/key:Key", replaced("policy", "ArnNotEquals", "ArnEquals")},
		{"backups", "backups for a day", database, set("backupRetentionPeriod", float64(1))},
		{"backups", "no last snapshot", database, set("skipFinalSnapshot", true)},
		{"backups", "a bucket without versions", "aws:s3/bucketVersioningV2:BucketVersioningV2", set("versioningConfiguration.status", "Suspended")},
		{"audit-logs", "a database without its audit log", database, unset("enabledCloudwatchLogsExports")},
		{"audit-logs", "a cluster without its audit log", "eks:index:Cluster", set("enabledClusterLogTypes", []any{"api"})},
		{"audit-logs", "a VPC without flow logs", "aws:ec2/flowLog:FlowLog", gone},
		{"audit-logs", "an audit log that is not written", parameters, unset(noParameters)},
		{"stores-encrypted", "a cache with AWS's key", cacheGroup, unset("kmsKeyId")},
		{"stores-encrypted", "an unencrypted search", searchDomain, set("encryptAtRest.enabled", false)},
		{"stores-encrypted", "a queue with AWS's key", broker, set("encryptionOptions.useAwsOwnedKey", true)},
		{"stores-encrypted", "a vault with AWS's key", "aws:backup/vault:Vault", unset("kmsKeyArn")},
		{"tls-everywhere", "a cache that may be asked without TLS", cacheGroup, set("transitEncryptionMode", "preferred")},
		{"tls-everywhere", "a search that answers HTTP", searchDomain, set("domainEndpointOptions.enforceHttps", false)},
		{"tls-everywhere", "open words between search nodes", searchDomain, set("nodeToNodeEncryption.enabled", false)},
		{"nothing-public", "a public queue", broker, set("publiclyAccessible", true)},
		{"nothing-public", "a public search", searchDomain, unset("vpcOptions")},
		{"secrets-hidden", "the cache's password in the plan", cacheGroup, set("authToken", "hunter2")},
		{"secrets-hidden", "the queue's password in the plan", broker, set("users.0.password", "hunter2")},
		{"failover", "a database without a second instance", "aws:rds/clusterInstance:ClusterInstance", set("promotionTier", float64(15))},
		{"failover", "all instances in one zone", "aws:rds/clusterInstance:ClusterInstance", set("availabilityZone", "eu-central-1a")},
		{"failover", "a cache that does not fail over", cacheGroup, set("automaticFailoverEnabled", false)},
		{"database-observed", "instances that nobody watches", "aws:rds/clusterInstance:ClusterInstance", set("monitoringInterval", float64(0))},
		{"database-observed", "root", database, set("masterUsername", "root")},
		{"cache-hardened", "a cache without a password", cacheGroup, unset("authToken")},
		{"cache-hardened", "snapshots for a day", cacheGroup, set("snapshotRetentionLimit", float64(1))},
		{"search-hardened", "no audit log", searchDomain, unset("logPublishingOptions")},
		{"search-hardened", "anonymous searchers", searchDomain, set("advancedSecurityOptions.anonymousAuthEnabled", true)},
		{"queue-hardened", "a queue without a log", broker, set("logs.general", false)},
		{"buckets-logged", "a bucket that nobody watches", "aws:s3/bucketLoggingV2:BucketLoggingV2", gone},
		{"buckets-expire", "versions for ever", "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", unset("rules")},
		{"vault-locked", "a vault without a lock", "aws:backup/vaultLockConfiguration:VaultLockConfiguration", gone},
		{"vault-locked", "a vault that may be emptied", "aws:backup/vaultPolicy:VaultPolicy", gone},
		{"issuance-restricted", "no CAA record", recordType, gone},
		{"issuance-restricted", "wildcards open to every authority", recordType, set("records", anyList(`0 issue "amazon.com"`))},
		{"issuance-restricted", "a record that stops renewals", recordType, set("records", anyList(`0 issue "letsencrypt.org"`, `0 issuewild "letsencrypt.org"`))},
		{"edge-hardened", "no web ACL", distribution, unset("webAclId")},
		{"edge-hardened", "an answer without TLS", distribution, set("orderedCacheBehaviors.0.viewerProtocolPolicy", "allow-all")},
		{"edge-hardened", "an open origin", distribution, set("origins.0.vpcOriginConfig", nil)},
	}
}

// TestMistakesAreNoticed makes each mistake on the plan of production and wants its control to report it.
func TestMistakesAreNoticed(t *testing.T) {
	whole := planned(t, "production")
	for _, m := range mutations() {
		t.Run(m.control+" "+m.mistake, func(t *testing.T) {
			recorded := copied(whole)
			require.True(t, mutate(recorded, m), "production has no %s", m.kind)
			var noticed []string
			for _, violation := range guard.Check(recorded) {
				noticed = append(noticed, violation.Control)
			}
			assert.Contains(t, noticed, m.control)
		})
	}
}

// copied returns a plan of its own for a mutation: planning anew for each takes a hundred times as long.
func copied(recorded *plan.Environment) *plan.Environment {
	result := *recorded
	result.Stacks = slices.Clone(recorded.Stacks)
	for i := range result.Stacks {
		result.Stacks[i].Resources = slices.Clone(result.Stacks[i].Resources)
		for j := range result.Stacks[i].Resources {
			r := &result.Stacks[i].Resources[j]
			r.Inputs, _ = deeply(r.Inputs).(map[string]any)
			r.Outputs, _ = deeply(r.Outputs).(map[string]any)
			r.Dependencies, r.Providers = slices.Clone(r.Dependencies), maps.Clone(r.Providers)
		}
	}
	return &result
}

// deeply copies a value of encoding/json.
func deeply(value any) any {
	switch v := value.(type) {
	case map[string]any:
		result := make(map[string]any, len(v))
		for key, inner := range v {
			result[key] = deeply(inner)
		}
		return result
	case []any:
		result := make([]any, len(v))
		for i, inner := range v {
			result[i] = deeply(inner)
		}
		return result
	}
	return value
}

// mutate makes the mistake on the resources of its type, and reports whether there are any.
func mutate(recorded *plan.Environment, m mutation) bool {
	there := false
	for _, stack := range recorded.Stacks {
		for i := range stack.Resources {
			if stack.Resources[i].Type == m.kind {
				m.make(&stack.Resources[i])
				there = true
			}
		}
	}
	return there
}

// TestEveryControlIsTried keeps a control from being added that nothing can break.
func TestEveryControlIsTried(t *testing.T) {
	for _, control := range guard.Controls() {
		tried := slices.ContainsFunc(mutations(), func(m mutation) bool { return m.control == control.Name })
		assert.True(t, tried, "no mutation breaks the control %s", control.Name)
	}
}
