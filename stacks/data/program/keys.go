package program

import (
	"github.com/magestack/magestack/pkg/aurora"
	"github.com/magestack/magestack/pkg/cache"
	"github.com/magestack/magestack/pkg/encryption"
	"github.com/magestack/magestack/pkg/policy"
	"github.com/magestack/magestack/pkg/search"
	"github.com/magestack/magestack/pkg/storage"
)

// keys are the layer's KMS keys, one for each class of data: who may read one class cannot read another.
type keys struct{ database, media, secrets, cache, search, queue, backups *encryption.Key }

func (b *builder) makeKeys() error {
	account := b.set.Account()
	logs := func(prefix string) []policy.Statement { return []policy.Statement{encryption.ForLogs(account, prefix)} }
	for _, class := range []struct {
		key         **encryption.Key
		name        string
		description string
		statements  []policy.Statement
	}{
		{&b.keys.database, "database", "Database, its logs and its snapshots", logs(aurora.LogGroupPrefix)},
		{&b.keys.media, "media", "Media of the catalogue and of customers", []policy.Statement{storage.DecryptByCloudFront(account)}},
		{&b.keys.secrets, "secrets", "Credentials in Secrets Manager", nil},
		{&b.keys.cache, "cache", "Cache and sessions, their snapshots and logs", logs(cache.LogGroupPrefix)},
		{&b.keys.search, "search", "Indices of the catalogue and logs of the search", logs(search.LogGroupPrefix)},
		{&b.keys.queue, "queue", "Messages that wait", nil},
		{&b.keys.backups, "backups", "Backups in the vault and in the bucket", nil},
	} {
		key, err := encryption.NewKey(b.ctx, class.name+"-encryption", encryption.KeyArgs{
			Account:     account,
			Description: class.description,
			Alias:       "magento/" + b.ctx.Stack() + "/" + class.name,
			Statements:  class.statements,
			Protect:     b.set.ProtectData,
		}, b.provider)
		if err != nil {
			return err
		}
		*class.key = key
	}
	return nil
}
