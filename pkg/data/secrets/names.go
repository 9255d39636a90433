package secrets

import "github.com/magestack/magestack/pkg/naming"

// Purpose is what a secret is for, the part of its name after the environment.
type Purpose string

// The secrets of an environment. Each is a JSON object; the keys stand in its comment.
//
// A secret of a database user is in the form that AWS's rotation functions read and write: engine, host, port,
// dbname, username, password, masterarn (aws-secrets-manager-rotation-lambdas, multi-user strategy). It names the
// user of the pair that is in use now, and host is the cluster's own endpoint, because the functions insist on it:
// Magento's host is ProxySQL, which the cluster knows. The users themselves are made in MySQL by a job that runs
// in the cluster, from these secrets; nothing in this layer connects to the database.
const (
	// DatabaseAdmin may do everything, directly at the cluster, and is for the job that makes the users and for the
	// rotation of their passwords: engine, host, port, username, password, dbClusterIdentifier.
	DatabaseAdmin Purpose = "database/admin"

	// DatabaseWeb is the storefront's user.
	DatabaseWeb Purpose = "database/web"

	// DatabaseCLI is the user of bin/magento, cron and consumers.
	DatabaseCLI Purpose = "database/cli"

	// DatabaseReporting is the user of people and tools that read.
	DatabaseReporting Purpose = "database/reporting"

	// DatabaseRead is the user of Adobe Commerce's slave connection, and exists only with it.
	DatabaseRead Purpose = "database/read"

	// ProxySQL holds the passwords of everybody who logs in through ProxySQL, both of every pair, and those of its
	// own administration: the keys are proxysql.Settings.SecretKeys. Whoever rotates a user writes the new password
	// here first, and into the user's own secret when ProxySQL has it: it refuses who it does not know yet.
	ProxySQL Purpose = "proxysql"

	// ProxySQLTemplate holds proxysql.cnf under the key proxysql.cnf, as the template that External Secrets fills from
	// ProxySQL. It is a secret of its own because it must follow the settings at every deployment, while the
	// passwords must not.
	ProxySQLTemplate Purpose = "proxysql/template"

	// Cache is how to reach the cache.
	Cache Purpose = "cache"

	// Sessions is how to reach the store of sessions.
	Sessions Purpose = "sessions"

	// Search is how to log in to OpenSearch as the master user, and SearchShop as a user of Magento's own, which a job in the
	// cluster makes from it: see pkg/data/search/access. Until that job has run, Magento reads Search.
	Search     Purpose = "search"
	SearchShop Purpose = "search/shop"

	// Queue is how to log in to RabbitMQ as its administrator, and QueueShop as a user of Magento's own, which a job in the
	// cluster makes from it: see pkg/data/queue/access. Until that job has run, Magento reads Queue.
	Queue     Purpose = "queue"
	QueueShop Purpose = "queue/shop"

	// EncryptionKey is Magento's encryption key, under the key "key": see NewEncryptionKey.
	EncryptionKey Purpose = "encryption-key"
)

// Purposes lists them all.
func Purposes() []Purpose {
	return []Purpose{
		DatabaseAdmin, DatabaseWeb, DatabaseCLI, DatabaseReporting, DatabaseRead, ProxySQL, ProxySQLTemplate,
		Cache, Sessions, Search, SearchShop, Queue, QueueShop, EncryptionKey,
	}
}

// Name is the name of an environment's secret, such as magento/staging/database/admin.
func Name(environment naming.Environment, purpose Purpose) string {
	return environment.SecretPrefix() + string(purpose)
}
