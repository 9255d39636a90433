package settings

import (
	"fmt"
	"strconv"

	"github.com/magestack/magestack/pkg/aws/availability"
	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/data/aurora/topology"
	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/naming"
)

// Database holds what magento-data is told of Aurora and of the ProxySQL in front of it.
type Database struct {
	// EngineVersion is the version of Aurora MySQL, pinned; Adobe lists 3.12 for Magento 2.4.6 to 2.4.9.
	EngineVersion capacity.EngineVersion `key:"engineVersion" default:"8.0.mysql_aurora.3.12.0"`

	// MinCapacity is the least that each database instance has, in Aurora capacity units (ACU, about 2 GiB of
	// memory each). It decides the number of connections, and should hold the working set of the buffer pool.
	// Half a unit, which Aurora has, carries too few of them for two pods of ProxySQL.
	MinCapacity capacity.ACU `key:"minCapacity" differs:"size" allowed:"1 to 256 in steps of 0.5"`

	// MaxCapacity is the most that each database instance may grow to, in ACU. It bounds the bill.
	MaxCapacity capacity.ACU `key:"maxCapacity" differs:"size" allowed:"1 to 256 in steps of 0.5"`

	// Readers is how many instances there are besides the writer. The first takes over when the writer is lost.
	Readers int `key:"readers" default:"1" differs:"replicas" allowed:"1 to 15"`

	// ReadSplit is what of the storefront's reading goes to readers: nothing, the statements that are named to
	// ProxySQL, or what Adobe Commerce sends over its own slave_connection.
	ReadSplit topology.ReadSplit `key:"readSplit" default:"none"`

	// ReadDigests are the statements that go to readers with read split proxysql, as stats_mysql_query_digest of
	// ProxySQL shows them, such as 0x0123456789ABCDEF. Name statements of the catalogue only, one at a time.
	ReadDigests []proxysql.DigestHash `key:"readDigests" default:"[]" differs:"purpose"`

	// ProxySQLPods is how many pods share the connections that ProxySQL may open to the database.
	ProxySQLPods int `key:"proxysqlPods" default:"2" differs:"replicas" allowed:"2 or more, as many as the budget of connections carries"`

	// ConsumerProcesses is how many consumers of messages run at one time at most, over all pods. Each may keep a connection
	// to the database for as long as it runs, so that they are counted among those.
	ConsumerProcesses int `key:"consumerProcesses" default:"5" differs:"replicas" allowed:"0 or more, as many as the budget of connections carries"`

	// CronProcesses is how many processes of cron run at one time at most: groups beside each other, and a run beside the
	// next. Each may keep a connection to the database for as long as it runs.
	CronProcesses int `key:"cronProcesses" default:"4" differs:"replicas" allowed:"0 or more, as many as the budget of connections carries"`

	// Storage is how requests to the database's storage are paid: one by one, or with dearer capacity.
	Storage topology.Storage `key:"storage" default:"standard"`

	// Insights is how closely CloudWatch Database Insights watches the load.
	Insights topology.Insights `key:"insights" default:"standard"`

	// GlobalRole is the part of the cluster in a Global Database: alone, its primary, or a secondary that follows
	// a primary in another region.
	GlobalRole topology.Role `key:"globalRole" default:"alone" differs:"purpose"`

	// GlobalCluster is the identifier of the Global Database that a secondary joins, as its primary publishes it.
	GlobalCluster string `key:"globalCluster" default:"" differs:"domain" allowed:"an identifier for a secondary, nothing otherwise"`

	// PrimaryRegion is where the primary of a secondary is.
	PrimaryRegion string `key:"primaryRegion" default:"" differs:"domain" allowed:"a region for a secondary, nothing otherwise"`

	// PrimaryEnvironment is the environment of a secondary's primary, in the same account: the database's users and
	// Magento's encryption key are its, and come as copies of its secrets.
	PrimaryEnvironment string `key:"primaryEnvironment" default:"" differs:"domain" allowed:"an environment for a secondary, nothing otherwise"`

	// BackupRetentionDays is how far back the database can be restored to any second.
	BackupRetentionDays int `key:"backupRetentionDays" default:"35" allowed:"7 to 35 days"`

	// ProtectData makes Pulumi and AWS refuse to delete what holds data. Only an environment that is made to
	// be thrown away may go without. Its last state is kept as a snapshot even then, readable for the 30 days that
	// the deletion of its key takes.
	ProtectData bool `key:"protectData" default:"true" differs:"purpose"`
}

