package settings_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/settings"
)

// TestASecondaryMakesNothingTwice refuses what its primary, in the same account and for the same domain, has made
// already: each would be a name that is taken, half-way through the update.
func TestASecondaryMakesNothingTwice(t *testing.T) {
	good := read(t, "production")
	maps.Copy(good, settings.Config{
		"magento-data:globalRole": "secondary", "magento-data:globalCluster": "magento-production-global",
		"magento-data:primaryRegion": "eu-west-1", "magento-data:primaryEnvironment": "production",
		"magento-data:searchServiceLinkedRole": "false", "magento-compute:provesDomain": "false",
		"magento-compute:spotServiceLinkedRole": "false", "magento-networking:caaRecords": "made",
	})
	assert.NoError(t, settings.Check(good))
	for key, c := range map[string]struct{ value, want string }{
		"magento-compute:provesDomain":          {"true", "must be false for a secondary"},
		"magento-compute:spotServiceLinkedRole": {"true", "must be false for a secondary"},
		"magento-data:searchServiceLinkedRole":  {"true", "must be false for a secondary"},
		"magento-networking:caaRecords":         {"all", "must be made for a secondary"},
		"magento-networking:hostedZoneId":       {"make", "must be the primary's zone"},
		"magento-networking:additionalDomains":  {`[{"domainName":"shop.example.fr"}]`, "must be the primary's zones"},
	} {
		bad := maps.Clone(good)
		bad[key] = c.value
		err := settings.Check(bad)
		assert.ErrorContains(t, err, c.want, key)
		assert.ErrorContains(t, err, key)
		alone := maps.Clone(bad)
		maps.Copy(alone, settings.Config{
			"magento-data:globalRole": "alone", "magento-data:globalCluster": "", "magento-data:primaryRegion": "", "magento-data:primaryEnvironment": "",
		})
		assert.NoError(t, settings.Check(alone), "%s is wrong for a secondary alone", key)
	}
	assert.Equal(t, []string{"magento-cdn", "magento"}, settings.LeftOut(good))
	for _, role := range []string{"", "alone", "primary"} {
		assert.Empty(t, settings.LeftOut(settings.Config{"magento-data:globalRole": role}), role)
	}
}

func TestForeignBuckets(t *testing.T) {
	config := read(t, "production")
	for value, want := range map[string]string{
		`[{"bucket":"partner-feed","accountId":"999999999999"}]`:                                          "",
		`[{"bucket":"partner-feed"}]`:                                                                     "accountId: missing",
		`[{"bucket":"Partner.Feed","accountId":"999999999999"}]`:                                          "must be the name of a bucket",
		`[{"bucket":"*","accountId":"999999999999"}]`:                                                     "must be the name of a bucket",
		`[{"bucket":"partner-feed","accountId":"9"}]`:                                                     "twelve digits",
		`[{"bucket":"partner-feed","accountId":"210987654321"}]`:                                          "own account",
		`[{"bucket":"a-feed","accountId":"999999999999"},{"bucket":"a-feed","accountId":"999999999999"}]`: "named twice",
	} {
		config["magento-networking:foreignBuckets"] = value
		err := settings.Check(config)
		if want == "" {
			assert.NoError(t, err, value)
			continue
		}
		assert.ErrorContains(t, err, want, value)
	}
}
