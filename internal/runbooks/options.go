package runbooks

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/plan"
)

// option turns an input of the plan into options of a command; none where the value comes with the data, or is Pulumi's own.
type option func(value any) []string

// plain is an option with the input as its value.
func plain(name string) option {
	return func(value any) []string { return []string{fmt.Sprintf("--%s %v", name, value)} }
}

// switched is an option that is there or is not, with AWS's own default for false.
func switched(yes, no string) option {
	return func(value any) []string {
		if on, _ := value.(bool); on {
			return []string{"--" + yes}
		}
		return []string{"--" + no}
	}
}

// variable is an option whose value the head of the script looks up.
func variable(name, variable string) option {
	return func(any) []string { return []string{fmt.Sprintf(`--%s "$%s"`, name, variable)} }
}

// needless is an input that no command needs.
func needless(any) []string { return nil }

// capacity is the range of Serverless v2.
func capacity(value any) []string {
	bounds, _ := value.(map[string]any)
	return []string{fmt.Sprintf("--serverless-v2-scaling-configuration MinCapacity=%v,MaxCapacity=%v", bounds["minCapacity"], bounds["maxCapacity"])}
}

func exports(value any) []string {
	list, _ := value.([]any)
	return []string{"--enable-cloudwatch-logs-exports " + strings.Trim(fmt.Sprint(list), "[]")}
}

// madeWith are the inputs of a cluster that a restore takes.
var madeWith = map[string]option{
	"engineMode":                       plain("engine-mode"),
	"engineLifecycleSupport":           plain("engine-lifecycle-support"),
	"serverlessv2ScalingConfiguration": capacity,
	"port":                             plain("port"),
	"dbSubnetGroupName":                variable("db-subnet-group-name", "subnet_group"),
	"vpcSecurityGroupIds":              variable("vpc-security-group-ids", "security_group"),
	"dbClusterParameterGroupName":      variable("db-cluster-parameter-group-name", "cluster_parameters"),
	"kmsKeyId":                         variable("kms-key-id", "key"), // another key replaces the cluster
	"iamDatabaseAuthenticationEnabled": switched("enable-iam-database-authentication", "no-enable-iam-database-authentication"),
	"copyTagsToSnapshot":               switched("copy-tags-to-snapshot", "no-copy-tags-to-snapshot"),
	"deletionProtection":               switched("deletion-protection", "no-deletion-protection"),
	"enabledCloudwatchLogsExports":     exports,
	"storageType":                      plain("storage-type"),
}

// setAfter are the inputs that are set once the cluster is there, since not every version of the CLI can restore with them.
var setAfter = map[string]option{
	"backupRetentionPeriod":              plain("backup-retention-period"),
	"preferredBackupWindow":              plain("preferred-backup-window"),
	"preferredMaintenanceWindow":         plain("preferred-maintenance-window"),
	"databaseInsightsMode":               plain("database-insights-mode"),
	"performanceInsightsEnabled":         switched("enable-performance-insights", "no-enable-performance-insights"),
	"performanceInsightsKmsKeyId":        variable("performance-insights-kms-key-id", "key"),
	"performanceInsightsRetentionPeriod": plain("performance-insights-retention-period"),
}

// withTheData are the inputs of a cluster that come with the data, or that the provider alone reads.
var withTheData = map[string]option{
	"clusterIdentifier": needless, "storageEncrypted": needless, // the key says so
	"databaseName": needless, "masterUsername": needless, "masterPassword": needless,
	"finalSnapshotIdentifier": needless, "applyImmediately": needless, "allowMajorVersionUpgrade": needless,
	"enableGlobalWriteForwarding": needless,
}

// clusterOptions are those of the restore, and of the change after it.
func (d database) clusterOptions(r Restore) (made, set []string, err error) {
	known := maps.Clone(withTheData)
	switch {
	case r.Snapshot != "":
		made = append(made, "--snapshot-identifier "+r.Snapshot)
		known["engine"], known["engineVersion"] = plain("engine"), plain("engine-version")
	default:
		made = append(made, "--source-db-cluster-identifier "+d.identifier())
		known["engine"], known["engineVersion"] = needless, needless // those of the source
		if r.Time == "" {
			made = append(made, "--use-latest-restorable-time")
		} else {
			made = append(made, "--restore-to-time "+r.Time)
		}
	}
	maps.Copy(known, madeWith)
	rest := maps.Clone(d.cluster.Inputs)
	maps.DeleteFunc(rest, func(name string, _ any) bool { return setAfter[name] != nil })
	taken, err := optionsOf(d.cluster, rest, known)
	if err != nil {
		return nil, nil, err
	}
	after := maps.Clone(d.cluster.Inputs)
	maps.DeleteFunc(after, func(name string, _ any) bool { return setAfter[name] == nil })
	set, err = optionsOf(d.cluster, after, setAfter)
	return append(made, taken...), set, err
}

// instanceOptions are those of a new instance of the restored cluster.
func instanceOptions(instance plan.Resource, cluster string) ([]string, error) {
	return optionsOf(instance, instance.Inputs, map[string]option{
		"identifier":                 needless,
		"clusterIdentifier":          func(any) []string { return []string{"--db-cluster-identifier " + cluster} },
		"engine":                     plain("engine"),
		"engineVersion":              needless, // the cluster's
		"instanceClass":              plain("db-instance-class"),
		"dbParameterGroupName":       variable("db-parameter-group-name", "instance_parameters"),
		"dbSubnetGroupName":          variable("db-subnet-group-name", "subnet_group"),
		"availabilityZone":           plain("availability-zone"), // another one replaces the instance
		"promotionTier":              plain("promotion-tier"),
		"publiclyAccessible":         switched("publicly-accessible", "no-publicly-accessible"),
		"copyTagsToSnapshot":         needless, // the cluster's
		"monitoringInterval":         plain("monitoring-interval"),
		"monitoringRoleArn":          variable("monitoring-role-arn", "monitoring_role"),
		"preferredMaintenanceWindow": plain("preferred-maintenance-window"),
		"autoMinorVersionUpgrade":    switched("auto-minor-version-upgrade", "no-auto-minor-version-upgrade"),
		"applyImmediately":           needless,
	})
}

// optionsOf answers every input, in the order of their names.
func optionsOf(r plan.Resource, inputs map[string]any, known map[string]option) (options []string, err error) {
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		answer, ok := known[name]
		if !ok {
			err = errors.Join(err, fmt.Errorf("no command sets %s of %s: teach it in internal/runbooks", name, r.Name))
			continue
		}
		options = append(options, answer(inputs[name])...)
	}
	return options, err
}
