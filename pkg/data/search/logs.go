package search

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/opensearch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
)

// publishedLogs are the logs that the domain can send. Slow logs stay empty until an index has thresholds, and
// the audit log until it is turned on in the security plugin (OSG, "Monitoring OpenSearch logs" and "Monitoring
// audit logs"): both are requests to the domain, which only what is inside the VPC can make.
var publishedLogs = []struct{ group, logType string }{
	{"index-slow", "INDEX_SLOW_LOGS"},
	{"search-slow", "SEARCH_SLOW_LOGS"},
	{"error", "ES_APPLICATION_LOGS"},
	{"audit", "AUDIT_LOGS"},
}

func (b *builder) logGroups() error {
	for _, l := range publishedLogs {
		group, err := cloudwatch.NewLogGroup(b.Ctx, b.Child(l.group+"-log"), &cloudwatch.LogGroupArgs{
			Name:            pulumi.String(LogGroupPrefix + b.args.domainName() + "/" + l.group),
			KmsKeyId:        b.args.KeyARN.ToStringOutput().ToStringPtrOutput(),
			RetentionInDays: pulumi.Int(b.args.LogRetentionDays),
		}, b.Parent, pulumi.Protect(b.args.Protect))
		if err != nil {
			return fmt.Errorf("log group %s: %w", l.group, err)
		}
		b.groups = append(b.groups, pulumi.Sprintf("%s:*", group.Arn))
		b.publish = append(b.publish, opensearch.DomainLogPublishingOptionArgs{
			LogType: pulumi.String(l.logType), CloudwatchLogGroupArn: group.Arn, Enabled: pulumi.Bool(true),
		})
	}
	return nil
}

// logPolicy lets the service write to the groups, for this domain only: without the conditions, any account's
// domain could (OSG, "Enabling log publishing", on the confused deputy). A region of an account has room for
// ten such policies (CloudWatch Logs API Reference, PutResourcePolicy), so there is one for all four logs.
func (b *builder) logPolicy() error {
	document, err := policy.Document(policy.Statement{
		Sid:        "OpenSearchLogs",
		Principals: policy.Principals{Services: []string{"es.amazonaws.com"}},
		Actions:    []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Resources:  b.groups,
		Conditions: []policy.Condition{
			{Operator: "StringEquals", Key: "aws:SourceAccount", Values: policy.Strings(b.args.Account.ID)},
			{Operator: "ArnEquals", Key: "aws:SourceArn", Values: policy.Strings(b.args.arn())},
		},
	})
	if err != nil {
		return err
	}
	granted, err := cloudwatch.NewLogResourcePolicy(b.Ctx, b.Child("log-policy"), &cloudwatch.LogResourcePolicyArgs{
		PolicyName:     pulumi.String(b.args.domainName() + "-search-logs"),
		PolicyDocument: document,
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("policy of the log groups: %w", err)
	}
	b.needed = append(b.needed, granted) // the service tries to write before it makes the domain
	return nil
}
