package program

import (
	"github.com/magestack/magestack/pkg/aws/encryption"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/data/aurora"
	"github.com/magestack/magestack/pkg/data/backup/retention"
	"github.com/magestack/magestack/pkg/data/cache"
	"github.com/magestack/magestack/pkg/data/mail"
	"github.com/magestack/magestack/pkg/data/rotation"
	"github.com/magestack/magestack/pkg/data/search"
	"github.com/magestack/magestack/pkg/data/storage"
	"github.com/magestack/magestack/pkg/naming"
)

// keys are the layer's KMS keys, one for each class of data: who may read one class cannot read another.
// That of the queue is nil without a broker, that of mail where SES sends none.
type keys struct{ database, media, secrets, cache, search, queue, backups, mail *encryption.Key }

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
		{&b.keys.secrets, "secrets", "Credentials in Secrets Manager", logs(rotation.LogGroupName(naming.Environment(b.ctx.Stack())))},
		{&b.keys.cache, "cache", "Cache and sessions, their snapshots and logs", logs(cache.LogGroupPrefix)},
		{&b.keys.search, "search", "Indices of the catalogue and logs of the search", logs(search.LogGroupPrefix)},
		{&b.keys.queue, "queue", "Messages that wait", nil}, // with a broker alone
		{&b.keys.backups, "backups", "Backups in the vault and in the bucket", nil},
		{&b.keys.mail, "mail", "What comes back of mails", []policy.Statement{mail.KeyStatement(account, naming.Environment(b.ctx.Stack()))}}, // with SES alone
	} {
		if class.key == &b.keys.queue && !b.hasBroker() || class.key == &b.keys.mail && !b.set.SendsMail() {
			continue // nothing was or would be encrypted with it
		}
		key, err := encryption.NewKey(b.ctx, class.name+"-encryption", encryption.KeyArgs{
			Account:     account,
			Description: class.description,
			Alias:       naming.Environment(b.ctx.Stack()).Path(class.name),
			Statements:  class.statements,
			Protect:     b.set.ProtectData,

			BreakGlassRole: b.breakGlassRole(),
			Keep:           b.set.BackupLock == retention.LockCompliance && (class.key == &b.keys.database || class.key == &b.keys.backups),
		}, b.provider)
		if err != nil {
			return err
		}
		*class.key = key
	}
	return nil
}

// breakGlassRole returns the one role that may undo the keys of a protected environment. An environment that is not protected has
// none: its deployer must be able to destroy it.
func (b *builder) breakGlassRole() string {
	if !b.set.ProtectData {
		return ""
	}
	return b.set.BreakGlassRole
}
