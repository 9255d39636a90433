package topology

// Bounds of the backup retention of a cluster (Amazon RDS API Reference, CreateDBCluster, BackupRetentionPeriod: 1 to 35
// days). No less than a week is accepted: a mistake made before a long weekend must still be recoverable after it.
const (
	MinBackupRetentionDays = 7
	MaxBackupRetentionDays = 35
)
