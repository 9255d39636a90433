package backup

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/backup"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/naming"
)

const (
	// restoreSchedule is in UTC: on the third of a month, after that day's backup.
	restoreSchedule = "cron(0 8 3 * ? *)"

	// restoreHours is how long the restored cluster stays, for who wants to look into it. It has no instance, so that
	// it costs its storage alone.
	restoreHours = 4

	restoreStartHours = 8
	restoreWindowDays = 7 // only a backup that is not older is worth trying
)

// Restore is where databases are restored for a try. Without it AWS Backup would take the default VPC, which there is
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

// restoreName is the name of an environment's plan for trying out. AWS Backup takes letters, digits and underscores.
func restoreName(environment naming.Environment) string {
	return "magento_" + strings.ReplaceAll(string(environment), "-", "_")
}

// tryOut restores the newest backup of the databases once a month, says whether that worked, and deletes what it made
// (ABDG, "Restore testing"). Buckets are not tried: all media would be copied each time.
//
// The selection is everything that the vault has of databases, and does not name them: the provider does not apply a
// change of names (hashicorp/terraform-provider-aws#48316).
func (p *Plan) tryOut(ctx *pulumi.Context, role *iam.Role, permissions []pulumi.Resource) error {
	if p.args.Restore == nil {
		return nil
	}
	name := restoreName(p.args.Vault.args.Environment)
	plan, err := backup.NewRestoreTestingPlan(ctx, p.name+"-restore-plan", &backup.RestoreTestingPlanArgs{
		Name:                       pulumi.String(name),
		ScheduleExpression:         pulumi.String(restoreSchedule),
		ScheduleExpressionTimezone: pulumi.String("UTC"),
		StartWindowHours:           pulumi.Int(restoreStartHours),
		RecoveryPointSelection: backup.RestoreTestingPlanRecoveryPointSelectionArgs{
			Algorithm:           pulumi.String("LATEST_WITHIN_WINDOW"),
			IncludeVaults:       pulumi.StringArray{p.args.Vault.ARN},
			RecoveryPointTypes:  pulumi.ToStringArray([]string{"SNAPSHOT"}),
			SelectionWindowDays: pulumi.Int(restoreWindowDays),
		},
	}, pulumi.Parent(p))
	if err != nil {
		return fmt.Errorf("plan for trying restores: %w", err)
	}
	if _, err := backup.NewRestoreTestingSelection(ctx, p.name+"-restore-selection", &backup.RestoreTestingSelectionArgs{
		Name:                   pulumi.String(name + "_databases"),
		RestoreTestingPlanName: plan.Name,
		IamRoleArn:             role.Arn,
		ProtectedResourceType:  pulumi.String("Aurora"),
		ProtectedResourceArns:  pulumi.ToStringArray([]string{"*"}),
		RestoreMetadataOverrides: pulumi.StringMap{
			"dbSubnetGroupName":   p.args.Restore.SubnetGroup,
			"vpcSecurityGroupIds": pulumi.String(fmt.Sprintf(`[%q]`, p.args.Restore.SecurityGroupID)),
		},
		ValidationWindowHours: pulumi.Int(restoreHours),
	}, pulumi.Parent(p), pulumi.DependsOn(permissions)); err != nil {
		return fmt.Errorf("selection for trying restores: %w", err)
	}
	return nil
}
