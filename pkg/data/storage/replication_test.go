package storage_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/pkg/aws/bucket"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/data/storage"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/naming"
)

const (
	standbyBucket = "arn:aws:s3:::magento-production-dr-media-eu-west-1-123456789012"
	standbyKey    = "arn:aws:kms:eu-west-1:123456789012:key/99999999-2222-3333-4444-555555555555"
)

func replicated(change func(*storage.ReplicationArgs)) offlinetest.Body {
	return func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		media, err := bucket.New(ctx, "media", bucket.Args{
			Name: naming.Environment("production").Bucket(acct, "media"), KeyARN: pulumi.String(key),
		}, aws)
		if err != nil {
			return err
		}
		args := storage.ReplicationArgs{
			Account: acct, Source: media, DestinationARN: pulumi.String(standbyBucket),
			DestinationKeyARN: pulumi.String(standbyKey), DestinationRegion: "eu-west-1",
		}
		if change != nil {
			change(&args)
		}
		_, err = storage.NewReplication(ctx, "media-copy", args, aws)
		return err
	}
}

func TestReplication(t *testing.T) {
	made := deployed(t, replicated(nil))
	rule := made["media-copy-rule"]
	assert.Equal(t, "magento-production-media-eu-central-1-123456789012", rule.Inputs["bucket"])
	assert.Equal(t, made["media-copy-role"].Outputs["arn"], rule.Inputs["role"])
	assert.Equal(t, []any{map[string]any{
		"id": "standby", "priority": 1.0, "status": "Enabled", "filter": map[string]any{"prefix": ""},
		"deleteMarkerReplication": map[string]any{"status": "Enabled"},
		"sourceSelectionCriteria": map[string]any{"sseKmsEncryptedObjects": map[string]any{"status": "Enabled"}},
		"destination": map[string]any{
			"bucket": standbyBucket, "encryptionConfiguration": map[string]any{"replicaKmsKeyId": standbyKey},
			"metrics": map[string]any{"status": "Enabled"},
		},
	}}, rule.Inputs["rules"])
	assert.Contains(t, rule.Dependencies, made["media-versioning"].URN, "S3 refuses to replicate a bucket without versions")
	assert.Contains(t, rule.Dependencies, made["media-copy-permissions"].URN)
}

func TestTimeControl(t *testing.T) {
	made := deployed(t, replicated(func(args *storage.ReplicationArgs) { args.TimeControl = true }))
	destination := made["media-copy-rule"].Inputs["rules"].([]any)[0].(map[string]any)["destination"].(map[string]any)
	assert.Equal(t, map[string]any{"status": "Enabled", "time": map[string]any{"minutes": 15.0}}, destination["replicationTime"])
	assert.Equal(t, map[string]any{"status": "Enabled", "eventThreshold": map[string]any{"minutes": 15.0}}, destination["metrics"])
}

func TestReplicationMayDoNoMore(t *testing.T) {
	made := deployed(t, replicated(nil))
	source := "arn:aws:s3:::magento-production-media-eu-central-1-123456789012"
	granted := offlinetest.Statements(t, made["media-copy-permissions"], "policy")
	for sid, want := range map[string]policy.Parsed{
		"ReadSource": {Action: []string{"s3:GetReplicationConfiguration", "s3:ListBucket"}, Resource: []string{source}},
		"ReadSourceObjects": {
			Action:   []string{"s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"},
			Resource: []string{source + "/*"},
		},
		"WriteReplicas": {
			Action:   []string{"s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"},
			Resource: []string{standbyBucket + "/*"},
		},
		"DecryptSource": {Action: []string{"kms:Decrypt"}, Resource: []string{key}, Condition: map[string]map[string][]string{
			"StringLike": {"kms:ViaService": {"s3.eu-central-1.amazonaws.com"}, "kms:EncryptionContext:aws:s3:arn": {source, source + "/*"}},
		}},
		"EncryptReplicas": {Action: []string{"kms:Encrypt", "kms:GenerateDataKey"}, Resource: []string{standbyKey}, Condition: map[string]map[string][]string{
			"StringLike": {"kms:ViaService": {"s3.eu-west-1.amazonaws.com"}, "kms:EncryptionContext:aws:s3:arn": {standbyBucket, standbyBucket + "/*"}},
		}},
	} {
		want.Sid, want.Effect = sid, "Allow"
		assert.Equal(t, want, granted[sid])
	}
	assert.Len(t, granted, 5)
}

func TestReplicationIsRefused(t *testing.T) {
	_, err := offlinetest.Run(layer.Data{}.Layer(), replicated(func(args *storage.ReplicationArgs) {
		args.DestinationARN, args.DestinationRegion = nil, acct.Region
	}))
	assert.ErrorContains(t, err, "source, destinationArn and destinationKeyArn: required")
	assert.ErrorContains(t, err, `destinationRegion "eu-central-1": must be a region other than eu-central-1`)
	_, err = offlinetest.Run(layer.Data{}.Layer(), func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		logs, err := storage.NewLogs(ctx, "logs", storage.LogsArgs{Account: acct}, aws)
		if err != nil {
			return err
		}
		return replicated(func(args *storage.ReplicationArgs) { args.Source = logs })(ctx, aws)
	})
	assert.ErrorContains(t, err, "source: is not encrypted with a customer-managed key")
}
