package rotation

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
)

// makeRole registers the function's role with its rights, each part of which must be there before the function is.
func (b *builder) makeRole() error {
	trust, err := policy.TrustService("lambda.amazonaws.com")
	if err != nil {
		return err
	}
	b.role, err = iam.NewRole(b.Ctx, b.Child("role"), &iam.RoleArgs{
		Description:      pulumi.String("Rotates the credentials of " + b.args.Environment),
		AssumeRolePolicy: trust,
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("role: %w", err)
	}
	for _, part := range []struct {
		name       string
		statements []policy.Statement
	}{
		{"secrets", b.secretStatements()},
		{"stores", b.storeStatements()},
		{"runtime", b.runtimeStatements()},
	} {
		document, err := policy.Document(part.statements...)
		if err != nil {
			return err
		}
		granted, err := iam.NewRolePolicy(b.Ctx, b.Child("may-"+part.name), &iam.RolePolicyArgs{Role: b.role.Name, Policy: document}, b.Parent)
		if err != nil {
			return fmt.Errorf("rights to %s: %w", part.name, err)
		}
		b.rights = append(b.rights, granted)
	}
	return nil
}

// secretStatements admit the function to the secrets that it rotates or appends to, and to their key through Secrets Manager alone.
func (b *builder) secretStatements() []policy.Statement {
	var resources []pulumi.StringInput
	for _, secret := range b.secrets {
		resources = append(resources, secret.ARN)
	}
	if b.args.EncryptionKeyARN != nil {
		resources = append(resources, b.args.EncryptionKeyARN)
	}
	return []policy.Statement{
		{
			Sid: "Secrets",
			Actions: []string{
				"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage",
			},
			Resources: resources,
		},
		{
			Sid:       "KeyOfSecrets",
			Actions:   []string{"kms:Decrypt", "kms:GenerateDataKey"},
			Resources: []pulumi.StringInput{b.args.KeyARN},
			Conditions: []policy.Condition{
				{Operator: "StringEquals", Key: "kms:ViaService", Values: policy.Strings("secretsmanager." + b.args.Account.Region + ".amazonaws.com")},
				// Secrets Manager names the secret in the encryption context (AWS Secrets Manager User Guide, "Secret encryption and decryption").
				{Operator: "StringLike", Key: "kms:EncryptionContext:SecretARN", Values: policy.Strings(b.args.Account.ARN("secretsmanager", "secret:"+b.args.Environment.SecretPrefix()+"*"))},
			},
		},
	}
}

// storeStatements admit the function to the tokens of the two replication groups. ModifyReplicationGroup changes everything of a
// group, and no right is for the token alone. What the call may not change is held by the condition keys that it has: each is as it is, or
// not in the request. What names other resources, such as a parameter group, wants a right to those, which there is none of (Service
// Authorization Reference, "Actions, resources, and condition keys for Amazon ElastiCache").
func (b *builder) storeStatements() []policy.Statement {
	var statements []policy.Statement
	var groups []pulumi.StringInput
	for _, g := range []struct {
		sid string
		Group
	}{{"CacheToken", b.args.Cache}, {"SessionsToken", b.args.Sessions}} {
		groups = append(groups, g.ARN)
		statements = append(statements, policy.Statement{
			Sid:       g.sid,
			Actions:   []string{"elasticache:ModifyReplicationGroup"},
			Resources: []pulumi.StringInput{g.ARN},
			Conditions: []policy.Condition{
				{Operator: "StringEqualsIgnoreCaseIfExists", Key: "elasticache:CacheNodeType", Values: policy.Strings(g.NodeType)},
				{Operator: "StringLikeIfExists", Key: "elasticache:EngineVersion", Values: policy.Strings(g.EngineVersion + "*")},
				{Operator: "NumericEqualsIfExists", Key: "elasticache:SnapshotRetentionLimit", Values: policy.Strings(fmt.Sprint(g.SnapshotRetentionDays))},
				{Operator: "BoolIfExists", Key: "elasticache:AuthTokenEnabled", Values: policy.Strings("true")},
				{Operator: "BoolIfExists", Key: "elasticache:AutomaticFailoverEnabled", Values: policy.Strings("true")},
				{Operator: "BoolIfExists", Key: "elasticache:MultiAZEnabled", Values: policy.Strings("true")},
				{Operator: "BoolIfExists", Key: "elasticache:TransitEncryptionEnabled", Values: policy.Strings("true")},
			},
		})
	}
	return append(statements, policy.Statement{
		Sid: "Groups", Actions: []string{"elasticache:DescribeReplicationGroups"}, Resources: groups,
	})
}

// interfaceActions are those by which Lambda connects a function to a VPC, on resources that are not named yet (AWS Lambda Developer
// Guide, "Giving Lambda functions access to resources in an Amazon VPC": required IAM permissions).
func interfaceActions() []string {
	return []string{
		"ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface",
		"ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
	}
}

// runtimeStatements are what Lambda does in the role's name: the log, the queue of failures, and the network interfaces, which the
// function's own code must not make (same place).
func (b *builder) runtimeStatements() []policy.Statement {
	return []policy.Statement{
		{
			Sid:       "Log",
			Actions:   []string{"logs:CreateLogStream", "logs:PutLogEvents"},
			Resources: []pulumi.StringInput{pulumi.Sprintf("%s:*", b.log.Arn)},
		},
		{Sid: "Failures", Actions: []string{"sqs:SendMessage"}, Resources: []pulumi.StringInput{b.failures.Arn}},
		{
			Sid:       "KeyOfFailures",
			Actions:   []string{"kms:Decrypt", "kms:GenerateDataKey"},
			Resources: []pulumi.StringInput{b.args.KeyARN},
			Conditions: []policy.Condition{
				{Operator: "StringEquals", Key: "kms:ViaService", Values: policy.Strings("sqs." + b.args.Account.Region + ".amazonaws.com")},
			},
		},
		{Sid: "NetworkInterfaces", Actions: interfaceActions(), Resources: policy.Strings("*")},
		{
			Sid: "NotByItsOwnCode", Effect: policy.Deny, Actions: interfaceActions(), Resources: policy.Strings("*"),
			Conditions: []policy.Condition{{Operator: "ArnEquals", Key: "lambda:SourceFunctionArn", Values: policy.Strings(b.args.functionARN())}},
		},
	}
}
