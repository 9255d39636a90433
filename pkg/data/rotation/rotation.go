// Package rotation makes the function that rotates an environment's credentials, with the schedules by which Secrets Manager
// calls it. What the function does is in functions/rotation.
package rotation

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/data/rotation/schedule"
	"github.com/magestack/magestack/pkg/naming"
)

// Type is the type token of a Rotation.
const Type = "magento:rotation:Rotation"

// LogGroupName returns the name of the function's log group; the key must be usable for it (encryption.ForLogs).
func LogGroupName(environment naming.Environment) string {
	return "/aws/lambda/" + functionName(environment)
}

// functionName is the function's, which its log group, its role's policy and its key's must know before it is there.
func functionName(environment naming.Environment) string { return environment.Name("rotation") }

const (
	// timeoutSeconds is the longest that a function may run (AWS Lambda Developer Guide, "Lambda quotas"). A step that waits for
	// every pod of ProxySQL, or for a replication group, needs minutes of it.
	timeoutSeconds = 15 * 60

	// memoryMB gives the function a seventh of a processor: it waits most of the time, and computes TLS handshakes for the rest.
	memoryMB = 256

	// oneAtATime is the reserved concurrency. Two rotations that ran beside each other would be safe, and the end of a previous
	// credential would not be.
	oneAtATime = 1

	// runtime and handler are those of a binary of Go (AWS Lambda Developer Guide, "Deploy Go Lambda functions with .zip file archives").
	runtime      = "provided.al2023"
	handler      = "bootstrap"
	architecture = "arm64"
)

// Rotation is the function with its schedules.
type Rotation struct {
	pulumi.ResourceState

	Function pulumi.StringOutput // its name
	Failures pulumi.StringOutput // the name of the queue of events that it could not work off
	LogGroup pulumi.StringOutput // its name
}

// builder makes the children, one concern after the other.
type builder struct {
	component.Scope
	args Args

	secrets  []Secret // that the function rotates: those of the arguments and the API keys that are drawn here
	hooked   []hooked
	log      *cloudwatch.LogGroup
	failures *sqs.Queue
	role     *iam.Role
	rights   []pulumi.Resource
	function *lambda.Function
}

// New registers a Rotation.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Rotation, error) {
	r := &Rotation{}
	return r, component.New(ctx, Type, name, args, r, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, args: args, secrets: args.Secrets}
		if err := component.Steps(
			b.makeAPIKeys, b.makeLog, b.makeQueue, b.makeRole, b.makeFunction, b.makeSchedules, b.makeDailyEnd,
		); err != nil {
			return nil, err
		}
		r.Function, r.Failures, r.LogGroup = b.function.Name, b.failures.Name, b.log.Name
		return pulumi.Map{"function": r.Function, "failures": r.Failures, "logGroup": r.LogGroup}, nil
	}, opts...)
}

func (a Args) functionName() string { return functionName(a.Environment) }

func (a Args) functionARN() string { return a.Account.ARN("lambda", "function:"+a.functionName()) }

// makeLog makes the log group before the function writes to it: Lambda would make one without a key and without an end.
func (b *builder) makeLog() (err error) {
	b.log, err = cloudwatch.NewLogGroup(b.Ctx, b.Child("log"), &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(LogGroupName(b.args.Environment)),
		KmsKeyId:        b.args.KeyARN.ToStringOutput().ToStringPtrOutput(),
		RetentionInDays: pulumi.Int(b.args.LogRetentionDays),
	}, b.Parent, pulumi.Protect(b.args.Protect))
	if err != nil {
		return fmt.Errorf("log group: %w", err)
	}
	return nil
}

// makeFunction registers the function. It is in the data subnets, which have no way out of the VPC. There is no tracing: a rotation
// calls stores, of which X-Ray sees nothing, and the log has every step.
func (b *builder) makeFunction() error {
	variables, err := b.variables()
	if err != nil {
		return err
	}
	b.function, err = lambda.NewFunction(b.Ctx, b.Child("function"), &lambda.FunctionArgs{
		Name:                         pulumi.String(b.args.functionName()),
		Description:                  pulumi.String("Rotates the credentials of " + b.args.Environment),
		Code:                         b.args.Archive,
		Runtime:                      pulumi.String(runtime),
		Handler:                      pulumi.String(handler),
		Architectures:                pulumi.ToStringArray([]string{architecture}),
		Role:                         b.role.Arn,
		Timeout:                      pulumi.Int(timeoutSeconds),
		MemorySize:                   pulumi.Int(memoryMB),
		ReservedConcurrentExecutions: pulumi.Int(oneAtATime),
		VpcConfig: lambda.FunctionVpcConfigArgs{
			SubnetIds: pulumi.ToStringArray(b.args.SubnetIDs), SecurityGroupIds: pulumi.ToStringArray([]string{b.args.SecurityGroupID}),
		},
		DeadLetterConfig: lambda.FunctionDeadLetterConfigArgs{TargetArn: b.failures.Arn},
		LoggingConfig:    lambda.FunctionLoggingConfigArgs{LogFormat: pulumi.String("JSON"), LogGroup: b.log.Name},
		Environment:      lambda.FunctionEnvironmentArgs{Variables: variables},
	}, b.Parent, pulumi.DependsOn(b.rights))
	if err != nil {
		return fmt.Errorf("function: %w", err)
	}
	return nil
}

// drawnKey is how the function is told of an API key.
type drawnKey struct {
	Name     string `json:"name"`
	Length   int    `json:"length"`
	Alphabet string `json:"alphabet"`
}

// variables are what the function is told (functions/rotation/rotator, ReadConfig). No credential is among them.
func (b *builder) variables() (pulumi.StringMap, error) {
	keys := []drawnKey{}
	for _, key := range b.args.APIKeys {
		if key.Drawn() {
			keys = append(keys, drawnKey{key.Name, key.Length, key.Alphabet})
		}
	}
	text, err := json.Marshal(keys)
	if err != nil {
		return nil, fmt.Errorf("declarations of API keys: %w", err)
	}
	var names []naming.Secret
	for _, secret := range b.secrets {
		names = append(names, secret.Name)
	}
	rotating, err := json.Marshal(names)
	if err != nil {
		return nil, fmt.Errorf("names of secrets: %w", err)
	}
	return pulumi.StringMap{
		"SECRETS":        pulumi.String(rotating),
		"ENVIRONMENT":    pulumi.String(b.args.Environment),
		"PROXYSQL_PODS":  pulumi.String(strconv.Itoa(b.args.ProxySQLPods)),
		"CACHE_GROUP":    b.args.Cache.ID.ToStringOutput(),
		"SESSIONS_GROUP": b.args.Sessions.ID.ToStringOutput(),
		"API_KEYS":       pulumi.String(text),
		"HOLD_HOURS":     pulumi.String(strconv.Itoa(schedule.HoldHours)),
	}, nil
}
