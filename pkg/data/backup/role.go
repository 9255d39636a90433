package backup

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
)

// managed are AWS's own policies for the role by which AWS Backup works (ABDG, "AWS managed policies"). They name every
// kind of resource; those for S3 are apart because of what they may read.
var managed = []struct{ name, policy string }{
	{"backup", "service-role/AWSBackupServiceRolePolicyForBackup"},
	{"restore", "service-role/AWSBackupServiceRolePolicyForRestores"},
	{"s3-backup", "AWSBackupServiceRolePolicyForS3Backup"},
	{"s3-restore", "AWSBackupServiceRolePolicyForS3Restore"},
}

// newRole makes the role, and attaches what it may do.
func (b *planBuilder) newRole() error {
	acct := b.args.Vault.args.Account
	trust, err := policy.Trust("backup.amazonaws.com", acct.ID)
	if err != nil {
		return err
	}
	b.role, err = iam.NewRole(b.Ctx, b.Child("role"), &iam.RoleArgs{
		Description:      pulumi.String("Makes and restores the backups of " + b.args.Vault.args.Environment),
		AssumeRolePolicy: trust,
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("role: %w", err)
	}
	for _, m := range managed {
		attachment, err := iam.NewRolePolicyAttachment(b.Ctx, b.Child("may-"+m.name), &iam.RolePolicyAttachmentArgs{
			Role: b.role.Name, PolicyArn: pulumi.String(acct.ManagedPolicyARN(m.policy)),
		}, b.Parent)
		if err != nil {
			return fmt.Errorf("permissions to %s: %w", m.name, err)
		}
		b.permissions = append(b.permissions, attachment)
	}
	return nil
}
