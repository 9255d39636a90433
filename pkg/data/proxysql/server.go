package proxysql

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/magestack/magestack/pkg/data/aurora/capacity"
)

const (
	// WriterHostgroup holds the writer, one instance at a time. ProxySQL moves instances by itself.
	WriterHostgroup = 10

	// readerHostgroup holds the readers, and the writer too while it is alone or has a single reader.
	readerHostgroup = 20

	// CheckIntervalMilliseconds is how often the topology is read. A pod must not become ready before it has been read
	// once: the file names a writer that may have become a reader since it was written.
	CheckIntervalMilliseconds = 1000

	// checkTimeoutMilliseconds leaves an instance at its minimum the time to answer, and is below the 3,000 that
	// ProxySQL allows.
	checkTimeoutMilliseconds = 2000

	// maxLagMilliseconds takes a reader out that is this far behind; Aurora's readers are usually within 100 ms (AUG).
	maxLagMilliseconds = 2000

	// lagChecks is how many checks in a row must find a reader behind.
	lagChecks = 3

	// keepFreePercent of a pool stay open when idle. They are in the budget anyway, and opening one takes a TLS handshake.
	keepFreePercent = 25
)

// Instance is an instance of the cluster.
type Instance struct {
	// Identifier is the instance's identifier in RDS, which is also what the topology calls it.
	Identifier string

	// Endpoint is the instance's own address, without a port; never the cluster's, which moves behind ProxySQL's back.
	Endpoint string
}

// DomainName is what ProxySQL appends to the name of an instance that it discovers: the endpoint without the
// identifier, with the dot that ProxySQL insists on.
func DomainName(instanceEndpoint, instanceIdentifier string) (string, error) {
	domain, found := strings.CutPrefix(instanceEndpoint, instanceIdentifier)
	switch {
	case instanceIdentifier == "" || !found || !strings.HasPrefix(domain, ".") || len(domain) < 2:
		return "", fmt.Errorf("endpoint %q is not the one of instance %q: it must be the identifier, a dot and a domain",
			instanceEndpoint, instanceIdentifier)
	case strings.HasPrefix(domain, ".cluster-"):
		return "", fmt.Errorf("endpoint %q is the cluster's: ProxySQL needs the instance's own", instanceEndpoint)
	}
	return domain, nil
}

// auroraRow is a row of mysql_aws_aurora_hostgroups.
type auroraRow struct {
	WriterHostgroup    int    `cnf:"writer_hostgroup"`
	ReaderHostgroup    int    `cnf:"reader_hostgroup"`
	AuroraPort         int    `cnf:"aurora_port"`
	DomainName         string `cnf:"domain_name"`
	MaxLag             int    `cnf:"max_lag_ms"`
	CheckInterval      int    `cnf:"check_interval_ms"`
	CheckTimeout       int    `cnf:"check_timeout_ms"`
	WriterIsAlsoReader int    `cnf:"writer_is_also_reader"`
	NewReaderWeight    int    `cnf:"new_reader_weight"`
	LagNumChecks       int    `cnf:"lag_num_checks"`
	Comment            string `cnf:"comment"`
}

// attributesRow is a row of mysql_hostgroup_attributes, which ProxySQL reads from a file since 2.7.2
// (sysown/proxysql#4704, #4748). Before that it is passed over; then only servers that are discovered later
// suffer, since the file names every instance that exists.
type attributesRow struct {
	HostgroupID       int    `cnf:"hostgroup_id"`
	FreeConnections   int    `cnf:"free_connections_pct"`
	Multiplex         int    `cnf:"multiplex"`
	ConnectionWarming int    `cnf:"connection_warming"`
	ServersDefaults   string `cnf:"servers_defaults"`
	Comment           string `cnf:"comment"`
}

// serverDefaults is what a discovered server gets. Without it that is 1,000 connections and no TLS.
type serverDefaults struct {
	Weight         int `json:"weight"`
	MaxConnections int `json:"max_connections"`
	UseSSL         int `json:"use_ssl"`
}

// serverRow is a row of mysql_servers.
type serverRow struct {
	Address        string `cnf:"address"`
	Port           int    `cnf:"port"`
	Hostgroup      int    `cnf:"hostgroup"`
	Weight         int    `cnf:"weight"`
	MaxConnections int    `cnf:"max_connections"`
	UseSSL         int    `cnf:"use_ssl"`
	Comment        string `cnf:"comment"`
}

// pool is how a pod shares out its connections.
func (s Settings) pool() Pool { return Pool{PerPod: s.PoolPerPod, Split: s.ReadSplit} }

