package storage

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/bucket"
)

const (
	// dumpLockDays is how long a dump cannot be deleted by mistake or by an intruder: the time in which an
	// intrusion is usually noticed.
	dumpLockDays = 30

	// dumpDays is how long a dump is kept.
	dumpDays = 90

	// dumpNoncurrentDays is how long a dump that was deleted can be brought back; locked ones stay until they are not.
	dumpNoncurrentDays = 30
)

// BackupsArgs configures the bucket for backups.
type BackupsArgs struct {
	KeyARN     pulumi.StringInput
	AccessLogs *bucket.Bucket
	Protect    bool
}

// NewBackups registers the bucket for what operators and jobs put away themselves: dumps before an upgrade, exports,
// reports. AWS Backup does not need it: it keeps what it makes in its vault.
func NewBackups(ctx *pulumi.Context, name string, args BackupsArgs, opts ...pulumi.ResourceOption) (*bucket.Bucket, error) {
	return bucket.New(ctx, name, bucket.Args{
		KeyARN:     args.KeyARN,
		Lifecycle:  bucket.Lifecycle{ExpireDays: dumpDays, NoncurrentDays: dumpNoncurrentDays},
		LockDays:   dumpLockDays,
		AccessLogs: args.AccessLogs,
		Protect:    args.Protect,
	}, opts...)
}
