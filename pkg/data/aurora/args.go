package aurora

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/data/aurora/topology"
)

// globalFormat is RDS's rule for identifiers (API, CreateGlobalCluster).
var globalFormat = regexp.MustCompile(`^[a-z][a-z0-9-]{0,62}$`)

// Validate refuses arguments that RDS would, and what does not go together.
func (a ClusterArgs) Validate() error {
	problems := []error{
		a.EngineVersion.Validate(), a.Capacity.Validate(), a.EngineVersion.ValidateRange(a.Capacity),
		a.Capacity.ValidateFeatures(a.features()...), a.Instances.Validate(a.ReadSplit),
	}
	refuse := func(format string, values ...any) { problems = append(problems, fmt.Errorf(format, values...)) }
	if err := a.Storage.Validate(); err != nil {
		refuse("storage %w", err)
	}
	if err := a.Insights.Validate(); err != nil {
		refuse("insights %w", err)
	}
	if err := a.Role.Validate(); err != nil {
		refuse("role %w", err)
	}
	if !account.ValidID(a.Account.ID) || !account.ValidRegion(a.Account.Region) {
		refuse("account %q in %q: must be twelve digits and a region's name", a.Account.ID, a.Account.Region)
	}
	if err := a.Environment.Validate(); err != nil {
		problems = append(problems, err)
	}
	if a.BackupRetentionDays < topology.MinBackupRetentionDays || a.BackupRetentionDays > topology.MaxBackupRetentionDays {
		refuse("backup retention of %d days: must be %d to %d", a.BackupRetentionDays, topology.MinBackupRetentionDays, topology.MaxBackupRetentionDays)
	}
	if len(a.SubnetIDs) < 2 {
		refuse("subnetIds: %d given, at least 2 in different zones are required", len(a.SubnetIDs))
	}
	if a.SecurityGroupID == "" || a.KeyARN == nil {
		refuse("securityGroupId and keyArn: required")
	}
	return errors.Join(append(problems, a.validateRole())...)
}

// validateRole refuses what does not go with the part that the cluster plays in a Global Database.
func (a ClusterArgs) validateRole() error {
	var problems []error
	if a.Role != topology.RoleSecondary {
		if a.GlobalCluster != "" || a.PrimaryRegion != "" {
			problems = append(problems, fmt.Errorf("globalCluster %q and primaryRegion %q: only a secondary joins; role is %q",
				a.GlobalCluster, a.PrimaryRegion, string(a.Role)))
		}
		if a.SecretsKeyARN == nil {
			problems = append(problems, errors.New("secretsKeyArn: required"))
		}
		return errors.Join(problems...)
	}
	if !globalFormat.MatchString(a.GlobalCluster) {
		problems = append(problems, fmt.Errorf("globalCluster %q: a secondary needs the identifier that its primary publishes", a.GlobalCluster))
	}
	if !account.ValidRegion(a.PrimaryRegion) || a.PrimaryRegion == a.Account.Region {
		problems = append(problems, fmt.Errorf("primaryRegion %q: must be a region other than %s", a.PrimaryRegion, a.Account.Region))
	}
	return errors.Join(problems...)
}

// features are what asks for a minimum of capacity.
func (a ClusterArgs) features() []capacity.Feature {
	features := a.Insights.Features()
	if a.Role == topology.RolePrimary {
		features = append(features, capacity.GlobalDatabase)
	}
	return features
}

// Inputs returns what the component shows in a plan.
func (a ClusterArgs) Inputs() pulumi.Map {
	return pulumi.Map{
		"engineVersion": pulumi.String(a.EngineVersion),
		"minCapacity":   pulumi.Float64(a.Capacity.Min),
		"maxCapacity":   pulumi.Float64(a.Capacity.Max),
		"readers":       pulumi.Int(a.Instances.Readers),
		"zones":         pulumi.ToStringArray(a.Instances.Zones),
		"readSplit":     pulumi.String(a.ReadSplit),
		"storage":       pulumi.String(a.Storage),
		"insights":      pulumi.String(a.Insights),
		"role":          pulumi.String(a.Role),
	}
}

// identifier is the cluster's name in RDS, which its logs and its instances are named after.
func (a ClusterArgs) identifier() string { return a.Environment.DatabaseCluster() }

// instance is the name of an instance in RDS.
func (a ClusterArgs) instance(number int) string { return fmt.Sprintf("%s-%d", a.identifier(), number) }
