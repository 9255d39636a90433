package registry_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/compute/registry"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/versions"
)

var home = offlinetest.Account()

func planned(args registry.RepositoryArgs) (*plan.Environment, error) {
	return offlinetest.Run(layer.Compute{}.Layer(), func(ctx *pulumi.Context, opt pulumi.ResourceOption) error {
		repository, err := registry.NewRepository(ctx, "images", args, opt)
		if err == nil {
			ctx.Export("url", repository.URL)
		}
		return err
	})
}

func TestRepository(t *testing.T) {
	recorded, err := planned(registry.RepositoryArgs{Account: home, Environment: "staging", Protect: true})
	require.NoError(t, err)
	offlinetest.CheckChildren(t, recorded, registry.RepositoryType, "images")
	repository := offlinetest.Find(t, recorded, "images-repository")
	key := offlinetest.Find(t, recorded, "images-encryption-key")
	assert.Equal(t, map[string]any{
		"name": "magento/staging/shop", "imageTagMutability": "IMMUTABLE", "forceDelete": false,
		"imageScanningConfiguration": map[string]any{"scanOnPush": true},
		"encryptionConfigurations":   []any{map[string]any{"encryptionType": "KMS", "kmsKey": key.Outputs["arn"]}},
	}, repository.Inputs)
	assert.True(t, repository.Protect)
	assert.True(t, key.Protect, "images that nobody can decrypt are no images")
	assert.Equal(t, "123456789012.dkr.ecr.eu-central-1.amazonaws.com/magento/staging/shop", recorded.Stacks[0].Outputs["url"])

	assert.JSONEq(t, `{"Version":"2012-10-17","Statement":[{"Sid":"ThisAccountOnly","Effect":"Deny","Principal":"*","Action":"ecr:*",
		"Condition":{"StringNotEquals":{"aws:PrincipalAccount":"123456789012"}}}]}`,
		offlinetest.Find(t, recorded, "images-policy").Inputs["policy"].(string))
	assert.JSONEq(t, `{"rules":[
		{"rulePriority":1,"description":"builds that nobody tagged","action":{"type":"expire"},
		 "selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":7}},
		{"rulePriority":2,"description":"the oldest releases","action":{"type":"expire"},
		 "selection":{"tagStatus":"tagged","tagPatternList":["*"],"countType":"imageCountMoreThan","countNumber":200}}]}`,
		offlinetest.Find(t, recorded, "images-lifecycle").Inputs["policy"].(string))
}

// TestCopies wants a repository like the shop's for each image of others, and pods to name the copy.
func TestCopies(t *testing.T) {
	image := versions.Image{Repository: "docker.io/proxysql/proxysql", Tag: "3.0.8", Digest: "sha256:0123"}
	args := registry.RepositoryArgs{Account: home, Environment: "staging", Protect: true, Copied: []versions.Image{image}}
	recorded, err := offlinetest.Run(layer.Compute{}.Layer(), func(ctx *pulumi.Context, opt pulumi.ResourceOption) error {
		repository, err := registry.NewRepository(ctx, "images", args, opt)
		if err != nil {
			return err
		}
		reference, err := repository.Copy(image)
		ctx.Export("copy", reference)
		require.NoError(t, err)
		_, err = repository.Copy(versions.Image{Repository: "docker.io/library/redis", Tag: "1.0.0"})
		assert.ErrorContains(t, err, "image docker.io/library/redis:1.0.0: no copy of it is kept")
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, "123456789012.dkr.ecr.eu-central-1.amazonaws.com/magento/staging/copies/proxysql/proxysql:3.0.8@sha256:0123", recorded.Stacks[0].Outputs["copy"])
	shop, copied := offlinetest.Find(t, recorded, "images-repository"), offlinetest.Find(t, recorded, "images-proxysql-repository")
	assert.True(t, copied.Protect)
	for _, input := range []string{"imageTagMutability", "forceDelete", "imageScanningConfiguration", "encryptionConfigurations"} {
		assert.Equal(t, shop.Inputs[input], copied.Inputs[input], input)
	}
	assert.JSONEq(t, offlinetest.Find(t, recorded, "images-policy").Inputs["policy"].(string), offlinetest.Find(t, recorded, "images-proxysql-policy").Inputs["policy"].(string))
	assert.NotContains(t, offlinetest.Find(t, recorded, "images-proxysql-lifecycle").Inputs["policy"], `"tagged"`, "a copy in use must not go")
}

func TestThrowAwayRepositoriesGoWithTheirImages(t *testing.T) {
	recorded, err := planned(registry.RepositoryArgs{Account: home, Environment: "staging"})
	require.NoError(t, err)
	repository := offlinetest.Find(t, recorded, "images-repository")
	assert.Equal(t, true, repository.Inputs["forceDelete"])
	assert.False(t, repository.Protect)
}

func TestArgsAreRefusedAllAtOnce(t *testing.T) {
	_, err := planned(registry.RepositoryArgs{})
	assert.ErrorContains(t, err, "environment: required")
	assert.ErrorContains(t, err, `account "": must be twelve digits`)
}
