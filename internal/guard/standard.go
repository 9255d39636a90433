package guard

// Standing is how an environment stands to one control of AWS Foundational Security Best Practices: a control of
// this package holds it, or we accept that it fails, or nothing of ours is what it is about.
type Standing struct {
	ID      string // as Security Hub has it, such as RDS.3
	Title   string
	HeldBy  []string // names of controls of this package
	Because string   // why it is accepted, or why it is about nothing here; empty where it is held
}

// Standard lists every control of the standard that is about what the data layer makes (AWS Security Hub User
// Guide, "Security Hub controls reference", as of December 2025), in the standard's order.
func Standard() []Standing { return append(databaseStandard(), storesStandard()...) }

// held is a control of the standard that controls of this package hold.
func held(id, title string, by ...string) Standing { return Standing{ID: id, Title: title, HeldBy: by} }

// accepted is a control of the standard that we accept to fail, or that is about nothing here.
func accepted(id, title, because string) Standing {
	return Standing{ID: id, Title: title, Because: because}
}

func databaseStandard() []Standing {
	const noSnapshots = "no snapshot is shared: snapshots are made by Aurora and AWS Backup alone, with our key, which no other account may use"
	return []Standing{
		accepted("RDS.1", "snapshots are private", noSnapshots),
		held("RDS.2", "instances are not public", "nothing-public"),
		held("RDS.3", "instances are encrypted", "stores-encrypted"),
		accepted("RDS.4", "snapshots are encrypted", "snapshots of an encrypted cluster always are (RDS.27)"),
		held("RDS.5", "instances are in several zones", "failover"),
		held("RDS.6", "instances have enhanced monitoring", "database-observed"),
		held("RDS.7", "clusters cannot be deleted", "data-protected"),
		accepted("RDS.8", "instances cannot be deleted", "an instance of Aurora has no such switch; Pulumi protects it"),
		held("RDS.9", "logs go to CloudWatch Logs", "audit-logs"),
		held("RDS.11", "instances have automatic backups", "backups"),
		held("RDS.12", "IAM authentication for clusters", "database-observed"),
		accepted("RDS.13", "instances upgrade minor versions by themselves", "versions are pinned and reach production through a reviewed plan"),
		accepted("RDS.14", "Aurora clusters have backtracking", "a cluster of a Global Database cannot have it (Aurora User Guide, \"Backtracking\")"),
		held("RDS.15", "clusters are in several zones", "failover"),
		held("RDS.16", "clusters copy tags to snapshots", "backups"),
		held("RDS.17", "instances copy tags to snapshots", "database-observed"),
		accepted("RDS.18", "instances are in a VPC", "Aurora exists nowhere else"),
		accepted("RDS.19", "event subscription for clusters", "events go through EventBridge to the watch, which is not built yet"),
		accepted("RDS.20", "event subscription for instances", "as RDS.19"),
		accepted("RDS.21", "event subscription for parameter groups", "as RDS.19"),
		accepted("RDS.22", "event subscription for security groups", "as RDS.19"),
		accepted("RDS.23", "not the default port", "hides nothing from who is inside the VPC, and nobody else reaches it"),
		held("RDS.24", "clusters have an administrator of their own name", "database-observed"),
		accepted("RDS.25", "instances have an administrator of their own name", "the cluster's, RDS.24"),
		held("RDS.27", "clusters are encrypted", "stores-encrypted"),
		held("RDS.34", "Aurora MySQL publishes its audit log", "audit-logs"),
		accepted("RDS.35", "clusters upgrade minor versions by themselves", "as RDS.13"),
		held("RDS.45", "Aurora MySQL writes its audit log", "audit-logs"),
	}
}

