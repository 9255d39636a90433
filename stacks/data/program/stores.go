package program

import (
	"github.com/magestack/magestack/pkg/aws/logretention"
	"github.com/magestack/magestack/pkg/data/cache"
	"github.com/magestack/magestack/pkg/data/cache/sizing"
	"github.com/magestack/magestack/pkg/data/queue"
	queuesizing "github.com/magestack/magestack/pkg/data/queue/sizing"
	"github.com/magestack/magestack/pkg/data/search"
	"github.com/magestack/magestack/pkg/naming"
)

// makeCaches makes two groups, since a full cache must make room and a full session store must not.
func (b *builder) makeCaches() error {
	for _, group := range []struct {
		made    **cache.Valkey
		name    string
		purpose sizing.Purpose
		size    sizing.Group
	}{
		{&b.made.cache, "cache", sizing.PurposeCache, b.set.CacheGroup()},
		{&b.made.sessions, "sessions", sizing.PurposeSessions, b.set.SessionGroup()},
	} {
		valkey, err := cache.NewValkey(b.ctx, group.name, cache.ValkeyArgs{
			Account:          b.set.Account(),
			Environment:      naming.Environment(b.ctx.Stack()),
			Purpose:          group.purpose,
			EngineVersion:    b.set.ValkeyVersion,
			Group:            group.size,
			LogRetentionDays: logretention.MinDays,
			Protect:          b.set.ProtectData,
			SubnetIDs:        b.networking.DataSubnetIDs,
			SecurityGroupID:  b.networking.CacheSecurityGroupID,
			KeyARN:           b.keys.cache.ARN,
			SecretsKeyARN:    b.keys.secrets.ARN,
		}, b.provider)
		if err != nil {
			return err
		}
		*group.made = valkey
	}
	return nil
}

func (b *builder) makeSearch() (err error) {
	b.made.search, err = search.NewDomain(b.ctx, "search", search.DomainArgs{
		Account:                 b.set.Account(),
		Environment:             naming.Environment(b.ctx.Stack()),
		Version:                 b.set.SearchVersion,
		Cluster:                 b.set.SearchCluster(),
		CreateServiceLinkedRole: b.set.SearchServiceLinkedRole,
		LogRetentionDays:        logretention.MinDays,
		Protect:                 b.set.ProtectData,
		SubnetIDs:               b.networking.DataSubnetIDs,
		SecurityGroupID:         b.networking.SearchSecurityGroupID,
		KeyARN:                  b.keys.search.ARN,
		SecretsKeyARN:           b.keys.secrets.ARN,
	}, b.provider)
	return err
}

// hasBroker reports whether Magento's messages have a broker of their own.
func (b *builder) hasBroker() bool { return b.set.Queue.Queue == queuesizing.KindRabbitMQ }

// makeQueue makes a broker, unless Magento keeps its messages in the database.
func (b *builder) makeQueue() (err error) {
	if !b.hasBroker() {
		return nil
	}
	b.made.queue, err = queue.NewBroker(b.ctx, "queue", queue.BrokerArgs{
		Account:         b.set.Account(),
		Environment:     naming.Environment(b.ctx.Stack()),
		Broker:          b.set.Broker(),
		Protect:         b.set.ProtectData,
		SubnetIDs:       b.networking.DataSubnetIDs,
		SecurityGroupID: b.networking.QueueSecurityGroupID,
		KeyARN:          b.keys.queue.ARN,
		SecretsKeyARN:   b.keys.secrets.ARN,
	}, b.provider)
	return err
}
