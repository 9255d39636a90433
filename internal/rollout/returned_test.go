package rollout

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// down is what a destroy ran, and how often it waited.
func down(t *testing.T, f *fake, patience time.Duration) (removed []string, pauses int, err error) {
	t.Helper()
	r, _ := f.of(t, nil)
	r.Pause = func(context.Context, time.Duration) error { pauses++; return nil }
	err = r.Destroy(context.Background(), DestroyOptions{Yes: true, Patience: patience})
	for _, line := range f.asked {
		if len(line) > 25 && line[:25] == "aws logs delete-log-group" {
			removed = append(removed, line)
		}
	}
	return removed, pauses, err
}

// withLogs is an environment whose cluster and firewall have log groups, the second in another region.
func withLogs() *fake {
	f := newFake()
	f.add("stacks/compute", "aws:cloudwatch/logGroup:LogGroup", "cluster-log", "/aws/eks/magento-staging/cluster")
	group := resource("aws:cloudwatch/logGroup:LogGroup", "firewall-log", "aws-waf-logs-magento-staging")
	group["outputs"] = map[string]any{"arn": "arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-magento-staging"}
	f.states["stacks/cdn staging"] = append(f.states["stacks/cdn staging"], group)
	return f
}

// TestWhatComesBackIsRemoved has EKS write once more a minute after everything is down.
func TestWhatComesBackIsRemoved(t *testing.T) {
	f := withLogs()
	const back, nothing = `{"logGroups":[{"logGroupName":"/aws/eks/magento-staging/cluster"},{"logGroupName":"/aws/eks/magento-staging/other"}]}`, "{}"
	f.answers["logs describe-log-groups"] = []string{nothing, nothing, back, nothing, nothing}
	removed, pauses, err := down(t, f, time.Hour)
	require.NoError(t, err)
	assert.Equal(t, []string{"aws logs delete-log-group --log-group-name /aws/eks/magento-staging/cluster --region eu-central-1"}, removed)
	assert.Equal(t, int(returnPeriod/pollInterval), pauses)
	assert.Contains(t, f.asked, "aws logs describe-log-groups --log-group-name-prefix aws-waf-logs-magento-staging --region us-east-1 --output json")
}

func TestNoLogGroupNoWait(t *testing.T) {
	removed, pauses, err := down(t, newFake(), time.Hour)
	require.NoError(t, err)
	assert.Empty(t, removed)
	assert.Zero(t, pauses)
	_, pauses, err = down(t, withLogs(), 0)
	require.NoError(t, err)
	assert.Zero(t, pauses, "patience bounds this, too")
}

func TestWhatCannotBeRemovedIsSaid(t *testing.T) {
	f := withLogs()
	f.answers["logs describe-log-groups"] = []string{`{"logGroups":[{"logGroupName":"/aws/eks/magento-staging/cluster"}]}`}
	f.fails["aws logs delete-log-group"] = errors.New("AccessDenied")
	_, _, err := down(t, f, time.Hour)
	assert.ErrorContains(t, err, "deleting the recreated log group /aws/eks/magento-staging/cluster: ")
}
