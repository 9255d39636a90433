package stacks_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/internal/runbooks"
	"github.com/magestack/magestack/pkg/settings"
)

// TestRestoreCommands holds the scripts of every environment, of which internal/runbooks checks each option against what the
// AWS CLI takes. A plan with an input that no command answers would be refused here.
func TestRestoreCommands(t *testing.T) {
	forEveryFixture(t, func(t *testing.T, recorded *plan.Environment) {
		script, err := runbooks.Restore{Time: "2026-01-31T09:59:00Z"}.Commands(recorded)
		require.NoError(t, err)
		golden(t, recorded.Name+".restore.sh.golden", script)
	})
	script, err := runbooks.Restore{Snapshot: "magento-production-final-1a2b3c4d5e6f"}.Commands(changed(t, "production",
		settings.Config{"magento-data:storage": "io-optimized"}))
	require.NoError(t, err)
	golden(t, "production.restore-snapshot.sh.golden", script)
}

// TestARestoredDatabaseReplacesNothing wants every input whose change makes AWS's provider replace a cluster or an instance
// (its schema, ForceNew) to be the plan's in the commands.
func TestARestoredDatabaseReplacesNothing(t *testing.T) {
	recorded := planned(t, "production")
	script, err := runbooks.Restore{}.Commands(recorded)
	require.NoError(t, err)
	instances := ofType(recorded, "aws:rds/clusterInstance:ClusterInstance")
	require.Len(t, instances, 3)
	for _, instance := range instances {
		name := input(instance, "identifier").(string)
		_, made, found := strings.Cut(script, "create-db-instance \\\n  --db-instance-identifier "+name+"-restored")
		require.True(t, found, name)
		made, _, _ = strings.Cut(made, "\naws rds wait")
		for _, option := range []string{
			"--availability-zone " + input(instance, "availabilityZone").(string), `--db-subnet-group-name "$subnet_group"`,
			"--engine aurora-mysql", "--no-publicly-accessible",
		} {
			assert.Contains(t, made, option, name)
		}
		assert.Contains(t, script, "modify-db-instance --db-instance-identifier "+name+"-restored --new-db-instance-identifier "+name+" ")
	}
	for _, option := range []string{`--kms-key-id "$key"`, `--db-subnet-group-name "$subnet_group"`, "--engine-mode provisioned", "--port 3306"} {
		assert.Contains(t, script, option)
	}
	assert.Contains(t, script, "modify-db-cluster --db-cluster-identifier magento-production-restored --new-db-cluster-identifier magento-production ")
}

func TestRestoresAreRefusedInTime(t *testing.T) {
	recorded := planned(t, "production")
	for from, want := range map[runbooks.Restore]string{
		{Time: "yesterday"}: `restoring to "yesterday": must be a time in UTC`,
		{Snapshot: "a b"}:   `restoring from "a b": must be the identifier or the ARN`,
		{Time: "2026-01-31T09:59:00Z", Snapshot: "a"}: "either a time or a snapshot, not both",
	} {
		_, err := from.Commands(recorded)
		assert.ErrorContains(t, err, want)
	}
	for _, stack := range recorded.Stacks {
		for _, r := range stack.Resources {
			if r.Type == "aws:rds/cluster:Cluster" {
				r.Inputs["allocatedStorage"] = 10.0
				_, err := runbooks.Restore{}.Commands(recorded)
				assert.ErrorContains(t, err, "no command sets allocatedStorage of database-cluster")
			}
		}
	}
}
