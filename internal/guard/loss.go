package guard

import (
	"fmt"
	"strings"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/data/aurora/topology"
)

func lossControls() []Control {
	return []Control{
		{"data-protected", "production: Pulumi refuses to delete what holds data, and so does AWS (RDS.7, ELB.6)", checkProtected},
		{"keys-held", "production: one role may change, disable or delete the keys that data and backups are under (KMS.3)", checkKeysHeld},
		{"backups", "RDS.11, RDS.16, S3.14", checkBackups},
		{"audit-logs", "RDS.34, RDS.45, EKS.8, EC2.6", checkAuditLogs},
	}
}

func checkProtected(g *graph) []Violation {
	if !strings.HasPrefix(g.environment, "production") {
		return nil
	}
	found := require(
		requirement{"aws:rds/cluster:Cluster", "deletionProtection", true, "can be deleted"},
		requirement{balancerType, "enableDeletionProtection", true, "can be deleted"},
		requirement{bucketType, "forceDestroy", false, "can be deleted with what it holds"},
		requirement{repositoryType, "forceDelete", false, "can be deleted with what it holds"},
	)(g)
	found = append(found, checkProtections(g)...)
	for _, r := range g.resources {
		if r.RetainOnDelete && !g.outlives(r) {
			found = append(found, Violation{URN: r.URN, Problem: "would be left behind silently"})
		}
	}
	return found
}

func checkBackups(g *graph) []Violation {
	found := checkBuckets(g, "aws:s3/bucketVersioningV2:BucketVersioningV2", "versioningConfiguration.status", "Enabled")
	for _, cluster := range g.of("aws:rds/cluster:Cluster") {
		if days, _ := at(cluster, "backupRetentionPeriod").(float64); days < topology.MinBackupRetentionDays {
			found = append(found, Violation{URN: cluster.URN, Problem: fmt.Sprintf("keeps backups for %v days", days)})
		}
		if at(cluster, "skipFinalSnapshot") == true || at(cluster, "finalSnapshotIdentifier") == nil {
			found = append(found, Violation{URN: cluster.URN, Problem: "would be deleted without a last snapshot"})
		}
	}
	return append(found, require(requirement{"aws:rds/cluster:Cluster", "copyTagsToSnapshot", true, "loses its tags in snapshots"})(g)...)
}

func checkAuditLogs(g *graph) []Violation {
	var found []Violation
	for _, cluster := range g.of("aws:rds/cluster:Cluster") {
		for i, export := range []string{"audit", "error", "slowquery"} {
			if at(cluster, fmt.Sprintf("enabledCloudwatchLogsExports.%d", i)) != export {
				found = append(found, Violation{URN: cluster.URN, Problem: "does not export its log " + export})
			}
		}
	}
	for _, group := range g.of("aws:rds/clusterParameterGroup:ClusterParameterGroup") {
		if parameter(group, "server_audit_logging") != "1" {
			found = append(found, Violation{URN: group.URN, Problem: "writes no audit log"})
		}
	}
	for _, cluster := range g.of("eks:index:Cluster") {
		if len(texts(cluster, "enabledClusterLogTypes")) != 5 {
			found = append(found, Violation{URN: cluster.URN, Problem: "does not write every log of the control plane"})
		}
	}
	for _, vpc := range g.of("aws:ec2/vpc:Vpc") {
		if len(g.referring("aws:ec2/flowLog:FlowLog", "vpcId", vpc.ID)) == 0 {
			found = append(found, Violation{URN: vpc.URN, Problem: "has no flow log"})
		}
	}
	return found
}

// parameter is the value of a parameter in a database's parameter group, or nil.
func parameter(group plan.Resource, name string) any {
	parameters, _ := at(group, "parameters").([]any)
	for _, p := range parameters {
		if within(p, "name") == name {
			return within(p, "value")
		}
	}
	return nil
}