func storesStandard() []Standing {
	return []Standing{
		held("ElastiCache.1", "automatic backups", "cache-hardened"),
		held("ElastiCache.2", "minor versions by themselves", "cache-hardened"),
		held("ElastiCache.3", "automatic failover", "failover"),
		held("ElastiCache.4", "encrypted at rest", "stores-encrypted"),
		held("ElastiCache.5", "encrypted in transit", "tls-everywhere"),
		held("ElastiCache.6", "AUTH for versions before 6", "cache-hardened"),
		held("ElastiCache.7", "not the default subnet group", "cache-hardened"),

		held("Opensearch.1", "encrypted at rest", "stores-encrypted"),
		held("Opensearch.2", "not public", "nothing-public"),
		held("Opensearch.3", "encrypted between nodes", "tls-everywhere"),
		held("Opensearch.4", "error log", "search-hardened"),
		held("Opensearch.5", "audit log", "search-hardened"),
		accepted("Opensearch.6", "three data nodes", "held in production; staging has fewer, since an outage there costs nothing"),
		held("Opensearch.7", "fine-grained access control", "search-hardened"),
		held("Opensearch.8", "TLS 1.2", "tls-everywhere"),
		held("Opensearch.10", "latest software update", "search-hardened"),

		held("MQ.2", "audit or general log", "queue-hardened"),
		held("MQ.3", "minor versions by themselves", "queue-hardened"),

		accepted("S3.1", "the account blocks public access", "the account's, not an environment's: a stack that owned it would take it away with itself; each bucket blocks it (S3.8)"),
		held("S3.2", "no public reads", "buckets-private"),
		held("S3.3", "no public writes", "buckets-private"),
		held("S3.5", "TLS only", "buckets-tls-only"),
		held("S3.6", "other accounts are restricted", "own-account", "open-principals"),
		held("S3.8", "buckets block public access", "buckets-private"),
		held("S3.9", "access logs", "buckets-logged"),
		held("S3.10", "versioned buckets expire versions", "buckets-expire"),
		accepted("S3.11", "event notifications", "nothing listens; who reads what is in the access log (S3.9)"),
		held("S3.12", "no ACLs", "buckets-private"),
		held("S3.13", "lifecycle rules", "buckets-expire"),

		accepted("KMS.1", "managed policies do not decrypt with every key", "no managed policy of ours exists"),
		held("KMS.2", "inline policies do not decrypt with every key", "least-privilege"),
		held("KMS.3", "keys are not about to be deleted", "data-protected"),
		held("KMS.5", "keys are not public", "open-principals"),

		held("SecretsManager.1", "rotation", "secrets-rotate"),
		accepted("SecretsManager.2", "rotation succeeds", "told by the alarms on the function and its queue, not by a plan"),
		accepted("SecretsManager.3", "unused secrets are removed", "told by use, not by a plan"),
		held("SecretsManager.4", "rotated within 90 days", "secrets-rotate"),

		held("Lambda.1", "functions are not public", "functions-contained"),
		held("Lambda.2", "supported runtimes", "functions-contained"),
		held("Lambda.3", "functions are in a VPC", "functions-contained"),
		held("Lambda.5", "functions are in several zones", "functions-contained"),
		held("SQS.1", "queues are encrypted", "queues-closed", "function-failures-kept"),

		accepted("CloudWatch.16", "log groups keep a year", "held (`logs-end`) for every log group that we make; the broker's is made by Amazon MQ under a name that nobody knows before, so that it has neither a key of ours nor an end until one is set by hand"),

		held("Backup.1", "recovery points are encrypted", "stores-encrypted"),

		held("SES.3", "mails are sent over TLS", "mail-signed"),
		held("SNS.4", "topics are not open to everybody", "open-principals", "confused-deputy"),
		held("IAM.1", "policies do not grant everything", "least-privilege"),
		held("IAM.2", "users have their rights from groups", "users-send-only"),
		accepted("IAM.3", "access keys are rotated within 90 days", "rotation of the SMTP credential is by hand (docs/operations.md, \"Mails\")"),
		accepted("IAM.5", "users with a password have MFA", "the user that sends has no password (`users-send-only`)"),
		accepted("IAM.8", "unused credentials are removed", "told by use, not by a plan"),
	}
}
