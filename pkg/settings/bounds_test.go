package settings_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/settings"
)

// cookies are n names of cookies as a setting.
func cookies(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf(`"store_choice_%d"`, i)
	}
	return "[" + strings.Join(names, ",") + "]"
}

// TestAValueIsSaidOnce looks at what choices say of their own value, as a setting and as an item of a list.
func TestAValueIsSaidOnce(t *testing.T) {
	for key, value := range map[string]string{
		"magento-networking:nat": "sinlge", "magento-networking:interfaceEndpoints": `["sinlge"]`, "magento-data:storage": "sinlge",
		"magento-data:backupLock": "sinlge", "magento-compute:nodeArchitectures": `["sinlge"]`,
	} {
		config := read(t, "staging")
		config[key] = value
		err := settings.Check(config)
		if assert.Error(t, err, key) {
			assert.NotContains(t, err.Error(), `"sinlge": "sinlge"`)
			assert.Contains(t, err.Error(), `"sinlge": must be `)
		}
	}
}

// TestBounds gives settings the last value that is allowed and the first that is not.
func TestBounds(t *testing.T) {
	secondary := settings.Config{
		"magento-data:globalRole": "secondary", "magento-data:globalCluster": "shop", "magento-data:primaryEnvironment": "production",
		"magento-data:searchServiceLinkedRole": "false", "magento-compute:spotServiceLinkedRole": "false", "magento-compute:provesDomain": "false",
		"magento-networking:caaRecords": "made", "magento-networking:hostedZoneId": "lookup",
	}
	for _, c := range []struct {
		key       string
		good, bad string
		with      settings.Config
	}{
		{key: "magento-networking:flowLogRetentionDays", good: "365", bad: "180"},
		{key: "magento-networking:flowLogRetentionDays", good: "3653", bad: "3654"},
		{key: "magento-networking:protectNetwork", good: "true", bad: "1"},
		{key: "magento-networking:protectNetwork", good: "false", bad: "T"},
		{key: "magento-data:readers", good: "1", bad: "0"},
		{key: "magento-data:readers", good: "15", bad: "16"},
		{key: "magento-data:backupRetentionDays", good: "7", bad: "6"},
		{key: "magento-data:backupRetentionDays", good: "35", bad: "36"},
		{key: "magento-data:dailyBackupDays", good: "7", bad: "6"},
		{key: "magento-data:monthlyBackupDays", good: "35", bad: "34", with: settings.Config{"magento-data:dailyBackupDays": "35"}},
		{key: "magento-data:monthlyBackupDays", good: "3653", bad: "3654"},
		{key: "magento-data:snapshotRetentionDays", good: "15", bad: "14"},
		{key: "magento-data:snapshotRetentionDays", good: "35", bad: "36"},
		{key: "magento-data:cacheNodes", good: "2", bad: "1"},
		{key: "magento-data:cacheNodes", good: "6", bad: "7"},
		{key: "magento-data:consumerTimeoutMinutes", good: "30", bad: "29"},
		{key: "magento-data:consumerTimeoutMinutes", good: "1440", bad: "1441"},
		{key: "magento-data:searchVolumeGib", good: "10", bad: "9"},
		{key: "magento-data:primaryRegion", good: "eu-west-1", bad: "eu-central-1", with: secondary},
		{key: "magento-cdn:contentCookies", good: cookies(8), bad: cookies(9)},
		{key: "magento-cdn:pagesLimit", good: "10", bad: "9"},
		{key: "magento-cdn:healthCheckSeconds", good: "10", bad: "11"},
	} {
		t.Run(c.key+" "+c.bad, func(t *testing.T) {
			config := read(t, "staging")
			maps.Copy(config, c.with)
			config[c.key] = c.good
			assert.NoError(t, settings.Check(config), c.good)
			config[c.key] = c.bad
			err := settings.Check(config)
			if assert.Error(t, err, c.bad) {
				assert.Len(t, strings.Split(err.Error(), "\n"), 1, err)
				namespace, _, _ := strings.Cut(c.key, ":")
				assert.True(t, strings.HasPrefix(err.Error(), namespace+":"), err)
			}
		})
	}
}
