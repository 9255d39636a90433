package proxysql

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/data/aurora/topology"
)

func TestValidateReportsEverything(t *testing.T) {
	settings := Settings{
		Instances: []Instance{
			{"a", "a.one.rds.amazonaws.com"}, {"b", "b.two.rds.amazonaws.com"}, {"a", "a.one.rds.amazonaws.com"},
			{"c", "C.one.rds.amazonaws.com:3306"},
		},
		Port: 0, Schema: `mag"ento`, ServerVersion: "5.7.44", PoolPerPod: 9, ReadSplit: "all",
		ReadDigests: []Digest{{"0xabc", `it's`}, {"0xabc", ""}},
		Users:       Names{Web: "magento_production", CLI: "admin", Reporting: "Bad", Read: ""},
		BackendTLS:  "maybe",
	}
	err := settings.Validate()
	for _, part := range []string{
		`read split "all" is unknown: allowed are none, proxysql, slave-connection`,
		"in 2 domains", `endpoint "a.one.rds.amazonaws.com" is there twice`, `endpoint "C.one.rds.amazonaws.com:3306": allowed is`,
		"port 0: allowed are 1 to 65535", `schema "mag\"ento": allowed`, `server version "5.7.44"`, "pool of 9 connections per pod",
		`read digest "0xabc": allowed is`, `read digest "0xabc" is there twice`, `comment "it's"`, "2 read digests with read split all",
		`web user "magento_production": allowed are small letters, digits and _, at most 10 of them, since _clone is appended`,
		`cli user "admin": the name is taken`, `reporting user "Bad": allowed`, `backend TLS "maybe" is unknown: allowed are verify, encrypt, off`,
	} {
		assert.ErrorContains(t, err, part)
	}
	_, err = Render(settings)
	assert.ErrorContains(t, err, "checking the settings of ProxySQL: ")
	assert.ErrorContains(t, Settings{}.Validate(), "0 instances")
	_, err = Render(Settings{})
	assert.Error(t, err)
}

func TestValidateContradictions(t *testing.T) {
	for message, change := range map[string]func(*Settings){
		"read split proxysql with 0 readers: it needs 1 or more": func(s *Settings) { s.Instances = s.Instances[:1] },
		"read split proxysql without read digests":               func(s *Settings) { s.ReadDigests = nil },
		"2 read digests with read split none":                    func(s *Settings) { s.ReadSplit = topology.ReadSplitNone },
		"read split slave-connection with 0 readers": func(s *Settings) {
			s.ReadSplit, s.ReadDigests, s.Instances = topology.ReadSplitSlaveConnection, nil, s.Instances[:1]
		},
		`cli user "magento": the name is taken by another user`: func(s *Settings) { s.Users.CLI = "magento" },
		`CA file ""`:                         func(s *Settings) { s.CAFile = "" },
		`CA file "rds.pem"`:                  func(s *Settings) { s.CAFile = "rds.pem" },
		"pool of 16001":                      func(s *Settings) { s.PoolPerPod = 16001 },
		`backend TLS ""`:                     func(s *Settings) { s.BackendTLS = "" },
		`is not the one of instance "other"`: func(s *Settings) { s.Instances[0].Identifier = "other" },
	} {
		settings := production(t)
		change(&settings)
		assert.ErrorContains(t, settings.Validate(), message)
	}
	for name, settings := range all(t) {
		assert.NoError(t, settings.Validate(), name)
	}
}

func TestBackendTLSModes(t *testing.T) {
	for mode, want := range map[BackendTLS]int{BackendTLSVerify: 1, BackendTLSEncrypt: 1, BackendTLSOff: 0} {
		settings := staging(t)
		settings.BackendTLS = mode
		file := parsed(t, settings)
		for _, server := range table(t, file, "mysql_servers") {
			assert.Equal(t, want, server["use_ssl"], mode)
		}
		variables, err := file.get("mysql_variables")
		require.NoError(t, err)
		assert.Equal(t, mode == BackendTLSVerify, strings.Contains(strings.Join(variables.(group).names(), " "), "ssl_p2s_ca"))
	}
}
