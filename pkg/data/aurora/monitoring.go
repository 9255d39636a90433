package aurora

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
)

// monitoring makes the role by which RDS writes the operating system's counters to CloudWatch Logs, for the instances
// of this cluster alone (AUG, "Setting up and enabling Enhanced Monitoring", with the confused deputy problem). The
// group that they land in, RDSOSMetrics, is RDS's own and one for all databases of the account in the region.
func (b *builder) monitoring() (err error) {
	acct := b.args.Account
	trust, err := policy.Document(policy.Statement{
		Principals: policy.Principals{Services: []string{"monitoring.rds.amazonaws.com"}},
		Actions:    []string{"sts:AssumeRole"},
		Conditions: []policy.Condition{
			{Operator: "StringEquals", Key: "aws:SourceAccount", Values: policy.Strings(acct.ID)},
			{Operator: "ArnLike", Key: "aws:SourceArn", Values: policy.Strings(acct.ARN("rds", "db:"+b.args.identifier()+"-*"))},
		},
	})
	if err != nil {
		return err
	}
	b.monitorRole, err = iam.NewRole(b.Ctx, b.Child("monitoring-role"), &iam.RoleArgs{
		Description:      pulumi.String("Writes the counters of the instances of " + b.args.identifier()),
		AssumeRolePolicy: trust,
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("role of the monitoring: %w", err)
	}
	b.monitorPermissions, err = iam.NewRolePolicyAttachment(b.Ctx, b.Child("monitoring-permissions"), &iam.RolePolicyAttachmentArgs{
		Role:      b.monitorRole.Name,
		PolicyArn: pulumi.String(acct.ManagedPolicyARN("service-role/AmazonRDSEnhancedMonitoringRole")),
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("permissions of the monitoring: %w", err)
	}
	return nil
}
