package guard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/data/rotation/schedule"
	"github.com/magestack/magestack/pkg/naming"
)

const (
	secretType     = "aws:secretsmanager/secret:Secret"
	rotationType   = "aws:secretsmanager/secretRotation:SecretRotation"
	lambdaType   = "aws:lambda/function:Function"
	permissionType = "aws:lambda/permission:Permission"
)

// rotationControls are about the rotation of credentials, and the functions that do it.
func rotationControls() []Control {
	return []Control{
		{"secrets-rotate", "SecretsManager.1, SecretsManager.4: every credential rotates within 90 days, or it is argued why not", checkRotation},
		{"functions-contained", "Lambda.1, Lambda.2, Lambda.3, Lambda.5: a function is called by services of this account, in the VPC, in several zones, on a runtime that AWS supports", checkFunctions},
		{"function-failures-kept", "SQS.1: what a function could not do is kept, under a key of ours", checkFailures},
	}
}

// unrotated are the secrets that no schedule rotates, by the end of their names, each with the reason.
var unrotated = map[naming.Secret]string{
	naming.SecretEncryptionKey:    "Magento's data is encrypted with it: a key is appended when an operator asks, and the re-encryption watched (docs/operations.md)",
	naming.SecretProxySQLTemplate: "it holds no credential, and follows the settings",
	naming.SecretMail:             "SMTP takes a long-lived key of an IAM user alone; it is exchanged by hand (decision 0099, IAM.3)",
	naming.SecretArgoCDOIDC:       "the identity provider gave it, and knows no other way than by hand",
	naming.SecretArgoCDRepository: "the owner of the repository gave it, the same way",
}

func rotates(secret plan.Resource) bool {
	for name := range unrotated {
		if strings.HasSuffix(fmt.Sprint(at(secret, "name")), "/"+string(name)) {
			return false
		}
	}
	return true
}

// checkRotation wants one schedule for every credential, whose longest gap is within the standard's ceiling.
func checkRotation(g *graph) []Violation {
	var found []Violation
	for _, secret := range g.of(secretType) {
		schedules := g.referring(rotationType, "secretId", secret.Outputs["arn"])
		add := func(problem string) { found = append(found, Violation{URN: secret.URN, Problem: problem}) }
		switch {
		case !rotates(secret):
			if len(schedules) > 0 {
				add("is rotated by a schedule, and must not be")
			}
			continue
		case len(schedules) != 1:
			add(fmt.Sprintf("has %d schedules of rotation, not one", len(schedules)))
			continue
		}
		rotation := schedules[0]
		gap, err := schedule.LongestGap(fmt.Sprint(at(rotation, "rotationRules.scheduleExpression")))
		if err != nil || gap > schedule.MaxDays {
			add(fmt.Sprintf("may be in use for more than %d days (%v)", schedule.MaxDays, at(rotation, "rotationRules.scheduleExpression")))
		}
		if at(rotation, "rotateImmediately") != false {
			add("rotates when it is deployed, before its store has users")
		}
	}
	return found
}

// supportedRuntimes are those that functions of ours may have (AWS Lambda Developer Guide, "Lambda runtimes").
var supportedRuntimes = []any{"provided.al2023"}

// checkFunctions wants functions in the VPC and on a supported runtime, that write to a log of the plan's, and whose callers
// say on whose behalf they call.
func checkFunctions(g *graph) []Violation {
	var found []Violation
	for _, function := range g.of(lambdaType) {
		add := func(problem string) { found = append(found, Violation{URN: function.URN, Problem: problem}) }
		if !slices.Contains(supportedRuntimes, at(function, "runtime")) {
			add(fmt.Sprintf("runs on %v", at(function, "runtime")))
		}
		if len(texts(function, "vpcConfig.subnetIds")) < 2 || len(texts(function, "vpcConfig.securityGroupIds")) == 0 {
			add("is not in several zones of the VPC")
		}
		if len(g.referring(logGroupType, "name", at(function, "loggingConfig.logGroup"))) != 1 {
			add("writes to a log that the plan does not make")
		}
	}
	for _, permission := range g.of(permissionType) {
		home := g.home(permission).ID
		bound := at(permission, "sourceAccount") == home || strings.Contains(fmt.Sprint(at(permission, "sourceArn")), ":"+home+":")
		if !bound {
			found = append(found, Violation{URN: permission.URN, Problem: "lets a service call on behalf of any account"})
		}
		if principal := fmt.Sprint(at(permission, "principal")); !strings.HasSuffix(principal, ".amazonaws.com") {
			found = append(found, Violation{URN: permission.URN, Problem: "lets " + principal + " call, which is no service"})
		}
	}
	return found
}

// checkFailures wants a queue of the plan's behind every function, encrypted with a key of ours.
func checkFailures(g *graph) []Violation {
	var found []Violation
	for _, function := range g.of(lambdaType) {
		queues := slices.DeleteFunc(g.of("aws:sqs/queue:Queue"), func(queue plan.Resource) bool {
			return queue.Outputs["arn"] != at(function, "deadLetterConfig.targetArn") || at(queue, "kmsMasterKeyId") == nil
		})
		if len(queues) != 1 {
			found = append(found, Violation{URN: function.URN, Problem: "keeps nothing of what it could not do"})
		}
	}
	return found
}
