package network_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFlowLogs(t *testing.T) {
	const name, arn = "/magento/staging/vpc-flow-logs", "arn:aws:logs:eu-central-1:123456789012:log-group:/magento/staging/vpc-flow-logs"
	r, _ := deploy(t, arguments(t))

	group := r.one(t, typeLogGroup)
	assert.Equal(t, name, group.Inputs["name"])
	assert.Equal(t, "net-logs-key/arn", group.Inputs["kmsKeyId"])
	assert.EqualValues(t, 365, group.Inputs["retentionInDays"])
	assert.Equal(t, "alias/magento/staging/network-logs", r.one(t, "aws:kms/alias:Alias").Inputs["name"])

	trust := r.one(t, typeRole).statements(t, "assumeRolePolicy")
	require.Len(t, trust, 1)
	assert.Equal(t, map[string][]string{"Service": {"vpc-flow-logs.amazonaws.com"}}, trust[0].Principal)
	assert.Equal(t, map[string]map[string][]string{
		"StringEquals": {"aws:SourceAccount": {"123456789012"}},
		"ArnLike":      {"aws:SourceArn": {"arn:aws:ec2:eu-central-1:123456789012:vpc-flow-log/*"}},
	}, trust[0].Condition)

	permissions := r.one(t, typeRolePolicy)
	statements := permissions.statements(t, "policy")
	require.Len(t, statements, 2)
	assert.ElementsMatch(t, []string{arn, arn + ":*"}, statements[0].Resource)
	assert.ElementsMatch(t, []string{"logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"}, statements[0].Action)
	assert.Equal(t, []string{"logs:DescribeLogGroups"}, statements[1].Action)
	assert.Equal(t, []string{"arn:aws:logs:eu-central-1:123456789012:log-group:*"}, statements[1].Resource,
		"the list is asked of all groups at once, which one group's ARN does not match")

	log := r.one(t, typeFlowLog)
	assert.Equal(t, "ALL", log.Inputs["trafficType"])
	assert.Equal(t, "net-vpc/id", log.Inputs["vpcId"])
	assert.Equal(t, "net-flow-log-group/arn", log.Inputs["logDestination"])
	assert.EqualValues(t, 60, log.Inputs["maxAggregationInterval"])
	assert.True(t, dependsOn(log, permissions), "the first records would be lost")
}
