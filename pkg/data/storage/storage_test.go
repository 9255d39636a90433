package storage_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/bucket"
	"github.com/magestack/magestack/pkg/layer"
)

const key = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"

var acct = offlinetest.Account()

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
