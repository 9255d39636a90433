package storage_test

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/provider"
	"github.com/magestack/magestack/pkg/data/storage"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
)

const key = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"

var acct = account.Account{ID: "123456789012", Region: "eu-central-1"}

// program makes something in the account.
type program func(ctx *pulumi.Context, aws pulumi.ResourceOption) error

func run(body program) (map[string]plan.Resource, error) {
	environment, err := offline.Run("staging", settings.Config{}, []plan.Program{{
		Layer: layer.Layer{Project: "test", Directory: "test"},
		Run: func(ctx *pulumi.Context, _ settings.Config) error {
			aws, err := provider.NewAWS(ctx, "aws", "data", acct)
			if err != nil {
				return err
			}
			return body(ctx, pulumi.Provider(aws))
		},
	}})
	if err != nil {
		return nil, err
	}
	made := map[string]plan.Resource{}
	for _, r := range environment.Resources() {
		made[r.Name] = r
	}
	return made, nil
}

func deployed(t *testing.T, body program) map[string]plan.Resource {
	t.Helper()
	made, err := run(body)
	require.NoError(t, err)
	return made
}

// bucket makes one bucket.
func bucket(args storage.BucketArgs) program {
	return func(ctx *pulumi.Context, aws pulumi.ResourceOption) error {
		_, err := storage.NewBucket(ctx, "media", args, aws)
		return err
	}
}

// list is a text or a list of texts.
type list []string

func (l *list) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*l = list{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(l))
}

// statement is one statement of a policy.
type statement struct {
	Sid, Effect string
	Principal   any
	Action      list
	Resource    list
	Condition   map[string]map[string]list
}

func statements(t *testing.T, r plan.Resource, input string) map[string]statement {
	t.Helper()
	var document struct{ Statement []statement }
	require.NoError(t, json.Unmarshal([]byte(r.Inputs[input].(string)), &document))
	found := map[string]statement{}
	for _, s := range document.Statement {
		found[s.Sid] = s
	}
	return found
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
