package network

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/encryption"
	"github.com/magestack/magestack/pkg/aws/policy"
)

// aggregationSeconds is the shorter of the two intervals there are; a scan is over before the longer one,
// ten minutes, has passed (VPC User Guide, "Flow log basics").
const aggregationSeconds = 60

// makeFlowLogs records all traffic of the VPC, accepted and rejected, in an encrypted log group.
func (b *builder) makeFlowLogs() error {
	group, err := b.newFlowLogGroup()
	if err != nil {
		return err
	}
	role, permissions, err := b.newFlowLogRole()
	if err != nil {
		return err
	}
	// A flow log whose role may not write yet fails silently, in its own status: hence the dependency.
	if _, err := ec2.NewFlowLog(b.Ctx, b.Child("flow-log"), &ec2.FlowLogArgs{
		VpcId:                  b.vpc.ID(),
		TrafficType:            pulumi.String("ALL"),
		LogDestinationType:     pulumi.String("cloud-watch-logs"),
		LogDestination:         group.Arn,
		IamRoleArn:             role.Arn,
		MaxAggregationInterval: pulumi.Int(aggregationSeconds),
		Tags:                   b.tags("flow-log"),
	}, b.Parent, pulumi.DependsOn([]pulumi.Resource{permissions})); err != nil {
		return fmt.Errorf("recording the traffic of the vpc: %w", err)
	}
	return nil
}

func (b *builder) newFlowLogGroup() (*cloudwatch.LogGroup, error) {
	key, err := encryption.NewKey(b.Ctx, b.Child("logs"), encryption.KeyArgs{
		Account:     b.args.Account,
		Description: "The record of the traffic in the network of " + string(b.args.Environment),
		Alias:       b.args.Environment.Path("network-logs"),
		Statements:  []policy.Statement{encryption.ForLogs(b.args.Account, b.flowLogGroupName())},
		Protect:     b.args.Protect,
	}, b.Parent)
	if err != nil {
		return nil, err
	}
	group, err := cloudwatch.NewLogGroup(b.Ctx, b.Child("flow-log-group"), &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(b.flowLogGroupName()),
		RetentionInDays: pulumi.Int(b.args.FlowLogRetentionDays),
		KmsKeyId:        key.ARN,
	}, b.Parent, pulumi.Protect(b.args.Protect))
	if err != nil {
		return nil, fmt.Errorf("creating the log group of the flow logs: %w", err)
	}
	return group, nil
}

// newFlowLogRole registers the role by which flow logs are written, and its permissions (VPC User Guide,
// "IAM role for publishing flow logs to CloudWatch Logs"). Of the actions named there logs:CreateLogGroup
// is left out: records that arrive late in a destroy would make the group anew, unencrypted and forever.
func (b *builder) newFlowLogRole() (*iam.Role, *iam.RolePolicy, error) {
	acct := b.args.Account
	trust, err := policy.Document(policy.Statement{
		Principals: policy.Principals{Services: []string{"vpc-flow-logs.amazonaws.com"}},
		Actions:    []string{"sts:AssumeRole"},
		Conditions: []policy.Condition{
			{Operator: "StringEquals", Key: "aws:SourceAccount", Values: policy.Strings(acct.ID)},
			{Operator: "ArnLike", Key: "aws:SourceArn", Values: policy.Strings(acct.ARN("ec2", "vpc-flow-log/*"))},
		},
	})
	if err != nil {
		return nil, nil, err
	}
	role, err := iam.NewRole(b.Ctx, b.Child("flow-log-role"), &iam.RoleArgs{
		Description:      pulumi.String("Writes the flow logs of the network of " + string(b.args.Environment)),
		AssumeRolePolicy: trust,
	}, b.Parent)
	if err != nil {
		return nil, nil, fmt.Errorf("creating the role of the flow logs: %w", err)
	}
	logGroup := acct.ARN("logs", "log-group:"+b.flowLogGroupName())
	document, err := policy.Document(
		policy.Statement{
			Sid:     "WriteFlowLogs",
			Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"},
			// The group itself, and the streams in it.
			Resources: policy.Strings(logGroup, logGroup+":*"),
		},
		policy.Statement{
			Sid:     "ListLogGroups",
			Actions: []string{"logs:DescribeLogGroups"},
			// It is asked of all groups at once, by a name with nothing in it (log-group::log-stream:), which one group's
			// ARN never matches (Service Authorization Reference, "Amazon CloudWatch Logs").
			Resources: policy.Strings(acct.ARN("logs", "log-group:*")),
		},
	)
	if err != nil {
		return nil, nil, err
	}
	permissions, err := iam.NewRolePolicy(b.Ctx, b.Child("flow-log-permissions"), &iam.RolePolicyArgs{
		Role:   role.ID(),
		Policy: document,
	}, b.Parent)
	if err != nil {
		return nil, nil, fmt.Errorf("letting the role of the flow logs write: %w", err)
	}
	return role, permissions, nil
}

func (b *builder) flowLogGroupName() string {
	return "/" + b.args.Environment.Path("vpc-flow-logs")
}
