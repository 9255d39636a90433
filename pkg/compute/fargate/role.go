package fargate

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
)

// executionRole registers the role with which Fargate pulls images and the log router writes, on behalf of profiles of
// this cluster alone (EKS User Guide, "Amazon EKS Pod execution IAM role"). Pods do not get it.
func (b *builder) executionRole() error {
	cluster := b.args.Environment.Cluster()
	trust, err := policy.Document(policy.Statement{
		Principals: policy.Principals{Services: []string{"eks-fargate-pods.amazonaws.com"}},
		Actions:    []string{"sts:AssumeRole"},
		Conditions: []policy.Condition{{
			Operator: "ArnLike", Key: "aws:SourceArn", Values: policy.Strings(b.args.Account.ARN("eks", "fargateprofile/"+cluster+"/*")),
		}},
	})
	if err != nil {
		return err
	}
	role, err := iam.NewRole(b.Ctx, b.Child("execution-role"), &iam.RoleArgs{
		Description: pulumi.String("Fargate of " + cluster), AssumeRolePolicy: trust,
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("execution role: %w", err)
	}
	pull, err := iam.NewRolePolicyAttachment(b.Ctx, b.Child("execution"), &iam.RolePolicyAttachmentArgs{
		Role: role.Name, PolicyArn: pulumi.String(b.args.Account.ManagedPolicyARN("AmazonEKSFargatePodExecutionRolePolicy")),
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("policy of the execution role: %w", err)
	}
	document, err := policy.Document(policy.Statement{
		Sid:       "WriteLogs",
		Actions:   []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
		Resources: policy.Strings(b.args.Account.ARN("logs", "log-group:"+b.args.logGroup()+":*")),
	})
	if err != nil {
		return err
	}
	write, err := iam.NewRolePolicy(b.Ctx, b.Child("logs-policy"), &iam.RolePolicyArgs{Role: role.Name, Policy: document}, b.Parent)
	if err != nil {
		return fmt.Errorf("logs of the execution role: %w", err)
	}
	b.role, b.needed = role, append(b.needed, pull, write)
	return nil
}
