package bucket_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/bucket"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/layer"
)

const key = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"

func deployed(t *testing.T, body offlinetest.Body) map[string]plan.Resource {
	t.Helper()
	return offlinetest.ByName(offlinetest.Planned(t, layer.Data{}.Layer(), body))
}

// media makes a bucket named media.
func media(args bucket.Args) offlinetest.Body {
	return func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		_, err := bucket.New(ctx, "media", args, aws)
		return err
	}
}

// rules are the lifecycle rules of a bucket by their ids.
func rules(r plan.Resource) map[string]map[string]any {
	found := map[string]map[string]any{}
	for _, item := range r.Inputs["rules"].([]any) {
		rule := item.(map[string]any)
		found[rule["id"].(string)] = rule
	}
	return found
}

func TestBucketIsPrivateEncryptedAndVersioned(t *testing.T) {
	made := deployed(t, media(bucket.Args{KeyARN: pulumi.String(key), Protect: true}))
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
	arn := made["media-bucket"].Outputs["arn"].(string)
	assert.Equal(t, policy.Parsed{
		Sid: "TLSOnly", Effect: "Deny", Principal: map[string][]string{"*": {"*"}}, Action: []string{"s3:*"}, Resource: []string{arn, arn + "/*"},
		Condition: map[string]map[string][]string{"Bool": {"aws:SecureTransport": {"false"}}},
	}, offlinetest.Statements(t, made["media-policy"], "policy")["TLSOnly"])
	assert.Contains(t, made["media-policy"].Dependencies, made["media-public-access-block"].URN)
	assert.Contains(t, made["media-lifecycle"].Dependencies, made["media-versioning"].URN)
	assert.NotContains(t, made, "media-lock")
	assert.NotContains(t, made, "media-access-log")
}

func TestLifecycle(t *testing.T) {
	plain := rules(deployed(t, media(bucket.Args{KeyARN: pulumi.String(key)}))["media-lifecycle"])
	assert.Len(t, plain, 1)
	assert.Equal(t, map[string]any{"noncurrentDays": 90.0}, plain["noncurrent-versions"]["noncurrentVersionExpiration"])
	assert.Equal(t, map[string]any{"daysAfterInitiation": 7.0}, plain["noncurrent-versions"]["abortIncompleteMultipartUpload"])
	assert.Equal(t, map[string]any{"expiredObjectDeleteMarker": true}, plain["noncurrent-versions"]["expiration"])

	all := rules(deployed(t, media(bucket.Args{KeyARN: pulumi.String(key), Lifecycle: bucket.Lifecycle{
		ExpireDays: 365, NoncurrentDays: 14, IntelligentTiering: true,
	}}))["media-lifecycle"])
	assert.Len(t, all, 3)
	assert.Equal(t, map[string]any{"noncurrentDays": 14.0}, all["noncurrent-versions"]["noncurrentVersionExpiration"])
	assert.NotContains(t, all["noncurrent-versions"], "expiration")
	assert.Equal(t, map[string]any{"days": 365.0}, all["expired"]["expiration"])
	assert.Equal(t, []any{map[string]any{"days": 0.0, "storageClass": "INTELLIGENT_TIERING"}}, all["intelligent-tiering"]["transitions"])
}

func TestLogsAreKeptForAYearAndAMonth(t *testing.T) {
	made := deployed(t, media(bucket.Args{Encryption: bucket.EncryptionS3, Lifecycle: bucket.LogLifecycle()}))
	assert.Equal(t, map[string]any{"days": 400.0}, rules(made["media-lifecycle"])["expired"]["expiration"])
	assert.Equal(t, map[string]any{"noncurrentDays": 30.0}, rules(made["media-lifecycle"])["noncurrent-versions"]["noncurrentVersionExpiration"])
	assert.Equal(t, []any{map[string]any{
		"bucketKeyEnabled": false, "applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": "AES256"},
	}}, made["media-encryption"].Inputs["rules"])
}

func TestBucketsAreRefusedAllAtOnce(t *testing.T) {
	_, err := offlinetest.Run(layer.Data{}.Layer(), media(bucket.Args{
		Name: "Magento", LockDays: -1, Lifecycle: bucket.Lifecycle{ExpireDays: -1, NoncurrentDays: -7},
	}))
	for _, want := range []string{
		"keyArn: required", `bucket name "Magento": allowed are small letters`, "lockDays: -1 given", "expireDays: -1 given",
		"noncurrentDays: -7 given",
	} {
		assert.ErrorContains(t, err, want)
	}
	_, err = offlinetest.Run(layer.Data{}.Layer(), media(bucket.Args{
		KeyARN: pulumi.String(key), LockDays: 30, Lifecycle: bucket.Lifecycle{ExpireDays: 7},
	}))
	assert.ErrorContains(t, err, "objects are locked for 30 days and should go after 7")
	_, err = offlinetest.Run(layer.Data{}.Layer(), media(bucket.Args{KeyARN: pulumi.String(key), Encryption: bucket.EncryptionS3}))
	assert.ErrorContains(t, err, `magento:storage:Bucket "media": keyArn: S3 encrypts with a key of its own`)
}
