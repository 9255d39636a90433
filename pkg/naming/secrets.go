package naming

// CloneSuffix is what a rotation appends to the name of a user to get the second of its pair, as AWS's own functions do
// (aws-secrets-manager-rotation-lambdas, multi-user strategy).
const CloneSuffix = "_clone"

// Secret is what a secret is for, the part of its name after the environment.
type Secret string

// The secrets of an environment. Each is a JSON object; the keys stand in its comment.
//
// A secret of a database user is in the form that AWS's rotation functions read and write: engine, host, port,
// dbname, username, password, masterarn (aws-secrets-manager-rotation-lambdas, multi-user strategy). It names the
// user of the pair that is in use now, and host is the cluster's own endpoint, because the functions insist on it:
// Magento's host is ProxySQL, which the cluster knows. The users themselves are made in MySQL by a job that runs
// in the cluster, from these secrets; nothing in this layer connects to the database.
const (
	// SecretDatabaseAdmin may do everything, directly at the cluster, and is for the job that makes the users and for the
	// rotation of their passwords: engine, host, port, username, password, dbClusterIdentifier.
	SecretDatabaseAdmin Secret = "database/admin"

	// SecretDatabaseWeb is the storefront's user.
	SecretDatabaseWeb Secret = "database/web"

	// SecretDatabaseCLI is the user of bin/magento, cron and consumers.
	SecretDatabaseCLI Secret = "database/cli"

	// SecretDatabaseReporting is the user of people and tools that read.
	SecretDatabaseReporting Secret = "database/reporting"

	// SecretDatabaseRead is the user of Adobe Commerce's slave connection, and exists only with it.
	SecretDatabaseRead Secret = "database/read"

	// SecretProxySQL holds the passwords of all users that log in through ProxySQL, both of every pair, and those of its
	// own administration: the keys are proxysql.Settings.SecretKeys. A rotation writes the new password
	// here first, and into the user's own secret when ProxySQL has it: it refuses a user that it does not know yet.
	// monitorUsername names the monitor that is in use, once it has rotated.
	SecretProxySQL Secret = "proxysql"

	// SecretProxySQLTemplate holds proxysql.cnf under the key proxysql.cnf, as the template that External Secrets fills from
	// SecretProxySQL. It is a secret of its own because it must follow the settings at every deployment, while the
	// passwords must not.
	SecretProxySQLTemplate Secret = "proxysql/template"

	// SecretCache is how to reach the cache.
	SecretCache Secret = "cache"

	// SecretSessions is how to reach the store of sessions.
	SecretSessions Secret = "sessions"

	// SecretSearch is how to log in to OpenSearch as the master user, and SecretSearchShop as a user of Magento's own, which a job in the
	// cluster makes from it: see pkg/data/search/access. Until that job has run, Magento reads SecretSearch.
	SecretSearch     Secret = "search"
	SecretSearchShop Secret = "search/shop"

	// SecretQueue is how to log in to RabbitMQ as its administrator, and SecretQueueShop as a user of Magento's own, which a job in the
	// cluster makes from it: see pkg/data/queue/access. Until that job has run, Magento reads SecretQueue.
	SecretQueue     Secret = "queue"
	SecretQueueShop Secret = "queue/shop"

	// SecretEncryptionKey is Magento's encryption key, under the key "key": see secrets.NewEncryptionKey.
	SecretEncryptionKey Secret = "encryption-key"

	// SecretMail is how to send mails by SMTP, and exists only where SES sends them: host, port, username, password.
	SecretMail Secret = "mail"

	// SecretArgoCDOIDC is what the identity provider gave for Argo CD, under the key clientSecret. It is put into Secrets Manager by
	// hand: it comes from somewhere else (docs/operations.md, "Argo CD").
	SecretArgoCDOIDC Secret = "argocd/oidc"

	// SecretArgoCDRepository is how to read a private repository of the desired state: sshPrivateKey for a deploy key, username and
	// password for a token. It is put into Secrets Manager by hand, too.
	SecretArgoCDRepository Secret = "argocd/repository"
)

// Secret returns the name of one of the environment's secrets, such as magento/staging/database/admin.
func (e Environment) Secret(s Secret) string { return e.Path(string(s)) }

// SecretAPIKey returns the name of the secret of one of the shop's API keys: key, and previousKey while that is still good.
func SecretAPIKey(name string) Secret { return secretAPIKeys + Secret(name) }

// secretAPIKeys begins the names of the API keys.
const secretAPIKeys = "api/"
