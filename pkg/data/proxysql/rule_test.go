package proxysql

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRuleOrder(t *testing.T) {
	for name, settings := range all(t) {
		last, reading := 0, false
		for _, rule := range table(t, parsed(t, settings), "mysql_query_rules") {
			id := rule["rule_id"].(int)
			assert.Greater(t, id, last, "rules are tried by id")
			last = id
			assert.Equal(t, 1, rule["apply"], "the first rule that applies is the last")
			if rule["destination_hostgroup"] == WriterHostgroup {
				assert.False(t, reading, "%s: rule %d of the writer comes after one of the readers", name, id)
				assert.NotContains(t, rule, "username", "what belongs on the writer does so whoever asks")
				continue
			}
			reading = true
			assert.Regexp(t, "^0x[0-9A-F]{16}$", rule["digest"], "only named statements go to readers")
			assert.NotContains(t, rule, "match_pattern")
			assert.Contains(t, []any{"magento", "magento_clone"}, rule["username"], "only the storefront's do")
		}
		assert.Equal(t, name == "production", reading)
	}
	assert.Len(t, production(t).ruleRows(), len(writerPatterns())+2*2, "each digest for both users of the pair")
}

func TestWriterPatterns(t *testing.T) {
	matches := func(statement string) bool {
		for _, guard := range writerPatterns() {
			// CASELESS is what ProxySQL takes when a rule from a file names no modifier.
			if regexp.MustCompile("(?i)" + guard.pattern).MatchString(statement) {
				return true
			}
		}
		return false
	}
	for _, statement := range []string{
		"SELECT GET_LOCK('magento.CRON_INDEX', 0)",
		"select get_lock (?,?)",
		"SELECT RELEASE_LOCK('x')", "SELECT IS_USED_LOCK('x')", "SELECT IS_FREE_LOCK('x')", "SELECT RELEASE_ALL_LOCKS()",
		"SELECT `stock`.* FROM `cataloginventory_stock_item` AS `stock` WHERE (x = 1) FOR UPDATE",
		"SELECT * FROM quote WHERE entity_id = 1\nFOR\n  UPDATE",
		"SELECT 1 FROM t LOCK IN SHARE MODE", "SELECT 1 FROM t FOR SHARE",
		"SELECT '" + strings.Repeat("x", 4000) + "' FROM t FOR UPDATE",
		"CREATE TEMPORARY TABLE IF NOT EXISTS `search_tmp` (id int)",
		"\n  DROP TEMPORARY TABLE IF EXISTS `x`",
	} {
		assert.True(t, matches(statement), "%.60q", statement)
	}
	for _, statement := range []string{
		"SELECT * FROM url_rewrite WHERE request_path = 'x.html'",
		"SELECT target_lock FROM forupdates", "INSERT INTO t (get_lock) VALUES (1)",
	} {
		assert.False(t, matches(statement), statement)
	}
}
