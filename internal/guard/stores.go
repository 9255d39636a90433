package guard

import (
	"fmt"
	"slices"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/data/cache/sizing"
)

func storeControls() []Control {
	return []Control{
		{"failover", "RDS.5, RDS.15, ElastiCache.3: another zone takes over", checkFailover},
		{"database-observed", "RDS.6, RDS.12, RDS.17, RDS.24", checkDatabase},
		{"cache-hardened", "ElastiCache.1, ElastiCache.2, ElastiCache.6, ElastiCache.7", checkCaches},
		{"search-hardened", "Opensearch.4, Opensearch.5, Opensearch.7, Opensearch.10", checkSearch},
		{"queue-hardened", "MQ.2, MQ.3", require(
			requirement{queueType, "logs.general", true, "writes no log"},
			requirement{queueType, "autoMinorVersionUpgrade", true, "keeps old versions"},
		)},
		{"buckets-logged", "S3.9", checkBucketsLogged},
		{"buckets-expire", "S3.10, S3.13", func(g *graph) []Violation {
			return checkBuckets(g, "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
				"rules.0.noncurrentVersionExpiration.noncurrentDays", nil)
		}},
		{"vault-locked", "AWS Backup Developer Guide, \"AWS Backup Vault Lock\"", checkVaults},
	}
}

// checkFailover wants two instances of each cluster in different zones, the second as large as the first whenever
// it must take over.
func checkFailover(g *graph) []Violation {
	found := require(
		requirement{cacheType, "automaticFailoverEnabled", true, "does not fail over"},
		requirement{cacheType, "multiAzEnabled", true, "is in one zone"},
	)(g)
	for _, cluster := range g.of("aws:rds/cluster:Cluster") {
		var zones []any
		for _, instance := range g.referring("aws:rds/clusterInstance:ClusterInstance", "clusterIdentifier", at(cluster, "clusterIdentifier")) {
			if tier, _ := at(instance, "promotionTier").(float64); tier <= 1 {
				zones = append(zones, at(instance, "availabilityZone"))
			}
		}
		if len(zones) < 2 || slices.Contains(zones, nil) || zones[0] == zones[1] {
			found = append(found, Violation{URN: cluster.URN, Problem: fmt.Sprintf("has no instance in another zone that is ready to take over: %v", zones)})
		}
	}
	return found
}

func checkDatabase(g *graph) []Violation {
	found := require(
		requirement{"aws:rds/clusterInstance:ClusterInstance", "monitoringInterval", float64(60), "is not monitored by the minute"},
		requirement{"aws:rds/clusterInstance:ClusterInstance", "copyTagsToSnapshot", true, "loses its tags in snapshots"},
		requirement{"aws:rds/cluster:Cluster", "iamDatabaseAuthenticationEnabled", true, "knows no IAM authentication"},
	)(g)
	for _, cluster := range g.of("aws:rds/cluster:Cluster") {
		// A secondary of a Global Database has its primary's administrator.
		secondary := at(cluster, "globalClusterIdentifier") != nil
		if name := at(cluster, "masterUsername"); name != "magento_admin" && !(secondary && name == nil) {
			found = append(found, Violation{URN: cluster.URN, Problem: fmt.Sprintf("has an administrator that everybody can guess: %v", name)})
		}
	}
	return found
}

func checkCaches(g *graph) []Violation {
	found := require(
		requirement{cacheType, "authToken", nil, "asks for no password"},
		requirement{cacheType, "autoMinorVersionUpgrade", true, "keeps old versions"},
		requirement{cacheType, "subnetGroupName", nil, "is in the default subnets"},
		requirement{cacheType, "clusterMode", "disabled", "spreads keys that Magento uses together"},
	)(g)
	for _, group := range g.of(cacheType) {
		if days, _ := at(group, "snapshotRetentionLimit").(float64); days < sizing.MinSnapshotRetentionDays {
			found = append(found, Violation{URN: group.URN, Problem: fmt.Sprintf("keeps snapshots for %v days", days)})
		}
	}
	return found
}

func checkSearch(g *graph) []Violation {
	found := require(
		requirement{searchType, "advancedSecurityOptions.enabled", true, "has no access control of its own"},
		requirement{searchType, "advancedSecurityOptions.anonymousAuthEnabled", false, "lets anonymous users in"},
		requirement{searchType, "softwareUpdateOptions.autoSoftwareUpdateEnabled", true, "keeps old software"},
	)(g)
	for _, domain := range g.of(searchType) {
		options, _ := at(domain, "logPublishingOptions").([]any)
		for _, log := range []string{"ES_APPLICATION_LOGS", "AUDIT_LOGS"} {
			if !slices.ContainsFunc(options, func(o any) bool { return within(o, "logType") == log && within(o, "enabled") == true }) {
				found = append(found, Violation{URN: domain.URN, Problem: "does not write " + log})
			}
		}
	}
	return found
}

// checkBucketsLogged wants every bucket's requests recorded in another, except those that take the records.
func checkBucketsLogged(g *graph) []Violation {
	var found []Violation
	for _, bucket := range g.of(bucketType) {
		if !g.takesLogs(bucket) && len(g.referring(bucketLogging, "bucket", bucket.ID)) != 1 {
			found = append(found, Violation{URN: bucket.URN, Problem: "does not record who reads it"})
		}
	}
	return found
}

func checkVaults(g *graph) []Violation {
	var found []Violation
	for _, vault := range g.of("aws:backup/vault:Vault") {
		for kind, problem := range map[string]string{
			"aws:backup/vaultLockConfiguration:VaultLockConfiguration": "is not locked",
			"aws:backup/vaultPolicy:VaultPolicy":                       "lets backups be deleted",
			"aws:backup/plan:Plan":                                     "is filled by no plan",
		} {
			if !slices.ContainsFunc(g.of(kind), func(r plan.Resource) bool {
				name := at(vault, "name")
				return at(r, "backupVaultName") == name || at(r, "rules.0.targetVaultName") == name
			}) {
				found = append(found, Violation{URN: vault.URN, Problem: problem})
			}
		}
	}
	return found
}
