package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/internal/rollout"
	"github.com/magestack/magestack/stacks"
)

// bare is a machine in front of an account in which nothing is prepared, and where an environment of the name was before.
type bare struct {
	silent
	answers map[string]string
}

func (b *bare) Output(ctx context.Context, command rollout.Command) ([]byte, error) {
	for prefix, answer := range b.answers {
		if strings.HasPrefix(command.String(), "aws "+prefix) {
			return []byte(answer), nil
		}
	}
	return b.silent.Output(ctx, command)
}

func up(t *testing.T, answers map[string]string, arguments ...string) (result, []string) {
	t.Helper()
	directory := fixture.Repository(t)
	var stdout, stderr bytes.Buffer
	runner := &bare{answers: answers}
	tool := tool{directory: directory, programs: stacks.Programs(), runner: runner, stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr}
	status := tool.run(append([]string{"up", "staging", "--yes"}, arguments...))
	return result{status, stdout.String(), stderr.String()}, runner.ran
}

// TestUpFindsWhatIsInTheWay asks with the plan of the repository: what is missing and what is in the way is said at once,
// each with the command that mends it, and nothing is begun.
func TestUpFindsWhatIsInTheWay(t *testing.T) {
	got, ran := up(t, map[string]string{
		"ec2 describe-availability-zones": `{"AvailabilityZones":[{"ZoneName":"eu-central-1a","ZoneId":"euc1-az2"},{"ZoneName":"eu-central-1b","ZoneId":"use1-az3"},{"ZoneName":"eu-central-1c","ZoneId":"euc1-az3"}]}`,
		"backup describe-region-settings": `{"ResourceTypeOptInPreference":{"Aurora":false,"EBS":true}}`,
		"iam list-roles":                  `{"Roles":[{"RoleName":"AWSServiceRoleForAmazonOpenSearchService","Arn":"arn:of:opensearch"},{"RoleName":"AWSServiceRoleForRDS","Arn":"arn:rds"}]}`,
		"logs describe-log-groups --log-group-name-prefix /aws/eks/magento-staging/": `{"logGroups":[{"logGroupName":"/aws/eks/magento-staging/cluster"}]}`,
		"logs describe-log-groups --log-group-name-prefix aws-waf-logs-":             `{"logGroups":[{"logGroupName":"aws-waf-logs-magento-staging"}]}`,
		"lambda get-account-settings":                                                `{"AccountLimit":{"UnreservedConcurrentExecutions":100}}`,
		"secretsmanager list-secrets":                                                `{"SecretList":[{"ARN":"arn:secret","Name":"magento/staging/encryption-key","DeletedDate":"2026-01-31"}]}`,
	})
	assert.Equal(t, 1, got.status)
	assert.Empty(t, ran)
	for _, want := range []string{
		`magento-networking:zones: "eu-central-1b": is use1-az3, which is not supported by EKS, for a control plane; zones can only be appended later; allowed in this account: eu-central-1a, eu-central-1c`,
		`magento-networking:zones: "eu-central-1b": is use1-az3, which is not supported by CloudFront, for a VPC origin`,
		"aws backup update-region-settings --region eu-central-1 --resource-type-opt-in-preference Aurora=true,S3=true",
		"the account has no service-linked role AWSServiceRoleForElastiCache; make it: aws iam create-service-linked-role --aws-service-name elasticache.amazonaws.com",
		`magento-data:searchServiceLinkedRole: true: the account already has the role AWSServiceRoleForAmazonOpenSearchService; set it to false`,
		"100 concurrent executions of Lambda are left that nothing has reserved in eu-central-1, of which AWS keeps 100: the functions of the plan reserve 1",
		"a name of the plan is taken by what no state has: log group /aws/eks/magento-staging/cluster, made by EKS",
		"aws logs delete-log-group --log-group-name /aws/eks/magento-staging/cluster --region eu-central-1",
		"aws logs delete-log-group --log-group-name aws-waf-logs-magento-staging --region us-east-1",
		"secret magento/staging/encryption-key, made by an environment of this name, which was destroyed on 2026-01-31",
	} {
		assert.Contains(t, got.stderr, want)
	}
	assert.NotContains(t, got.stderr, "AWSServiceRoleForRDS", "it is there")
	assert.NotContains(t, got.stderr, "AWSServiceRoleForEC2Spot", "the plan makes it")
}

// TestUpOfAPreparedAccount goes on, and asks about a layer only what it needs.
func TestUpOfAPreparedAccount(t *testing.T) {
	ready := map[string]string{
		"backup describe-region-settings": `{"ResourceTypeOptInPreference":{"Aurora":true,"S3":true}}`,
		"iam list-roles":                  `{"Roles":[{"RoleName":"AWSServiceRoleForElastiCache","Arn":"arn:cache"},{"RoleName":"AWSServiceRoleForRDS","Arn":"arn:rds"}]}`,
		"lambda get-account-settings":     `{"AccountLimit":{"UnreservedConcurrentExecutions":101}}`,
	}
	got, ran := up(t, ready)
	assert.Equal(t, 0, got.status, got.stderr)
	assert.Len(t, ran, len(stacks.Programs()))

	got, ran = up(t, nil, "--layer", "networking")
	assert.Equal(t, 0, got.status, got.stderr)
	assert.Len(t, ran, 1)
}
