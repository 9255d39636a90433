package proxysql

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/magestack/magestack/pkg/data/aurora/topology"
	"github.com/magestack/magestack/pkg/naming"
)

const (
	// CloneSuffix makes the name of the second user of a pair.
	CloneSuffix = naming.CloneSuffix

	// maxUserName is the length that AWS's own rotation allows a name to have with the suffix.
	maxUserName = 16
)

// Names are the database users that come through ProxySQL. Each stands for a pair, itself and its clone, which
// a rotation changes in turn. Both of a pair are always in the file: ProxySQL refuses who is not, and it has one
// password for a user, so that the one that rests keeps those alive who have not yet heard of the other.
type Names struct {
	// Web is the storefront's user. It starts at the writer.
	Web string

	// CLI is the user of bin/magento, cron and consumers. It goes to the writer and no rule for reading touches
	// it: setup, indexers and reports use temporary tables, user variables and locks that must stay together.
	CLI string

	// Reporting is for people and tools that read. It starts at the readers, and few may be connected.
	Reporting string

	// Read is the user of Magento's slave connection. It exists with ReadSplitSlaveConnection only.
	Read string
}

// DefaultNames are names that leave room for the suffix.
func DefaultNames() Names {
	return Names{Web: "magento", CLI: "mage_cli", Reporting: "mage_bi", Read: "mage_read"}
}

// pair is a user and its clone, with what the two have in common.
type pair struct {
	name       string
	key        string
	hostgroup  int
	clients    int
	reason     string
	storefront bool
}

// member is one user of a pair, with the key of its password.
type member struct{ name, key string }

// members are both users of the pair, always.
func (p pair) members() []member {
	return []member{{p.name, p.key + "Password"}, {p.name + CloneSuffix, p.key + "ClonePassword"}}
}

// pairs are the users of the settings, in the order of the file.
func (s Settings) pairs() []pair {
	pairs := []pair{
		{s.Users.Web, "web", WriterHostgroup, MaxClients, "storefront: writer, reads by rule only", true},
		{s.Users.CLI, "cli", WriterHostgroup, MaxClients, "bin/magento, cron and consumers: writer only", false},
		{s.Users.Reporting, "reporting", readerHostgroup, s.pool().ReportingClients(), "reports: readers", false},
	}
	if s.ReadSplit == topology.ReadSplitSlaveConnection {
		pairs = append(pairs, pair{s.Users.Read, "read", readerHostgroup, MaxClients, "slave connection of Adobe Commerce: readers", false})
	}
	return pairs
}

// userRow is a row of mysql_users. The columns backend and frontend are missing because ProxySQL does not read
// them from a file; both are 1 by default: clients and servers see the same name and password.
type userRow struct {
	Username         string `cnf:"username"`
	Password         secret `cnf:"password"`
	Active           int    `cnf:"active"`
	DefaultHostgroup int    `cnf:"default_hostgroup"`
	DefaultSchema    string `cnf:"default_schema"`

	// TransactionPersistent keeps a transaction where it began, whatever a rule says of its statements.
	TransactionPersistent int `cnf:"transaction_persistent"`

	// MaxConnections bounds clients, not connections to the database: those wait in ProxySQL.
	MaxConnections int    `cnf:"max_connections"`
	Comment        string `cnf:"comment"`
}

// userRows are both users of every pair.
func (s Settings) userRows() []userRow {
	var rows []userRow
	for _, pair := range s.pairs() {
		for _, member := range pair.members() {
			rows = append(rows, userRow{
				Username: member.name, Password: fill(member.key), Active: 1,
				DefaultHostgroup: pair.hostgroup, DefaultSchema: s.Schema, TransactionPersistent: 1,
				MaxConnections: pair.clients, Comment: pair.reason,
			})
		}
	}
	return rows
}

// SecretKeys lists the keys that the secret behind the file must have, in the order of the file.
func (s Settings) SecretKeys() []string {
	keys := []string{adminKey, statsKey, monitorKey}
	for _, pair := range s.pairs() {
		for _, member := range pair.members() {
			keys = append(keys, member.key)
		}
	}
	return keys
}

// validateUsers refuses names that a rotation or ProxySQL cannot work with.
func (s Settings) validateUsers() error {
	var problems []error
	pattern := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	taken := []string{adminUser, statsUser, MonitorUser, MonitorUser + CloneSuffix}
	for _, pair := range s.pairs() {
		if !pattern.MatchString(pair.name) || len(pair.name+CloneSuffix) > maxUserName {
			problems = append(problems, fmt.Errorf("%s user %q: allowed are small letters, digits and _, at most %d of them, "+
				"since %s is appended", pair.key, pair.name, maxUserName-len(CloneSuffix), CloneSuffix))
		}
		for _, member := range pair.members() {
			if slices.Contains(taken, member.name) {
				problems = append(problems, fmt.Errorf("%s user %q: the name is taken by another user", pair.key, member.name))
			}
			taken = append(taken, member.name)
		}
	}
	return errors.Join(problems...)
}
