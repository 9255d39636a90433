package settings_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/compute/karpenter/nodepool"
	"github.com/magestack/magestack/pkg/settings"
)

// TestPoolsOfEveryEnvironment wants each environment's pools to be right, and to be those that there are everywhere.
func TestPoolsOfEveryEnvironment(t *testing.T) {
	environments, err := settings.Environments(root)
	require.NoError(t, err)
	for _, environment := range environments {
		compute, err := settings.LoadCompute(own(t, environment))
		require.NoError(t, err)
		set, err := compute.Workloads().Set()
		require.NoError(t, err)
		require.NoError(t, set.Validate())
		assert.Len(t, set.Pools, 4)
		if compute.ProtectCluster {
			assert.Equal(t, nodepool.ImagePinned, compute.NodeImage)
		}
	}
}

func TestSpotsRoleHasOneOwner(t *testing.T) {
	environments, err := settings.Environments(root)
	require.NoError(t, err)
	owners := map[string]string{}
	for _, environment := range environments {
		compute, err := settings.LoadCompute(own(t, environment))
		require.NoError(t, err)
		if compute.SpotServiceLinkedRole {
			assert.Empty(t, owners[compute.Account().ID], "%s makes the account's role for spot as well", environment)
			owners[compute.Account().ID] = environment
		}
	}
}

func TestBadPools(t *testing.T) {
	for name, c := range map[string]struct {
		set  settings.Config
		want []string // one for each problem
	}{
		"an unknown family": {
			settings.Config{"magento-compute:webFamilies": `["m7g","m4"]`},
			[]string{`magento-compute:webFamilies: "[\"m7g\",\"m4\"]": item 2, "m4": must be a family of the generations 6 to 9`},
		},
		"a family of another architecture": {
			settings.Config{"magento-compute:batchFamilies": `["c7g","m7g","m7i"]`},
			[]string{`magento-compute:batchFamilies: "c7g,m7g,m7i of 2 to 8 vCPUs": family m7i: has no type for arm64 with 2 to 8 vCPUs`},
		},
		"an unknown architecture": {
			settings.Config{"magento-compute:nodeArchitectures": `["sparc"]`},
			[]string{`magento-compute:nodeArchitectures: "[\"sparc\"]": item 1, "sparc": "sparc": must be arm64 or amd64`},
		},
		"too few types for spot": {
			settings.Config{"magento-compute:webFamilies": `["m7g","m8g"]`},
			[]string{`magento-compute:webFamilies: "m7g,m8g of 2 to 8 vCPUs": NodePool "web-burst": requirements: 6 instance types satisfy them, consolidation from spot to spot needs at least 15`},
		},
		"no size between": {
			settings.Config{"magento-compute:nodeMinCpus": "16"},
			[]string{`magento-compute:nodeMinCpus: "16 to 8 vCPUs": must be 1 or more, and at most nodeMaxCpus`},
		},
		"sizes that do not exist": {
			settings.Config{"magento-compute:nodeMinCpus": "5", "magento-compute:nodeMaxCpus": "7", "magento-compute:webFamilies": `["m7g"]`, "magento-compute:consumersFamilies": `["m7g"]`, "magento-compute:batchFamilies": `["m7g"]`},
			[]string{`batchFamilies: "m7g of 5 to 7 vCPUs": family m7g: has no type`, `consumersFamilies: `, `webFamilies: `},
		},
		"a base without room for a successor": {
			settings.Config{"magento-compute:webBaseCpus": "15"},
			[]string{`magento-compute:webBaseCpus: "15": NodePool "web-base": limits of 15 vCPUs and 64Gi: must be at least 16 vCPUs and 64Gi`},
		},
		"a base without memory for a successor": {
			settings.Config{"magento-compute:webBaseMemoryGib": "63"},
			[]string{`magento-compute:webBaseMemoryGib: "63": NodePool "web-base": limits of 16 vCPUs and 63Gi: must be at least 16 vCPUs and 64Gi`},
		},
		"no base": {
			settings.Config{"magento-compute:webBaseCpus": "0"},
			[]string{`magento-compute:webBaseCpus: "0": must be 1 to 10000 vCPUs`},
		},
		"a digit too many": {
			settings.Config{"magento-compute:webBaseCpus": "99999999999999", "magento-compute:batchCpus": "10001", "magento-compute:batchMemoryGib": "100001", "magento-compute:consumersCpus": "10000"},
			[]string{`magento-compute:batchCpus: "10001": must be 1 to 10000 vCPUs`, `magento-compute:batchMemoryGib: "100001": must be 1 to 100000 GiB`, `magento-compute:webBaseCpus: "99999999999999": must be 1 to 10000 vCPUs`},
		},
		"fewer vCPUs than a node": {
			settings.Config{"magento-compute:batchCpus": "1"},
			[]string{`magento-compute:batchCpus: "1": NodePool "batch": limits of 1 vCPUs`},
		},
		"less than one node": {
			settings.Config{"magento-compute:consumersMemoryGib": "4"},
			[]string{`magento-compute:consumersMemoryGib: "4": NodePool "consumers": limits of 8 vCPUs and 4Gi: no instance type of the pool is that small`},
		},
		"hours that are none": {
			settings.Config{"magento-compute:tradingHours": "always"},
			[]string{`magento-compute:tradingHours: "always": must be two times of day`},
		},
		"hours without an end": {
			settings.Config{"magento-compute:tradingHours": "05:00-04:00"},
			[]string{`magento-compute:tradingHours: "05:00-04:00 Europe/Berlin": trading hours 05:00-04:00, Europe/Berlin: leave 0s of the day`},
		},
		"a zone that is none": {
			settings.Config{"magento-compute:tradingTimeZone": "Berlin"},
			[]string{`magento-compute:tradingTimeZone: "Berlin": must be UTC, or a name of the tz database`},
		},
		"the latest image for good": {
			settings.Config{"magento-compute:nodeImage": "latest", "magento-compute:protectCluster": "true"},
			[]string{`magento-compute:nodeImage: "latest": must be pinned where protectCluster is true`},
		},
		"another image": {
			settings.Config{"magento-compute:nodeImage": "al2023@v20260101"},
			[]string{`magento-compute:nodeImage: "al2023@v20260101": "al2023@v20260101": must be pinned or latest`},
		},
		"all at once": {
			settings.Config{"magento-compute:webBurstCpus": "0", "magento-compute:batchFamilies": `["c6g","c6g"]`, "magento-compute:consumersFamilies": `[]`, "magento-compute:nodeImage": "none"},
			[]string{`batchFamilies: "c6g,c6g of 2 to 8 vCPUs": family c6g: named twice`, `consumersFamilies: " of 2 to 8 vCPUs": must name at least one family`, `nodeImage: "none"`, `webBurstCpus: "0": must be 1 to 10000`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			config := read(t, "staging")
			maps.Copy(config, c.set)
			err := settings.Check(config)
			require.Error(t, err)
			lines := strings.Split(err.Error(), "\n")
			require.Len(t, lines, len(c.want), err.Error())
			for i, want := range c.want {
				assert.Contains(t, lines[i], want)
			}
		})
	}
}

// TestTheLatestImageIsForThrowingAway is allowed where the cluster is, too.
func TestTheLatestImageIsForThrowingAway(t *testing.T) {
	config := read(t, "staging")
	config["magento-compute:nodeImage"] = "latest"
	assert.NoError(t, settings.Check(config))
}
