package storage_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/pkg/aws/bucket"
	"github.com/magestack/magestack/pkg/data/storage"
	"github.com/magestack/magestack/pkg/magento/page"
)

func TestLogsTakeWhatS3Delivers(t *testing.T) {
	made := deployed(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		logs, err := storage.NewLogs(ctx, "logs", storage.LogsArgs{Account: acct, Protect: true}, aws)
		if err != nil {
			return err
		}
		return media(bucket.Args{KeyARN: pulumi.String(key), AccessLogs: logs})(ctx, aws)
	})
	assert.Equal(t, []any{map[string]any{
		"bucketKeyEnabled": false, "applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": "AES256"},
	}}, made["logs-encryption"].Inputs["rules"], "S3 could not deliver")
	delivery := offlinetest.Statements(t, made["logs-policy"], "policy")["AccessLogs"]
	assert.Equal(t, map[string][]string{"Service": {"logging.s3.amazonaws.com"}}, delivery.Principal)
	assert.Equal(t, []string{"s3:PutObject"}, delivery.Action)
	assert.Equal(t, []string{made["logs-bucket"].Outputs["arn"].(string) + "/*"}, delivery.Resource)
	assert.Equal(t, map[string]map[string][]string{
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

// TestMedia wants CloudFront to read what is public and none of the rest, and the page for outages to be there before it may.
func TestMedia(t *testing.T) {
	made := deployed(t, func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		_, err := storage.NewMedia(ctx, "media", storage.MediaArgs{Account: acct, KeyARN: pulumi.String(key), Protect: true}, aws)
		return err
	})
	arn := made["media-bucket"].Outputs["arn"].(string)
	granted := offlinetest.Statements(t, made["media-policy"], "policy")
	public, private := granted["PublicMediaForCloudFront"], granted["PrivateMediaForNobodyOutside"]
	assert.Equal(t, []string{arn + "/media/*"}, public.Resource)
	assert.Equal(t, map[string]map[string][]string{
		"ArnLike": {"aws:SourceArn": {"arn:aws:cloudfront::123456789012:distribution/*"}},
	}, public.Condition)
	assert.Equal(t, "Deny", private.Effect)
	assert.Contains(t, private.Resource, arn+"/media/downloadable/*")
	assert.Contains(t, private.Resource, arn+"/media/customer/*")

	shown := made["media-"+page.UnavailableKey]
	assert.Equal(t, page.Unavailable, shown.Inputs["content"])
	assert.Contains(t, made["media-policy"].Dependencies, shown.URN)
	assert.Contains(t, rules(made["media-lifecycle"]), "intelligent-tiering")
	assert.True(t, made["media-bucket"].Protect)
}
