package stacks_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/pkg/aws/availability"
	"github.com/magestack/magestack/pkg/settings"
	"github.com/magestack/magestack/stacks"
)

// TestEveryRegionThatSettingsTakeIsPlanned keeps a region from being refused by a program after the settings took it.
func TestEveryRegionThatSettingsTakeIsPlanned(t *testing.T) {
	config := fixture.Config(t, "staging")
	for _, region := range availability.Regions() {
		maps.Copy(config, settings.Config{"aws:region": region, "magento-networking:zones": fmt.Sprintf(`["%[1]sa","%[1]sb"]`, region)})
		require.NoError(t, settings.Check(config), region)
		_, err := offline.Run("staging", config, stacks.Programs())
		assert.NoError(t, err, region)
	}
}

// TestOwnTagsReachEverything holds that tags of the settings are on what each provider makes, and on what AWS and Karpenter launch,
// which no provider's tags reach.
func TestOwnTagsReachEverything(t *testing.T) {
	plan := changed(t, "production", settings.Config{"aws:defaultTags": `{"tags":{"cost-center":"4711"}}`})
	providers := ofType(plan, "pulumi:providers:aws")
	require.NotEmpty(t, providers)
	for _, p := range providers {
		tags, _ := p.Inputs["defaultTags"].(map[string]any)
		assert.Equal(t, "4711", tags["tags"].(map[string]any)["cost-center"], p.URN)
		assert.Contains(t, tags["tags"], "environment", p.URN)
	}
	for _, kind := range []string{"aws:ec2/launchTemplate:LaunchTemplate", "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"} {
		resources := ofType(plan, kind)
		require.NotEmpty(t, resources, kind)
		for _, r := range resources {
			assert.Contains(t, fmt.Sprint(r.Inputs), "cost-center:4711", r.URN)
		}
	}
}
