package layer_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/aws/zones"
	"github.com/magestack/magestack/pkg/layer"
)

func TestDomains(t *testing.T) {
	networking := layer.Networking{DomainName: "shop.example.com", HostedZoneID: "Z1"}
	assert.Equal(t, zones.Domains{{Name: "shop.example.com", ZoneID: "Z1"}}, networking.Domains(), "as an older networking layer publishes")
	networking.AdditionalZoneIDs = map[string]string{"shop.example.fr": "Z3", "shop.example.de": "Z2"}
	assert.Equal(t, []string{"shop.example.com", "shop.example.de", "shop.example.fr"}, networking.Domains().Names(), "no plan depends on the order of a map")
	assert.Equal(t, "Z3", networking.Domains()[2].ZoneID)
}
