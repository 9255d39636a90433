package stacks_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/policy"
)

// policyTexts are the inputs of a resource that hold policies.
var policyTexts = []string{"policy", "assumeRolePolicy", "policyDocument", "accessPolicies"}

// eachPolicy calls look for every statement of every policy of a plan.
func eachPolicy(t *testing.T, recorded *plan.Environment, look func(r plan.Resource, s policy.Parsed)) {
	t.Helper()
	for _, r := range recorded.Resources() {
		for _, input := range policyTexts {
			text, ok := r.Inputs[input].(string)
			if !ok || !strings.HasPrefix(r.Type, "aws:") || strings.Contains(r.Type, "lifecycle") {
				continue
			}
			statements, err := policy.Parse(text)
			require.NoError(t, err, r.Name)
			for _, s := range statements {
				look(r, s)
			}
		}
	}
}

// knownActions reads the catalogue: the names of each service's actions.
func knownActions(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/iam-actions.txt")
	require.NoError(t, err)
	known := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		if service, names, ok := strings.Cut(line, ": "); ok && !strings.HasPrefix(line, "#") {
			known[service] = strings.Fields(names)
		}
	}
	return known
}

// glob matches as IAM does: * is any number of characters, ? is one.
func glob(pattern, text string) bool {
	quoted := regexp.QuoteMeta(pattern)
	quoted = strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(quoted)
	return regexp.MustCompile("^" + quoted + "$").MatchString(text)
}

// exists reports whether a pattern of actions stands for any that IAM knows.
func exists(known map[string][]string, action string) bool {
	if action == "*" {
		return true
	}
	service, name, _ := strings.Cut(action, ":")
	return slices.ContainsFunc(known[service], func(n string) bool { return glob(strings.ToLower(name), strings.ToLower(n)) })
}

// TestActionsExist catches what IAM itself accepts: an action that is misspelt grants nothing, and denies nothing.
func TestActionsExist(t *testing.T) {
	known := knownActions(t)
	for _, action := range []string{"s3:GetObjekt", "ec2:RunInstance", "nothing:Get"} {
		require.False(t, exists(known, action), action)
	}
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		seen := 0
		eachPolicy(t, recorded, func(r plan.Resource, s policy.Parsed) {
			for _, action := range s.Action {
				seen++
				assert.True(t, exists(known, action), "%s: IAM knows no action %s", r.Name, action)
			}
		})
		assert.Greater(t, seen, 100)
	})
}

// TestPartitions keeps ARNs of one partition out of the code: China's begin otherwise.
func TestPartitions(t *testing.T) {
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		assert.NotRegexp(t, `"arn:aws[a-z-]*:`, string(text), path)
		return err
	}))
}

// may reports what a role's own policies allow without asking for anything: the actions of statements whose conditions
// are left aside, on a resource.
func may(t *testing.T, recorded *plan.Environment, role, action, resource string) bool {
	t.Helper()
	allowed := false
	for _, r := range ofType(recorded, "aws:iam/rolePolicy:RolePolicy") {
		if r.Inputs["role"] != named(t, recorded, "aws:iam/role:Role", role).Outputs["name"] {
			continue
		}
		statements, err := policy.Parse(r.Inputs["policy"].(string))
		require.NoError(t, err)
		for _, s := range statements {
			matches := func(patterns []string, text string) bool {
				return slices.ContainsFunc(patterns, func(p string) bool { return glob(p, text) })
			}
			if !matches(s.Action, action) || !matches(s.Resource, resource) {
				continue
			}
			if s.Effect == "Deny" {
				return false
			}
			allowed = true
		}
	}
	return allowed
}

