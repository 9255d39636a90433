package settings

import (
	"fmt"
	"strconv"

	cachesizing "github.com/magestack/magestack/pkg/data/cache/sizing"
	queuesizing "github.com/magestack/magestack/pkg/data/queue/sizing"
	"github.com/magestack/magestack/pkg/data/search/sizing"
	"github.com/magestack/magestack/pkg/naming"
)

// Cache holds what magento-data is told of the two replication groups of Valkey.
type Cache struct {
	// ValkeyVersion is the version of both groups; Adobe lists Valkey 8 on ElastiCache for every release.
	ValkeyVersion cachesizing.EngineVersion `key:"valkeyVersion" default:"8.1"`

	// CacheNodeType is the type of the nodes of Magento's cache, which evicts what is least used.
	CacheNodeType cachesizing.NodeType `key:"cacheNodeType" default:"cache.m7g.large" differs:"size"`

	// CacheNodes is how many nodes the cache has, a primary and its replicas.
	CacheNodes int `key:"cacheNodes" default:"2" differs:"replicas" allowed:"2 to 6"`

	// SessionNodeType is the type of the nodes of the sessions, which evict nothing.
	SessionNodeType cachesizing.NodeType `key:"sessionNodeType" default:"cache.m7g.large" differs:"size"`

	// SessionNodes is how many nodes the sessions have, a primary and its replicas.
	SessionNodes int `key:"sessionNodes" default:"2" differs:"replicas" allowed:"2 to 6"`

	// SnapshotRetentionDays is how long daily snapshots of both groups are kept.
	SnapshotRetentionDays int `key:"snapshotRetentionDays" default:"15" allowed:"15 to 35 days"`
}

// CacheGroup is the size of the cache.
func (s Cache) CacheGroup() cachesizing.Group {
	return cachesizing.Group{NodeType: s.CacheNodeType, Count: s.CacheNodes, SnapshotRetentionDays: s.SnapshotRetentionDays}
}

// SessionGroup is the size of the session store.
func (s Cache) SessionGroup() cachesizing.Group {
	return cachesizing.Group{NodeType: s.SessionNodeType, Count: s.SessionNodes, SnapshotRetentionDays: s.SnapshotRetentionDays}
}

func (s Cache) rules() []rule {
	count := func(name string, n int) rule {
		return rule{dataKeys(name), func() []Problem {
			if n >= cachesizing.MinCount && n <= cachesizing.MaxCount {
				return nil
			}
			return []Problem{{naming.ProjectData + ":" + name, strconv.Itoa(n), fmt.Sprintf("must be %d to %d", cachesizing.MinCount, cachesizing.MaxCount)}}
		}}
	}
	return []rule{count("cacheNodes", s.CacheNodes), count("sessionNodes", s.SessionNodes), {dataKeys("snapshotRetentionDays"), func() []Problem {
		days := s.SnapshotRetentionDays
		if days >= cachesizing.MinSnapshotRetentionDays && days <= cachesizing.MaxSnapshotRetentionDays {
			return nil
		}
		return []Problem{{naming.ProjectData + ":snapshotRetentionDays", strconv.Itoa(days),
			fmt.Sprintf("must be %d to %d days", cachesizing.MinSnapshotRetentionDays, cachesizing.MaxSnapshotRetentionDays)}}
	}}}
}

// Search holds what magento-data is told of OpenSearch.
type Search struct {
	// SearchVersion is the version of OpenSearch. A domain never goes back to an older one.
	SearchVersion sizing.Version `key:"searchVersion" default:"OpenSearch_3.1"`

	// SearchDataNodes is how many nodes hold the catalogue's indices.
	SearchDataNodes int `key:"searchDataNodes" default:"3" differs:"replicas" allowed:"1, or a multiple of searchZones"`

	// SearchInstanceType is the type of the data nodes.
	SearchInstanceType sizing.InstanceType `key:"searchInstanceType" default:"m7g.large.search" differs:"size"`

	// SearchVolumeGiB is the size of each data node's volume. It can grow, never shrink.
	SearchVolumeGiB int `key:"searchVolumeGib" default:"50" differs:"size" allowed:"10 to 1024"`

	// SearchZones is over how many zones the data nodes are spread.
	SearchZones int `key:"searchZones" default:"3" differs:"replicas" allowed:"1 to 3"`

	// SearchMasters is how many nodes hold the state of the cluster and nothing else; without any, data nodes do.
	SearchMasters int `key:"searchMasters" default:"3" differs:"replicas" allowed:"0, 3 or 5"`

	// SearchMasterType is the type of the dedicated masters.
	SearchMasterType sizing.InstanceType `key:"searchMasterType" default:"m7g.large.search" differs:"size"`

	// SearchMaxClauses is how many clauses one query may have, categories of a large catalogue among them: more are an error,
	// TooManyClauses. Changing it makes every node anew, beside the old ones.
	SearchMaxClauses int `key:"searchMaxClauses" default:"0" allowed:"0 for what the domain has, which is 1024 in the beginning; or 1024 to 65536"`

	// SearchServiceLinkedRole is whether this environment makes the role through which OpenSearch enters a VPC.
	// An account has it once: at most one of its environments may, and none where it is there already.
	SearchServiceLinkedRole bool `key:"searchServiceLinkedRole" default:"true" differs:"owner"`
}

