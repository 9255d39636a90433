package proxysql

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/data/aurora/topology"
)

// TestPoolsStayWithinTheBudget adds up what one instance can be asked for, in whichever hostgroups it is.
func TestPoolsStayWithinTheBudget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minimum := capacity.Step * capacity.ACU(rapid.IntRange(1, 512).Draw(t, "min"))
		pods := rapid.IntRange(1, 12).Draw(t, "pods")
		split := rapid.SampledFrom(topology.ReadSplits()).Draw(t, "split")
		readers := rapid.IntRange(1, 4).Draw(t, "readers")
		settings, err := example("x", capacity.Range{Min: minimum, Max: capacity.MaxACU}, pods, readers)
		if err != nil {
			t.Skip("the budget refuses this")
		}
		budget, err := capacity.NewBudget(capacity.Range{Min: minimum, Max: capacity.MaxACU}, pods, 0)
		require.NoError(t, err)
		settings.ReadSplit = split
		if split == topology.ReadSplitProxySQL {
			settings.ReadDigests = []Digest{{"0x0123456789ABCDEF", "a statement"}}
		}
		file := parsed(t, settings)

		limit := 0
		for _, server := range table(t, file, "mysql_servers") {
			if limit == 0 {
				limit = server["max_connections"].(int)
			}
			assert.Equal(t, limit, server["max_connections"], "ProxySQL moves rows between hostgroups with their limit")
			assert.Equal(t, 1, server["use_ssl"])
		}
		for _, attributes := range table(t, file, "mysql_hostgroup_attributes") {
			assert.JSONEq(t, fmt.Sprintf(`{"weight":1,"max_connections":%d,"use_ssl":1}`, limit), attributes["servers_defaults"].(string))
		}
		assert.Positive(t, limit)

		reads := 0 // what can be in use at one time in the readers' hostgroup
		for _, user := range table(t, file, "mysql_users") {
			if user["default_hostgroup"] == readerHostgroup {
				reads += user["max_connections"].(int)
			}
		}
		for _, rule := range table(t, file, "mysql_query_rules") {
			if rule["destination_hostgroup"] == readerHostgroup {
				reads += MaxClients
			}
		}
		worst := opened(limit) + opened(min(limit, reads))
		assert.LessOrEqual(t, worst, budget.PerPod, "one pod, one instance, both hostgroups")
		assert.LessOrEqual(t, worst*budget.OpenPods()+budget.Reserved, budget.MaxConnections)
	})
}

func TestServersFollowTheReaders(t *testing.T) {
	for readers, want := range map[int][]string{0: {"10 1", "20 1"}, 1: {"10 1", "20 1", "20 2"}, 2: {"10 1", "20 2", "20 3"}} {
		settings, err := example("x", capacity.Range{Min: 8, Max: 16}, 2, readers)
		require.NoError(t, err)
		file := parsed(t, settings)
		var got []string
		for _, row := range table(t, file, "mysql_servers") {
			name, _, _ := strings.Cut(row["address"].(string), ".")
			got = append(got, fmt.Sprintf("%d %s", row["hostgroup"], strings.TrimPrefix(name, "magento-x-")))
		}
		assert.Equal(t, want, got)
		cluster := table(t, file, "mysql_aws_aurora_hostgroups")
		require.Len(t, cluster, 1)
		assert.Equal(t, domain, cluster[0]["domain_name"])
		writerReads := 0
		if readers < 2 {
			writerReads = 1
		}
		assert.Equal(t, writerReads, cluster[0]["writer_is_also_reader"], "%d readers", readers)
	}
}

func TestDomainName(t *testing.T) {
	got, err := DomainName("magento-1"+domain, "magento-1")
	require.NoError(t, err)
	assert.Equal(t, domain, got)
	for endpoint, identifier := range map[string]string{
		"magento-1" + domain:                          "magento-2",
		"magento-2" + domain:                          "magento",
		"magento.cluster-cb1a.x.rds.amazonaws.com":    "magento",
		"magento.cluster-ro-cb1a.x.rds.amazonaws.com": "magento",
		"magento":  "magento",
		"magento.": "magento",
		domain:     "",
		"":         "",
		"other.magento-1.x.eu-west-1.rds.amazonaws.com": "magento-1",
	} {
		_, err := DomainName(endpoint, identifier)
		assert.Error(t, err, "%s of %s", endpoint, identifier)
	}
}

// TestPooling holds the variables by which many clients share few connections, and by which a refusal of the database is
// waited for (variables.go has what was measured without them).
func TestPooling(t *testing.T) {
	for name, settings := range all(t) {
		value, err := parsed(t, settings).get("mysql_variables")
		require.NoError(t, err)
		for variable, want := range map[string]any{
			"shun_on_failures": 10000000, "connect_retries_on_failure": 1000, "connect_retries_delay": 1000,
			"reset_connection_algorithm": 2, "connpoll_reset_queue_length": 50, "handle_warnings": 0,
			"auto_increment_delay_multiplex": 5, "auto_increment_delay_multiplex_timeout_ms": 10000,
		} {
			got, err := value.(group).get(variable)
			require.NoError(t, err)
			assert.Equal(t, want, got, "%s: %s", name, variable)
		}
		waits, err := value.(group).get("connect_timeout_server_max")
		require.NoError(t, err)
		assert.Greater(t, maxConnectRetries*1000, waits, "the retries are over before the patience is")
	}
}