// readers is how many of the instances are readers.
func (s Settings) readers() int { return len(s.Instances) - 1 }

// writerReads says whether the writer is in the readers' hostgroup too. With two readers or more one is left when
// another is promoted; with fewer, nobody would be left to read from.
func (s Settings) writerReads() bool { return s.readers() < 2 }

// serverRows name every instance, the writer first. ProxySQL corrects the roles at the first check of the topology.
func (s Settings) serverRows() []serverRow {
	var rows []serverRow
	add := func(hostgroup int, instance Instance, comment string) {
		rows = append(rows, serverRow{
			Address: instance.Endpoint, Port: s.Port, Hostgroup: hostgroup, Weight: 1,
			MaxConnections: s.pool().Limit(), UseSSL: s.BackendTLS.use(), Comment: comment,
		})
	}
	for i, instance := range s.Instances {
		if i == 0 {
			add(WriterHostgroup, instance, "writer when this file was written")
		}
		if i > 0 || s.writerReads() {
			add(readerHostgroup, instance, "readable when this file was written")
		}
	}
	return rows
}

// auroraRows is the cluster.
func (s Settings) auroraRows() ([]auroraRow, error) {
	domain, err := DomainName(s.Instances[0].Endpoint, s.Instances[0].Identifier)
	if err != nil {
		return nil, fmt.Errorf("finding the domain of the cluster: %w", err)
	}
	return []auroraRow{{
		WriterHostgroup: WriterHostgroup, ReaderHostgroup: readerHostgroup, AuroraPort: s.Port, DomainName: domain,
		MaxLag: maxLagMilliseconds, CheckInterval: CheckIntervalMilliseconds, CheckTimeout: checkTimeoutMilliseconds,
		WriterIsAlsoReader: truth(s.writerReads()), NewReaderWeight: 1, LagNumChecks: lagChecks, Comment: "Aurora",
	}}, nil
}

// attributesRows are the attributes of both hostgroups. Only the writer's pool is warmed: after a failover it must
// be full at once.
func (s Settings) attributesRows() ([]attributesRow, error) {
	defaults, err := json.Marshal(serverDefaults{Weight: 1, MaxConnections: s.pool().Limit(), UseSSL: s.BackendTLS.use()})
	if err != nil {
		return nil, fmt.Errorf("writing the defaults of servers: %w", err)
	}
	return []attributesRow{
		{WriterHostgroup, keepFreePercent, 1, 1, string(defaults), "writer"},
		{readerHostgroup, keepFreePercent, 1, 0, string(defaults), "readers"},
	}, nil
}

// validateServers refuses instances that do not make a cluster, and a pool that cannot be shared out.
func (s Settings) validateServers() error {
	var problems []error
	hostname := regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,253}$`)
	domains := map[string]bool{}
	endpoints := map[string]bool{}
	for _, instance := range s.Instances {
		if !hostname.MatchString(instance.Endpoint) {
			problems = append(problems, fmt.Errorf("endpoint %q: allowed is a host name in small letters, without a port", instance.Endpoint))
		}
		if endpoints[instance.Endpoint] {
			problems = append(problems, fmt.Errorf("endpoint %q is there twice", instance.Endpoint))
		}
		endpoints[instance.Endpoint] = true
		domain, err := DomainName(instance.Endpoint, instance.Identifier)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		domains[domain] = true
	}
	if len(s.Instances) == 0 {
		problems = append(problems, errors.New("0 instances: at least the writer is needed"))
	}
	if len(domains) > 1 {
		problems = append(problems, fmt.Errorf("the instances are in %d domains: those of one cluster share one", len(domains)))
	}
	if s.ReadSplit.UsesReaders() && len(s.Instances) > 0 && s.readers() < 1 {
		problems = append(problems, fmt.Errorf("read split %s with 0 readers: it needs 1 or more", s.ReadSplit))
	}
	if s.PoolPerPod < capacity.MinPerPod || s.PoolPerPod > capacity.MaxConnectionsLimit {
		problems = append(problems, fmt.Errorf("pool of %d connections per pod: allowed are %d to %d",
			s.PoolPerPod, capacity.MinPerPod, capacity.MaxConnectionsLimit))
	}
	if s.Port < 1 || s.Port > 65535 {
		problems = append(problems, fmt.Errorf("port %d: allowed are 1 to 65535", s.Port))
	}
	return errors.Join(problems...)
}

// truth is how ProxySQL's tables write a truth value.
func truth(value bool) int {
	if value {
		return 1
	}
	return 0
}
