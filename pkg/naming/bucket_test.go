package naming_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/naming"
)

func TestBucketNames(t *testing.T) {
	for _, good := range []string{"abc", "magento-staging-media", "0-9", strings.Repeat("a", 63)} {
		assert.NoError(t, naming.ValidateBucket(good))
	}
	for bad, want := range map[string]string{
		"Magento":               "small letters",
		"ab":                    "has 2 characters, 3 to 63",
		strings.Repeat("a", 64): "has 64 characters",
		"-media":                "a letter or digit first",
		"media-":                "a letter or digit first and last",
		"shop_media":            "small letters",
		"media.example.com":     "small letters, digits and hyphens",
		"192.168.0.1":           "must not be an address",
		"xn--media":             "begin with xn--",
		"sthree-media":          "begin with sthree-",
		"media-s3alias":         "end with -s3alias",
		"media--ol-s3":          "end with --ol-s3",
		"":                      "has 0 characters",
	} {
		assert.ErrorContains(t, naming.ValidateBucket(bad), want, bad)
	}
	assert.ErrorContains(t, naming.ValidateBucket("SO"), "small letters")
	assert.ErrorContains(t, naming.ValidateBucket("SO"), "has 2 characters", "one problem hides another")
}

func TestBucketNamesFit(t *testing.T) {
	acct := account.Account{ID: "123456789012", Region: "ap-southeast-1"}
	for _, what := range []string{"media", "logs", "backups"} {
		assert.NoError(t, naming.ValidateBucket(naming.Environment("production-dr").Bucket(acct, what)))
	}
	assert.Equal(t, "magento-production-media-ap-southeast-1-123456789012", naming.Environment("production").Bucket(acct, "media"))
}
