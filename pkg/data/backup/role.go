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

// newRole makes the role, and gives what must be attached before it is used.
func (p *Plan) newRole(ctx *pulumi.Context) (*iam.Role, []pulumi.Resource, error) {
	acct := p.args.Vault.args.Account
	trust, err := policy.Trust("backup.amazonaws.com", acct.ID)
	if err != nil {
		return nil, nil, err
	}
	role, err := iam.NewRole(ctx, p.name+"-role", &iam.RoleArgs{
		Description:      pulumi.String("Makes and restores the backups of " + p.args.Vault.args.Environment),
		AssumeRolePolicy: trust,
	}, pulumi.Parent(p))
	if err != nil {
		return nil, nil, fmt.Errorf("role: %w", err)
	}
	var attached []pulumi.Resource
	for _, m := range managed {
		attachment, err := iam.NewRolePolicyAttachment(ctx, p.name+"-may-"+m.name, &iam.RolePolicyAttachmentArgs{
			Role: role.Name, PolicyArn: pulumi.String(acct.ManagedPolicyARN(m.policy)),
		}, pulumi.Parent(p))
		if err != nil {
			return nil, nil, fmt.Errorf("permissions to %s: %w", m.name, err)
		}
		attached = append(attached, attachment)
	}
	return role, attached, nil
}