// SearchCluster is the size of the domain.
func (s Search) SearchCluster() sizing.Cluster {
	return sizing.Cluster{
		DataNodes: s.SearchDataNodes, DataType: s.SearchInstanceType, VolumeGiB: s.SearchVolumeGiB,
		Zones: s.SearchZones, Masters: s.SearchMasters, MasterType: s.SearchMasterType, MaxClauses: s.SearchMaxClauses,
	}
}

func (s Search) rules() []rule {
	about := func(name, value string, err func() error, with ...string) rule {
		return rule{dataKeys(append(with, name)...), func() []Problem { return messages(naming.ProjectData+":"+name, value, err()) }}
	}
	c := s.SearchCluster()
	return []rule{
		about("searchDataNodes", fmt.Sprintf("%d nodes in %d zones", s.SearchDataNodes, s.SearchZones), c.ValidateSpread, "searchZones"),
		about("searchInstanceType", string(s.SearchInstanceType), c.DataType.Validate),
		about("searchVolumeGib", strconv.Itoa(s.SearchVolumeGiB), c.ValidateVolume),
		about("searchMasters", strconv.Itoa(s.SearchMasters), c.ValidateMasters, "searchMasterType"),
		{dataKeys("searchMaxClauses"), func() []Problem {
			if sizing.ValidMaxClauses(s.SearchMaxClauses) {
				return nil
			}
			return []Problem{{naming.ProjectData + ":searchMaxClauses", strconv.Itoa(s.SearchMaxClauses),
				fmt.Sprintf("must be 0, or %d to %d", sizing.MinMaxClauses, sizing.MaxMaxClauses)}}
		}},
	}
}

// Queue holds what magento-data is told of Magento's message queues.
type Queue struct {
	// Queue is what carries Magento's messages: a broker of their own, or tables in the database.
	Queue queuesizing.Kind `key:"queue" default:"rabbitmq"`

	// QueueVersion is the version of RabbitMQ.
	QueueVersion queuesizing.Version `key:"queueVersion" default:"3.13"`

	// QueueMode is over how many nodes and zones the broker runs. Changing it loses the messages that wait.
	QueueMode queuesizing.Mode `key:"queueMode" default:"cluster" differs:"replicas"`

	// QueueInstanceType is the type of the broker's nodes.
	QueueInstanceType queuesizing.InstanceType `key:"queueInstanceType" default:"mq.m7g.large" differs:"size"`

	// ConsumerTimeoutMinutes is how long a consumer may work on one message, such as an import, before RabbitMQ gives the
	// message to another one. Changing it reboots the broker.
	ConsumerTimeoutMinutes int `key:"consumerTimeoutMinutes" default:"360" allowed:"30 to 1440 minutes"`
}

// Broker is what the broker is made of.
func (s Queue) Broker() queuesizing.Broker {
	return queuesizing.Broker{
		Version: s.QueueVersion, Mode: s.QueueMode, InstanceType: s.QueueInstanceType, ConsumerTimeoutMinutes: s.ConsumerTimeoutMinutes,
	}
}

func (s Queue) rules() []rule {
	broker := fmt.Sprintf("RabbitMQ %s, %s, %s", s.QueueVersion, s.QueueMode, s.QueueInstanceType)
	timeout := rule{dataKeys("consumerTimeoutMinutes"), func() []Problem {
		minutes := s.ConsumerTimeoutMinutes
		if minutes >= queuesizing.MinConsumerTimeoutMinutes && minutes <= queuesizing.MaxConsumerTimeoutMinutes {
			return nil
		}
		return []Problem{{naming.ProjectData + ":consumerTimeoutMinutes", strconv.Itoa(minutes),
			fmt.Sprintf("must be %d to %d minutes", queuesizing.MinConsumerTimeoutMinutes, queuesizing.MaxConsumerTimeoutMinutes)}}
	}}
	return []rule{timeout, {dataKeys("queue", "queueVersion", "queueMode", "queueInstanceType"), func() []Problem {
		if s.Queue == queuesizing.KindDatabase {
			return nil
		}
		valid := s.Broker()
		valid.ConsumerTimeoutMinutes = queuesizing.MinConsumerTimeoutMinutes // has a key of its own
		return messages(naming.ProjectData+":queueInstanceType", broker, valid.Validate())
	}}}
}
