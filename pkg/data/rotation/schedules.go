package rotation

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/data/rotation/schedule"
)

// hooked is an API key that a function of the shop's rotates.
type hooked struct {
	Secret
	function string // its ARN
}

// endAll asks the function to end every credential that nobody can hold any more.
const endAll = `{"End":"*"}`

// makeSchedules lets Secrets Manager call the function, and turns rotation on for each secret. Nothing rotates on the day on which
// it is turned on: the users of the stores are made by jobs in the cluster, after this layer.
func (b *builder) makeSchedules() error {
	allowed, err := b.mayInvoke("secrets-manager", &lambda.PermissionArgs{
		Principal: pulumi.String("secretsmanager.amazonaws.com"), SourceAccount: pulumi.String(b.args.Account.ID),
	})
	if err != nil {
		return err
	}
	for _, secret := range b.secrets {
		if err := b.rotate(secret, b.function.Arn, pulumi.DependsOn([]pulumi.Resource{allowed})); err != nil {
			return err
		}
	}
	for _, key := range b.hooked {
		if err := b.rotate(key.Secret, pulumi.String(key.function).ToStringOutput()); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) rotate(secret Secret, function pulumi.StringOutput, opts ...pulumi.ResourceOption) error {
	expression, err := schedule.Expression(secret.Class, secret.Days, b.args.Window)
	if err != nil {
		return fmt.Errorf("schedule of %s: %w", secret.Name, err)
	}
	_, err = secretsmanager.NewSecretRotation(b.Ctx, b.Child("of-"+part(string(secret.Name))), &secretsmanager.SecretRotationArgs{
		SecretId:          secret.ARN.ToStringOutput(),
		RotationLambdaArn: function.ToStringPtrOutput(),
		RotateImmediately: pulumi.Bool(false),
		RotationRules: secretsmanager.SecretRotationRotationRulesArgs{
			ScheduleExpression: pulumi.String(expression), Duration: pulumi.String(b.args.Window.Duration()),
		},
	}, append(opts, b.Parent)...)
	if err != nil {
		return fmt.Errorf("rotation of %s: %w", secret.Name, err)
	}
	return nil
}

// part is a secret's name as a part of the names of resources.
func part(secret string) string { return strings.ReplaceAll(secret, "/", "-") }

// makeDailyEnd asks every day for the end of what was rotated the day before, or is due since.
func (b *builder) makeDailyEnd() error {
	rule, err := cloudwatch.NewEventRule(b.Ctx, b.Child("end"), &cloudwatch.EventRuleArgs{
		Description:        pulumi.String("Ends the credentials of " + b.args.Environment + " that nobody can hold any more"),
		ScheduleExpression: pulumi.String(b.args.Window.Daily()),
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("daily rule: %w", err)
	}
	allowed, err := b.mayInvoke("daily", &lambda.PermissionArgs{Principal: pulumi.String("events.amazonaws.com"), SourceArn: rule.Arn})
	if err != nil {
		return err
	}
	if _, err := cloudwatch.NewEventTarget(b.Ctx, b.Child("end-target"), &cloudwatch.EventTargetArgs{
		Rule: rule.Name, Arn: b.function.Arn, Input: pulumi.String(endAll),
	}, b.Parent, pulumi.DependsOn([]pulumi.Resource{allowed})); err != nil {
		return fmt.Errorf("target of the daily rule: %w", err)
	}
	return nil
}

// mayInvoke lets a service call the function.
func (b *builder) mayInvoke(caller string, args *lambda.PermissionArgs) (*lambda.Permission, error) {
	args.Action, args.Function = pulumi.String("lambda:InvokeFunction"), b.function.Name
	permission, err := lambda.NewPermission(b.Ctx, b.Child("invoked-by-"+caller), args, b.Parent)
	if err != nil {
		return nil, fmt.Errorf("permission of %s: %w", caller, err)
	}
	return permission, nil
}
