package proxysql

import (
	"errors"
	"fmt"

	"github.com/magestack/magestack/pkg/data/aurora/topology"
)

// Digest names a statement that may be read from a reader (ReadSplitProxySQL).
type Digest struct {
	// Hash is the digest as stats_mysql_query_digest shows it: 0x and sixteen digits.
	Hash string

	// Comment says what the statement is, for whoever reads the rules.
	Comment string
}

// ruleRow is a row of mysql_query_rules. Rules are tried by rule_id, and the first that applies is the last.
type ruleRow struct {
	RuleID               int     `cnf:"rule_id"`
	Active               int     `cnf:"active"`
	Username             *string `cnf:"username"`
	Digest               *string `cnf:"digest"`
	MatchPattern         *string `cnf:"match_pattern"`
	DestinationHostgroup int     `cnf:"destination_hostgroup"`
	Apply                int     `cnf:"apply"`
	Comment              string  `cnf:"comment"`
}

const (
	firstGuardRule = 10
	firstReadRule  = 1000
)

// writerPatterns are what belongs on the writer whoever asks. They are matched against the statement itself and not
// against its digest, because a digest ends after 2 KiB and FOR UPDATE stands at the end. A literal that happens to
// contain the words goes to the writer as well, which is never wrong.
func writerPatterns() []struct{ pattern, reason string } {
	return []struct{ pattern, reason string }{
		{`\b(GET_LOCK|RELEASE_LOCK|RELEASE_ALL_LOCKS|IS_USED_LOCK|IS_FREE_LOCK)\s*\(`,
			"locks exclude nobody when they are taken on different instances"},
		{`\bFOR\s+(UPDATE|SHARE)\b|\bLOCK\s+IN\s+SHARE\s+MODE\b`,
			"a reader cannot lock rows"},
		{`^\s*(CREATE|ALTER|DROP)\s+TEMPORARY\s+TABLE\b`,
			"a reader has no InnoDB temporary tables"},
	}
}

// ruleRows are the rules in their safe order: first what must be on the writer, then, statement by statement and for
// the storefront's two users alone, what may be read from a reader. Everything else goes where its user starts.
func (s Settings) ruleRows() []ruleRow {
	var rows []ruleRow
	for i, guard := range writerPatterns() {
		rows = append(rows, ruleRow{
			RuleID: firstGuardRule * (i + 1), Active: 1, MatchPattern: &guard.pattern,
			DestinationHostgroup: WriterHostgroup, Apply: 1, Comment: guard.reason,
		})
	}
	if s.ReadSplit != topology.ReadSplitProxySQL {
		return rows
	}
	for _, digest := range s.ReadDigests {
		for _, pair := range s.pairs() {
			if !pair.storefront {
				continue
			}
			for _, member := range pair.members() {
				rows = append(rows, ruleRow{
					RuleID: firstReadRule + len(rows), Active: 1, Username: &member.name, Digest: &digest.Hash,
					DestinationHostgroup: readerHostgroup, Apply: 1, Comment: digest.Comment,
				})
			}
		}
	}
	return rows
}

// validateRules refuses digests that are none, and a split that lacks what it splits.
func (s Settings) validateRules() error {
	var problems []error
	seen := map[string]bool{}
	for _, digest := range s.ReadDigests {
		if !digestFormat.MatchString(digest.Hash) {
			problems = append(problems, fmt.Errorf("read digest %q: allowed is 0x and sixteen digits of 0-9 and A-F, as "+
				"stats_mysql_query_digest shows it", digest.Hash))
		}
		if seen[digest.Hash] {
			problems = append(problems, fmt.Errorf("read digest %q is there twice", digest.Hash))
		}
		seen[digest.Hash] = true
		if !plainText.MatchString(digest.Comment) {
			problems = append(problems, fmt.Errorf("comment %q of read digest %s: allowed are letters, digits, spaces and _.,:*()/-, "+
				"since ProxySQL does not escape it", digest.Comment, digest.Hash))
		}
	}
	switch {
	case s.ReadSplit == topology.ReadSplitProxySQL && len(s.ReadDigests) == 0:
		problems = append(problems, fmt.Errorf("read split %s without read digests: name at least one, or use %s",
			s.ReadSplit, topology.ReadSplitNone))
	case s.ReadSplit != topology.ReadSplitProxySQL && len(s.ReadDigests) > 0:
		problems = append(problems, fmt.Errorf("%d read digests with read split %s: they need %s",
			len(s.ReadDigests), s.ReadSplit, topology.ReadSplitProxySQL))
	}
	return errors.Join(problems...)
}
