package backup

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/backup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/naming"
)

const (
	// restoreSchedule is in UTC: on the third of a month, after that day's backup.
	restoreSchedule = "cron(0 8 3 * ? *)"

	// restoreHours is how long the restored cluster stays, to be looked into. It has no instance, so that
	// it costs its storage alone.
	restoreHours = 4

	restoreStartHours = 8
	restoreWindowDays = 7 // only a backup that is not older is worth a test
)

// Restore is where databases are restored for a test. Without it AWS Backup would take the default VPC, which there is
// none of.
type Restore struct {
	SubnetGroup     pulumi.StringInput
	SecurityGroupID string
}

func (r Restore) validate() error {
	if r.SubnetGroup == nil || r.SecurityGroupID == "" {
		return errors.New("restore: subnetGroup and securityGroupId: required")
	}
	return nil
}

// restoreName returns the name of an environment's restore testing plan. AWS Backup takes letters, digits and underscores.
func restoreName(environment naming.Environment) string {
	return "magento_" + strings.ReplaceAll(string(environment), "-", "_")
}

// testRestores restores the newest backup of the databases once a month, says whether that worked, and deletes what it made
// (ABDG, "Restore testing"). Buckets are not tested: all media would be copied each time.
//
// The selection is everything that the vault has of databases, and does not name them: the provider does not apply a
// change of names (hashicorp/terraform-provider-aws#48316).
func (b *planBuilder) testRestores() error {
	if b.args.Restore == nil {
		return nil
	}
	name := restoreName(b.args.Vault.args.Environment)
	plan, err := backup.NewRestoreTestingPlan(b.Ctx, b.Child("restore-plan"), &backup.RestoreTestingPlanArgs{
		Name:                       pulumi.String(name),
		ScheduleExpression:         pulumi.String(restoreSchedule),
		ScheduleExpressionTimezone: pulumi.String("UTC"),
		StartWindowHours:           pulumi.Int(restoreStartHours),
		RecoveryPointSelection: backup.RestoreTestingPlanRecoveryPointSelectionArgs{
			Algorithm:           pulumi.String("LATEST_WITHIN_WINDOW"),
			IncludeVaults:       pulumi.StringArray{b.args.Vault.ARN},
			RecoveryPointTypes:  pulumi.ToStringArray([]string{"SNAPSHOT"}),
			SelectionWindowDays: pulumi.Int(restoreWindowDays),
		},
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("restore testing plan: %w", err)
	}
	if _, err := backup.NewRestoreTestingSelection(b.Ctx, b.Child("restore-selection"), &backup.RestoreTestingSelectionArgs{
		Name:                   pulumi.String(name + "_databases"),
		RestoreTestingPlanName: plan.Name,
		IamRoleArn:             b.role.Arn,
		ProtectedResourceType:  pulumi.String("Aurora"),
		ProtectedResourceArns:  pulumi.ToStringArray([]string{"*"}),
		RestoreMetadataOverrides: pulumi.StringMap{
			"dbSubnetGroupName":   b.args.Restore.SubnetGroup,
			"vpcSecurityGroupIds": pulumi.String(fmt.Sprintf(`[%q]`, b.args.Restore.SecurityGroupID)),
		},
		ValidationWindowHours: pulumi.Int(restoreHours),
	}, b.Parent, pulumi.DependsOn(b.permissions)); err != nil {
		return fmt.Errorf("restore testing selection: %w", err)
	}
	return nil
}