// TestWhatRolesMay tries every role of the compute layer on something that it needs, and on what would be a break-in.
func TestWhatRolesMay(t *testing.T) {
	recorded := planned(t, "staging")
	const (
		media   = "arn:aws:s3:::magento-staging-media-eu-central-1-123456789012"
		secret  = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:magento/"
		podLogs = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/eks/magento-staging/pods/"
	)
	type trial struct{ action, resource string }
	trials := map[string]struct{ can, cannot []trial }{
		"addons-secrets-role": {
			can:    []trial{{"secretsmanager:GetSecretValue", secret + "staging/proxysql-AbCdEf"}},
			cannot: []trial{{"secretsmanager:GetSecretValue", secret + "production/proxysql-AbCdEf"}, {"secretsmanager:PutSecretValue", secret + "staging/proxysql-AbCdEf"}, {"secretsmanager:ListSecrets", "*"}},
		},
		"addons-balancer-role": {
			can:    []trial{{"elasticloadbalancing:RegisterTargets", "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/1"}},
			cannot: []trial{{"elasticloadbalancing:CreateLoadBalancer", "*"}, {"elasticloadbalancing:DeleteTargetGroup", "*"}, {"ec2:AuthorizeSecurityGroupIngress", "*"}},
		},
		"addons-volumes-role": {
			can:    []trial{{"kms:CreateGrant", keyOf(t, recorded, "cluster-encryption-key")}},
			cannot: []trial{{"kms:CreateGrant", keyOf(t, recorded, "database-encryption-key")}, {"kms:ScheduleKeyDeletion", "*"}},
		},
		"karpenter-controller-role": {
			can: []trial{{"iam:PassRole", roleARN(t, recorded, "karpenter-node-role")}, {"ec2:DescribeInstanceTypes", "*"}},
			cannot: []trial{{"iam:PassRole", roleARN(t, recorded, "cluster-node-role")}, {"iam:CreateInstanceProfile", "*"}, {"iam:CreateRole", "*"},
				{"ec2:CreateSecurityGroup", "*"}, {"sqs:SendMessage", "*"}},
		},
		"accounts-nodes-role": {
			can:    []trial{{"s3:PutObject", media + "/media/catalog/a.jpg"}},
			cannot: []trial{{"s3:PutObject", "arn:aws:s3:::another/object"}, {"s3:PutBucketPolicy", media}, {"secretsmanager:GetSecretValue", secret + "staging/cache-AbCdEf"}},
		},
		"fargate-execution-role": {
			can:    []trial{{"logs:PutLogEvents", "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/eks/magento-staging/fargate:log-stream:pod-x"}},
			cannot: []trial{{"logs:PutLogEvents", "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/eks/magento-staging/cluster:log-stream:x"}, {"logs:CreateLogGroup", "*"}, {"s3:GetObject", media + "/media/a"}},
		},
		"logs-agent-role": {
			can:    []trial{{"logs:CreateLogStream", podLogs + "magento:log-stream:web/nginx"}, {"logs:PutLogEvents", podLogs + "other:log-stream:a/b"}},
			cannot: []trial{{"logs:PutLogEvents", podLogs + "mine:log-stream:a/b"}, {"logs:CreateLogGroup", "*"}, {"logs:GetLogEvents", podLogs + "magento:log-stream:web/nginx"}},
		},
		"cluster-node-role":   {cannot: []trial{{"s3:GetObject", media + "/media/a"}, {"secretsmanager:GetSecretValue", secret + "staging/cache-AbCdEf"}}},
		"karpenter-node-role": {cannot: []trial{{"s3:GetObject", media + "/media/a"}, {"ec2:TerminateInstances", "*"}}},
	}
	trials["accounts-batch-role"] = trials["accounts-nodes-role"]
	for name, tried := range trials {
		for _, c := range tried.can {
			assert.True(t, may(t, recorded, name, c.action, c.resource), "%s may not %s on %s", name, c.action, c.resource)
		}
		for _, c := range tried.cannot {
			assert.False(t, may(t, recorded, name, c.action, c.resource), "%s may %s on %s", name, c.action, c.resource)
		}
	}
	var roles []string
	for _, r := range stackOf(t, recorded, "magento-compute").Resources {
		if r.Type == "aws:iam/role:Role" {
			roles = append(roles, r.Name)
		}
	}
	assert.ElementsMatch(t, roles, slices.Collect(maps.Keys(trials)), "a role that nobody tried")
}

func roleARN(t *testing.T, recorded *plan.Environment, name string) string {
	t.Helper()
	return named(t, recorded, "aws:iam/role:Role", name).Outputs["arn"].(string)
}

func keyOf(t *testing.T, recorded *plan.Environment, name string) string {
	t.Helper()
	return named(t, recorded, "aws:kms/key:Key", name).Outputs["arn"].(string)
}
