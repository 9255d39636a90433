package proxysql

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGolden(t *testing.T) {
	for name, settings := range all(t) {
		text, err := Render(settings)
		require.NoError(t, err)
		path := filepath.Join("testdata", name+".cnf")
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, string(want), text, "%s changed: look at the difference, then run with -update", path)
	}
}

func TestEverythingInTheFileIsKnownToProxySQL(t *testing.T) {
	for name, settings := range all(t) {
		file := parsed(t, settings)
		assert.Equal(t, []string{"datadir", "admin_variables", "mysql_variables", "pgsql_variables", "mysql_aws_aurora_hostgroups",
			"mysql_hostgroup_attributes", "mysql_servers", "mysql_users", "mysql_query_rules"}, file.names())
		for section, known := range knownVariables {
			value, err := file.get(section)
			require.NoError(t, err)
			for _, variable := range value.(group) {
				assertKnown(t, known, name+": "+section, variable)
			}
		}
		for section, known := range knownColumns {
			value, err := file.get(section)
			require.NoError(t, err)
			for _, row := range value.([]any) {
				for _, column := range row.(group) {
					assertKnown(t, known, name+": "+section, column)
				}
			}
		}
	}
}

// assertKnown checks the name of a setting and the range of its value, and that no text would break out of the SQL that
// ProxySQL makes of it.
func assertKnown(t *testing.T, known map[string]limits, where string, s setting) {
	limits, ok := known[s.name]
	if !assert.True(t, ok, "%s has no %s", where, s.name) {
		return
	}
	switch value := s.value.(type) {
	case int:
		assert.GreaterOrEqual(t, value, limits.low, "%s: %s", where, s.name)
		assert.LessOrEqual(t, value, limits.high, "%s: %s", where, s.name)
	case string:
		assert.NotContains(t, value, "'", "%s: %s", where, s.name)
		if s.name != "servers_defaults" { // the one column that is put between single quotes, escaped
			assert.NotContains(t, value, `"`, "%s: %s", where, s.name)
		}
	}
}

func TestNothingButClientsAndMetricsIsOpen(t *testing.T) {
	for _, settings := range all(t) {
		file := parsed(t, settings)
		for section, want := range map[string]map[string]any{
			"admin_variables": {"mysql_ifaces": "127.0.0.1:6032", "pgsql_ifaces": "127.0.0.1:6132", "web_enabled": false,
				"restapi_enabled": true, "restapi_port": 6070},
			"pgsql_variables": {"interfaces": "127.0.0.1:6133"},
			"mysql_variables": {"interfaces": "0.0.0.0:6033", "ssl_p2s_ca": DefaultCAFile},
		} {
			variables, err := file.get(section)
			require.NoError(t, err)
			for name, value := range want {
				got, err := variables.(group).get(name)
				require.NoError(t, err)
				assert.Equal(t, value, got, name)
			}
		}
	}
}

func TestTheWholePairIsAlwaysThere(t *testing.T) {
	for name, settings := range all(t) {
		hostgroups := map[string]int{}
		passwords := map[string]string{}
		for _, row := range table(t, parsed(t, settings), "mysql_users") {
			user := row["username"].(string)
			hostgroups[user] = row["default_hostgroup"].(int)
			passwords[user] = row["password"].(string)
			assert.LessOrEqual(t, len(user), maxUserName)
			assert.Equal(t, 1, row["active"])
			assert.Equal(t, 1, row["transaction_persistent"])
		}
		want := map[string]int{
			"magento": WriterHostgroup, "magento_clone": WriterHostgroup,
			"mage_cli": WriterHostgroup, "mage_cli_clone": WriterHostgroup,
			"mage_bi": readerHostgroup, "mage_bi_clone": readerHostgroup,
		}
		if name == "commerce" {
			want["mage_read"], want["mage_read_clone"] = readerHostgroup, readerHostgroup
		}
		assert.Equal(t, want, hostgroups, name)
		assert.Equal(t, secrets(settings)["webPassword"], passwords["magento"])
		assert.Equal(t, secrets(settings)["webClonePassword"], passwords["magento_clone"])
		assert.Len(t, settings.SecretKeys(), 3+len(want))
	}
}
