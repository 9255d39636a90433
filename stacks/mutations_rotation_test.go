package stacks_test

import "github.com/magestack/magestack/internal/plan"

func rotationMutations() []mutation {
	const (
		secret     = "aws:secretsmanager/secret:Secret"
		rotation   = "aws:secretsmanager/secretRotation:SecretRotation"
		function   = "aws:lambda/function:Function"
		permission = "aws:lambda/permission:Permission"
		queue      = "aws:sqs/queue:Queue"
	)
	return []mutation{
		{"secrets-rotate", "a secret that nothing rotates", rotation, gone},
		{"secrets-rotate", "a secret that is newer than the schedules", secret, func(r *plan.Resource) {
			r.Outputs["arn"] = "arn:aws:secretsmanager:eu-central-1:210987654321:secret:other"
		}},
		{"secrets-rotate", "a rotation once a year", rotation, set("rotationRules.scheduleExpression", "cron(0 22 2 6 ? *)")},
		{"secrets-rotate", "a rotation of which no hour is known", rotation, set("rotationRules.scheduleExpression", "rate(30 days)")},
		{"secrets-rotate", "a rotation on the first day", rotation, set("rotateImmediately", true)},
		{"secrets-rotate", "an encryption key that rotates by itself", secret, set("name", "magento/production/encryption-key")},
		{"functions-contained", "an old runtime", function, set("runtime", "provided.al2")},
		{"functions-contained", "a function outside of the VPC", function, unset("vpcConfig")},
		{"functions-contained", "a function in one zone", function, set("vpcConfig.subnetIds", anyList("subnet-1"))},
		{"functions-contained", "a log that Lambda makes", function, unset("loggingConfig")},
		{"functions-contained", "callers of any account", permission, func(r *plan.Resource) { r.Inputs["sourceAccount"], r.Inputs["sourceArn"] = nil, nil }},
		{"functions-contained", "everybody as a caller", permission, set("principal", "*")},
		{"function-failures-kept", "failures that are forgotten", function, unset("deadLetterConfig")},
		{"function-failures-kept", "failures under SQS's key", queue, unset("kmsMasterKeyId")},
	}
}
