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

// newFlowLogs records all traffic of the VPC, accepted and rejected, in an encrypted log group.
func (n *Network) newFlowLogs(ctx *pulumi.Context, vpc *ec2.Vpc) error {
	group, err := n.newFlowLogGroup(ctx)
	if err != nil {
		return err
	}
	role, permissions, err := n.newFlowLogRole(ctx)
	if err != nil {
		return err
	}
	// A flow log whose role may not write yet fails silently, in its own status: hence the dependency.
	if _, err := ec2.NewFlowLog(ctx, n.child("flow-log"), &ec2.FlowLogArgs{
		VpcId:                  vpc.ID(),
		TrafficType:            pulumi.String("ALL"),
		LogDestinationType:     pulumi.String("cloud-watch-logs"),
		LogDestination:         group.Arn,
		IamRoleArn:             role.Arn,
		MaxAggregationInterval: pulumi.Int(aggregationSeconds),
		Tags:                   n.tags("flow-log"),
	}, pulumi.Parent(n), pulumi.DependsOn([]pulumi.Resource{permissions})); err != nil {
		return fmt.Errorf("recording the traffic of the vpc: %w", err)
	}
	return nil
}

func (n *Network) newFlowLogGroup(ctx *pulumi.Context) (*cloudwatch.LogGroup, error) {
	key, err := encryption.NewKey(ctx, n.child("logs"), encryption.KeyArgs{
		Account:     n.args.Account,
		Description: "The record of the traffic in the network of " + string(n.args.Environment),
		Alias:       n.args.Environment.Path("network-logs"),
		Statements:  []policy.Statement{encryption.ForLogs(n.args.Account, n.flowLogGroupName())},
		Protect:     n.args.Protect,
	}, pulumi.Parent(n))
	if err != nil {
		return nil, err
	}
	group, err := cloudwatch.NewLogGroup(ctx, n.child("flow-log-group"), &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(n.flowLogGroupName()),
		RetentionInDays: pulumi.Int(n.args.FlowLogRetentionDays),
		KmsKeyId:        key.ARN,
	}, pulumi.Parent(n), pulumi.Protect(n.args.Protect))
	if err != nil {
		return nil, fmt.Errorf("creating the log group of the flow logs: %w", err)
	}
	return group, nil
}

// newFlowLogRole registers the role by which flow logs are written, and its permissions (VPC User Guide,
// "IAM role for publishing flow logs to CloudWatch Logs"). Of the actions named there logs:CreateLogGroup
// is left out: records that arrive late in a destroy would make the group anew, unencrypted and forever.
func (n *Network) newFlowLogRole(ctx *pulumi.Context) (*iam.Role, *iam.RolePolicy, error) {
	acct := n.args.Account
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
	role, err := iam.NewRole(ctx, n.child("flow-log-role"), &iam.RoleArgs{
		Description:      pulumi.String("Writes the flow logs of the network of " + string(n.args.Environment)),
		AssumeRolePolicy: trust,
	}, pulumi.Parent(n))
	if err != nil {
		return nil, nil, fmt.Errorf("creating the role of the flow logs: %w", err)
	}
	logGroup := acct.ARN("logs", "log-group:"+n.flowLogGroupName())
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
	permissions, err := iam.NewRolePolicy(ctx, n.child("flow-log-permissions"), &iam.RolePolicyArgs{
		Role:   role.ID(),
		Policy: document,
	}, pulumi.Parent(n))
	if err != nil {
		return nil, nil, fmt.Errorf("letting the role of the flow logs write: %w", err)
	}
	return role, permissions, nil
}

func (n *Network) flowLogGroupName() string {
	return "/" + n.args.Environment.Path("vpc-flow-logs")
}
