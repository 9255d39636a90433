package waf

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/wafv2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/encryption"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/cdn/waf/rules"
)

// logPrefix is what WAF wants its log groups to be called (WAF Developer Guide, "Amazon CloudWatch Logs").
const logPrefix = "aws-waf-logs-"

// redacted are the headers whose values are nobody's business: sessions, tokens and passwords.
var redacted = []string{"authorization", "cookie"}

// kept are the requests that are logged while rules stop requests: those that were stopped, and those that a managed
// group found something in. All others are in the logs of CloudFront.
var kept = []string{"BLOCK", "EXCLUDED_AS_COUNT"}

// log has requests written down without what would let a reader of the log in. While rules only count, all are: what is
// to be found out then is whom they would have stopped.
func (b *builder) log() error {
	group := logPrefix + b.args.Name
	key, err := encryption.NewKey(b.Ctx, b.Child("log"), encryption.KeyArgs{
		Account:     b.args.Account,
		Description: "Log of the web ACL " + b.args.Name,
		Alias:       b.args.Environment.Path("firewall"),
		Statements:  []policy.Statement{encryption.ForLogs(b.args.Account, group)},
		Protect:     b.args.Protect,
	}, b.Parent)
	if err != nil {
		return err
	}
	made, err := cloudwatch.NewLogGroup(b.Ctx, b.Child("log-group"), &cloudwatch.LogGroupArgs{
		Name: pulumi.String(group), KmsKeyId: key.ARN.ToStringPtrOutput(), RetentionInDays: pulumi.Int(b.args.LogRetentionDays),
	}, b.Parent, pulumi.Protect(b.args.Protect))
	if err != nil {
		return fmt.Errorf("log group: %w", err)
	}
	b.LogGroup = made.Name
	var fields wafv2.WebAclLoggingConfigurationRedactedFieldArray
	for _, header := range redacted {
		fields = append(fields, wafv2.WebAclLoggingConfigurationRedactedFieldArgs{
			SingleHeader: wafv2.WebAclLoggingConfigurationRedactedFieldSingleHeaderArgs{Name: pulumi.String(header)},
		})
	}
	args := &wafv2.WebAclLoggingConfigurationArgs{
		ResourceArn:           b.ARN,
		LogDestinationConfigs: pulumi.StringArray{made.Arn},
		RedactedFields:        fields,
	}
	if b.args.Policy.Mode == rules.ModeBlock {
		args.LoggingFilter = filter()
	}
	if _, err := wafv2.NewWebAclLoggingConfiguration(b.Ctx, b.Child("logging"), args, b.Parent); err != nil {
		return fmt.Errorf("logging: %w", err)
	}
	return nil
}

func filter() wafv2.WebAclLoggingConfigurationLoggingFilterArgs {
	var conditions wafv2.WebAclLoggingConfigurationLoggingFilterFilterConditionArray
	for _, action := range kept {
		conditions = append(conditions, wafv2.WebAclLoggingConfigurationLoggingFilterFilterConditionArgs{
			ActionCondition: wafv2.WebAclLoggingConfigurationLoggingFilterFilterConditionActionConditionArgs{Action: pulumi.String(action)},
		})
	}
	return wafv2.WebAclLoggingConfigurationLoggingFilterArgs{
		DefaultBehavior: pulumi.String("DROP"),
		Filters: wafv2.WebAclLoggingConfigurationLoggingFilterFilterArray{wafv2.WebAclLoggingConfigurationLoggingFilterFilterArgs{
			Behavior: pulumi.String("KEEP"), Requirement: pulumi.String("MEETS_ANY"), Conditions: conditions,
		}},
	}
}
