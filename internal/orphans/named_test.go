package orphans

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTaken finds what has a name of the plan's, each in its region, and neither what a state has nor what only begins so.
func TestTaken(t *testing.T) {
	var asked []string
	f := finder(map[string]string{
		"logs describe-log-groups": `{"logGroups":[{"logGroupName":"/aws/eks/magento-staging/cluster"},{"logGroupName":"/aws/eks/magento-staging/fargate"},
			{"logGroupName":"/aws/rds/cluster/magento-staging/error"},{"logGroupName":"our-group"},{"logGroupName":"aws-waf-logs-magento-staging"}]}`,
		"secretsmanager list-secrets": `{"SecretList":[{"ARN":"arn:1","Name":"magento/staging/admin","DeletedDate":"2026-01-31T10:00:00+00:00"},
			{"ARN":"our-secret","Name":"magento/staging/queue"},{"ARN":"arn:2","Name":"magento/staging/administrator"}]}`,
		"kms list-aliases": `{"Aliases":[{"AliasName":"alias/magento/staging/media","TargetKeyId":"0123"},{"AliasName":"alias/aws/s3"}]}`,
	})
	answer := f.AWS
	f.AWS = func(ctx context.Context, arguments ...string) ([]byte, error) {
		asked = append(asked, arguments[0]+" "+arguments[len(arguments)-3])
		return answer(ctx, arguments...)
	}
	found, err := f.Taken(context.Background(), []Named{
		{LogGroupType, "/aws/eks/magento-staging/cluster", "eu-central-1"},
		{LogGroupType, "/aws/rds/cluster/magento-staging/error", "eu-central-1"}, {LogGroupType, "/aws/rds/cluster/magento-staging/audit", "eu-central-1"},
		{LogGroupType, "our-group", "eu-central-1"},
		{LogGroupType, "aws-waf-logs-magento-staging", "us-east-1"},
		{secretType, "magento/staging/admin", "eu-central-1"}, {secretType, "magento/staging/queue", "eu-central-1"},
		{aliasType, "alias/magento/staging/media", "eu-central-1"}, {aliasType, "alias/magento/staging/logs", "eu-central-1"},
	})
	require.NoError(t, err)
	const writesOn = ", which writes on for a while after what it logs is deleted\n  aws logs delete-log-group --log-group-name "
	assert.Equal(t, []string{
		"log group /aws/eks/magento-staging/cluster, made by EKS" + writesOn + "/aws/eks/magento-staging/cluster --region eu-central-1",
		"log group /aws/rds/cluster/magento-staging/error, made by RDS" + writesOn + "/aws/rds/cluster/magento-staging/error --region eu-central-1",
		"secret magento/staging/admin, made by an environment of this name, which was destroyed on 2026-01-31T10:00:00+00:00; the secret can still be restored\n" +
			"  aws secretsmanager delete-secret --force-delete-without-recovery --secret-id arn:1 --region eu-central-1 # for good",
		"alias alias/magento/staging/media of the key 0123, made by " + unknownOwner + "\n  aws kms delete-alias --alias-name alias/magento/staging/media --region eu-central-1",
		"log group aws-waf-logs-magento-staging, made by WAF" + writesOn + "aws-waf-logs-magento-staging --region us-east-1",
	}, unique(texts(found)))
	assert.Equal(t, []string{"logs eu-central-1", "logs eu-central-1", "logs eu-central-1", "secretsmanager eu-central-1", "kms eu-central-1", "logs us-east-1"}, asked)

	f.AWS = func(context.Context, ...string) ([]byte, error) { return nil, errors.New("AccessDenied") }
	_, err = f.Taken(context.Background(), []Named{{aliasType, "alias/x", "eu-central-1"}})
	assert.EqualError(t, err, "AccessDenied")
	found, err = f.Taken(context.Background(), nil)
	assert.NoError(t, err, "where nothing is named nothing is asked")
	assert.Empty(t, found)
}

func TestMoments(t *testing.T) {
	assert.Equal(t, "2026-01-31T10:00:00+00:00", moment("2026-01-31T10:00:00+00:00"))
	assert.Equal(t, "2026-01-31T10:00:00Z", moment(float64(1769853600)))
}

// unique drops repeats: the canned answer is the same for every prefix.
func unique(lines []string) []string {
	var kept []string
	seen := map[string]bool{}
	for _, line := range lines {
		if !seen[line] {
			kept = append(kept, line)
		}
		seen[line] = true
	}
	return kept
}
