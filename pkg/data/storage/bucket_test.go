package storage_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/data/storage"
)

func TestBucketIsPrivateEncryptedAndVersioned(t *testing.T) {
	made := deployed(t, bucket(storage.BucketArgs{KeyARN: pulumi.String(key), Protect: true}))
	assert.Equal(t, false, made["media-bucket"].Inputs["forceDestroy"])
	assert.True(t, made["media-bucket"].Protect)
	for _, flag := range []string{"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"} {
		assert.Equal(t, true, made["media-public-access-block"].Inputs[flag])
	}
	assert.Equal(t, map[string]any{"objectOwnership": "BucketOwnerEnforced"}, made["media-ownership"].Inputs["rule"])
	assert.Equal(t, []any{map[string]any{
		"bucketKeyEnabled":                   true,
		"applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key},
	}}, made["media-encryption"].Inputs["rules"])
	assert.Equal(t, map[string]any{"status": "Enabled"}, made["media-versioning"].Inputs["versioningConfiguration"])
	tls := statements(t, made["media-policy"], "policy")["TLSOnly"]
	assert.Equal(t, statement{
		"TLSOnly", "Deny", "*", list{"s3:*"},
		list{made["media-bucket"].Outputs["arn"].(string), made["media-bucket"].Outputs["arn"].(string) + "/*"},
		map[string]map[string]list{"Bool": {"aws:SecureTransport": {"false"}}},
	}, tls)
	assert.Contains(t, made["media-policy"].Dependencies, made["media-public-access-block"].URN)
	assert.Contains(t, made["media-lifecycle"].Dependencies, made["media-versioning"].URN)
	assert.NotContains(t, made, "media-lock")
	assert.NotContains(t, made, "media-access-log")
}

func TestLifecycle(t *testing.T) {
	plain := rules(deployed(t, bucket(storage.BucketArgs{KeyARN: pulumi.String(key)}))["media-lifecycle"])
	assert.Len(t, plain, 1)
	assert.Equal(t, map[string]any{"noncurrentDays": 90.0}, plain["noncurrent-versions"]["noncurrentVersionExpiration"])
	assert.Equal(t, map[string]any{"daysAfterInitiation": 7.0}, plain["noncurrent-versions"]["abortIncompleteMultipartUpload"])
	assert.Equal(t, map[string]any{"expiredObjectDeleteMarker": true}, plain["noncurrent-versions"]["expiration"])

	all := rules(deployed(t, bucket(storage.BucketArgs{KeyARN: pulumi.String(key), Lifecycle: storage.Lifecycle{
		ExpireDays: 365, NoncurrentDays: 14, IntelligentTiering: true,
	}}))["media-lifecycle"])
	assert.Len(t, all, 3)
	assert.Equal(t, map[string]any{"noncurrentDays": 14.0}, all["noncurrent-versions"]["noncurrentVersionExpiration"])
	assert.NotContains(t, all["noncurrent-versions"], "expiration")
	assert.Equal(t, map[string]any{"days": 365.0}, all["expired"]["expiration"])
	assert.Equal(t, []any{map[string]any{"days": 0.0, "storageClass": "INTELLIGENT_TIERING"}}, all["intelligent-tiering"]["transitions"])
}

func TestLogsTakeWhatS3Delivers(t *testing.T) {
	made := deployed(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		logs, err := storage.NewLogs(ctx, "logs", storage.LogsArgs{Account: acct, Protect: true}, aws)
		if err != nil {
			return err
		}
		return bucket(storage.BucketArgs{KeyARN: pulumi.String(key), AccessLogs: logs})(ctx, aws)
	})
	assert.Equal(t, []any{map[string]any{
		"bucketKeyEnabled": false, "applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": "AES256"},
	}}, made["logs-encryption"].Inputs["rules"], "S3 could not deliver")
	delivery := statements(t, made["logs-policy"], "policy")["AccessLogs"]
	assert.Equal(t, map[string]any{"Service": "logging.s3.amazonaws.com"}, delivery.Principal)
	assert.Equal(t, list{"s3:PutObject"}, delivery.Action)
	assert.Equal(t, list{made["logs-bucket"].Outputs["arn"].(string) + "/*"}, delivery.Resource)
	assert.Equal(t, map[string]map[string]list{
		"StringEquals": {"aws:SourceAccount": {"123456789012"}}, "ArnLike": {"aws:SourceArn": {"arn:aws:s3:::*"}},
	}, delivery.Condition)
	assert.Equal(t, map[string]any{"days": 400.0}, rules(made["logs-lifecycle"])["expired"]["expiration"])
	assert.True(t, made["logs-bucket"].Protect)
	assert.NotContains(t, made, "logs-access-log", "every log would bring forth another")

	log := made["media-access-log"]
	assert.Contains(t, log.Dependencies, made["logs-policy"].URN, "S3 refuses a target that it may not write to yet")
	assert.Equal(t, made["logs-bucket"].ID, log.Inputs["targetBucket"])
	assert.Equal(t, "media/", log.Inputs["targetPrefix"])
	assert.Equal(t, map[string]any{"partitionedPrefix": map[string]any{"partitionDateSource": "EventTime"}}, log.Inputs["targetObjectKeyFormat"])
}

func TestBackupsAreLocked(t *testing.T) {
	made := deployed(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		_, err := storage.NewBackups(ctx, "backups", storage.BackupsArgs{KeyARN: pulumi.String(key), Protect: true}, aws)
		return err
	})
	assert.Equal(t, true, made["backups-bucket"].Inputs["objectLockEnabled"])
	assert.Equal(t, map[string]any{"defaultRetention": map[string]any{"mode": "GOVERNANCE", "days": 30.0}}, made["backups-lock"].Inputs["rule"])
	assert.Contains(t, made["backups-lock"].Dependencies, made["backups-versioning"].URN)
	assert.Equal(t, map[string]any{"days": 90.0}, rules(made["backups-lifecycle"])["expired"]["expiration"])
}

func TestBucketsAreRefusedAllAtOnce(t *testing.T) {
	_, err := run(bucket(storage.BucketArgs{
		Name: "Magento", LockDays: -1, Lifecycle: storage.Lifecycle{ExpireDays: -1, NoncurrentDays: -7},
	}))
	for _, want := range []string{
		"keyArn: required", `bucket name "Magento": allowed are small letters`, "lockDays: -1 given", "expireDays: -1 given",
		"noncurrentDays: -7 given",
	} {
		assert.ErrorContains(t, err, want)
	}
	_, err = run(bucket(storage.BucketArgs{
		KeyARN: pulumi.String(key), LockDays: 30, Lifecycle: storage.Lifecycle{ExpireDays: 7},
	}))
	assert.ErrorContains(t, err, "objects are locked for 30 days and should go after 7")
}