// Capacity is the range in which each database instance scales.
func (s Database) Capacity() capacity.Range {
	return capacity.Range{Min: s.MinCapacity, Max: s.MaxCapacity}
}

// Digests are the statements that go to readers.
func (s Database) Digests() []proxysql.Digest {
	var digests []proxysql.Digest
	for _, hash := range s.ReadDigests {
		digests = append(digests, proxysql.Digest{Hash: string(hash), Comment: "named in the settings"})
	}
	return digests
}

// features are what of the settings asks for a minimum of capacity.
func (s Database) features() []capacity.Feature {
	features := s.Insights.Features()
	if s.GlobalRole == topology.RolePrimary {
		features = append(features, capacity.GlobalDatabase)
	}
	return features
}

func (s Database) rules(region string) []rule {
	problem := func(name, value, message string) []Problem {
		return []Problem{{naming.ProjectData + ":" + name, value, message}}
	}
	acu := fmt.Sprintf("%s to %s ACU", s.MinCapacity, s.MaxCapacity)
	return append(s.connectionRules(), []rule{
		{dataKeys("minCapacity", "maxCapacity"), func() []Problem { return messages(naming.ProjectData+":maxCapacity", acu, s.Capacity().Validate()) }},
		{dataKeys("minCapacity", "maxCapacity", "engineVersion"), func() []Problem {
			return messages(naming.ProjectData+":maxCapacity", acu, s.EngineVersion.ValidateRange(s.Capacity()))
		}},
		{dataKeys("minCapacity", "maxCapacity", "insights", "globalRole"), func() []Problem {
			return messages(naming.ProjectData+":minCapacity", acu, s.Capacity().ValidateFeatures(s.features()...))
		}},
		{dataKeys("readers"), func() []Problem {
			if s.Readers >= topology.MinReaders && s.Readers <= topology.MaxReaders {
				return nil
			}
			return problem("readers", strconv.Itoa(s.Readers), fmt.Sprintf("must be %d to %d", topology.MinReaders, topology.MaxReaders))
		}},
		{dataKeys("readSplit", "readDigests"), func() []Problem {
			if named := len(s.ReadDigests) > 0; named == (s.ReadSplit == topology.ReadSplitProxySQL) {
				return nil
			}
			return problem("readDigests", fmt.Sprintf("%d digests", len(s.ReadDigests)), "must be named with read split proxysql, and with no other")
		}},
		{dataKeys("backupRetentionDays"), func() []Problem {
			if s.BackupRetentionDays >= topology.MinBackupRetentionDays && s.BackupRetentionDays <= topology.MaxBackupRetentionDays {
				return nil
			}
			return problem("backupRetentionDays", strconv.Itoa(s.BackupRetentionDays),
				fmt.Sprintf("must be %d to %d days", topology.MinBackupRetentionDays, topology.MaxBackupRetentionDays))
		}},
		{append(dataKeys("globalRole", "globalCluster", "primaryEnvironment", "primaryRegion"), regionKey), func() []Problem { return s.globalProblems(region) }},
	}...)
}

// globalProblems refuses what does not go with the part that the cluster plays in a Global Database.
func (s Database) globalProblems(region string) []Problem {
	var problems []Problem
	secondary := s.GlobalRole == topology.RoleSecondary
	if secondary != (s.GlobalCluster != "") {
		problems = append(problems, Problem{naming.ProjectData + ":globalCluster", s.GlobalCluster, "must be set for a secondary, and for nothing else"})
	}
	if secondary != (s.PrimaryEnvironment != "") {
		problems = append(problems, Problem{naming.ProjectData + ":primaryEnvironment", s.PrimaryEnvironment, "must be set for a secondary, and for nothing else"})
	}
	if secondary != (s.PrimaryRegion != "") || secondary && (!availability.InRegion(s.PrimaryRegion) || s.PrimaryRegion == region) {
		problems = append(problems, Problem{naming.ProjectData + ":primaryRegion", s.PrimaryRegion, "must be another region for a secondary, and nothing otherwise"})
	}
	return problems
}
