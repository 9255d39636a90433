package settings_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/settings"
)

// TestNetworksAreThoseOfTheInternet stands on the first and last block of what nobody is seen with, and beside it.
func TestNetworksAreThoseOfTheInternet(t *testing.T) {
	keys := []string{"magento-compute:publicEndpointCidrs", "magento-cdn:adminNetworks", "magento-cdn:trustedNetworks", "magento-cdn:blockedNetworks"}
	for block, what := range map[string]string{
		"0.1.0.0/16": "this host", "1.0.0.0/16": "", "10.0.0.0/8": "private", "9.255.255.0/24": "", "11.0.0.0/16": "", "10.255.255.255/32": "private",
		"100.63.255.0/24": "", "100.64.0.0/10": "a provider's own", "100.127.255.255/32": "a provider's own", "100.128.0.0/16": "",
		"127.0.0.1/32": "loopback", "128.0.0.0/16": "", "169.254.169.254/32": "link-local", "169.253.0.0/16": "",
		"172.15.0.0/16": "", "172.16.0.0/12": "private", "172.31.255.0/24": "private", "172.32.0.0/16": "",
		"192.0.0.0/24": "for protocols", "192.0.1.0/24": "", "192.168.1.0/24": "private", "192.169.0.0/16": "", "198.18.0.0/15": "for benchmarks", "198.20.0.0/16": "",
		"223.255.255.0/24": "", "224.0.0.1/32": "multicast", "255.255.255.255/32": "reserved", "198.51.100.0/28": "",
		"::1/128": "loopback", "fc00::/7": "private", "fd12:3456::/48": "private", "fe80::/10": "link-local", "fec0::/10": "", "ff02::/16": "multicast",
		"::ffff:192.0.2.0/120": "another form", "2001:db8::/48": "", "2a00::/16": "",
	} {
		for _, key := range keys {
			if v6 := key == keys[0] && (block[0] == ':' || block[0] == 'f' || block[0] == '2' && block[1] != '2' && block[1] != '5'); v6 {
				continue // the endpoint of the Kubernetes API takes IPv4 alone
			}
			config := read(t, "staging")
			maps.Copy(config, settings.Config{key: `["` + block + `"]`})
			err := settings.Check(config)
			if what == "" {
				assert.NoError(t, err, block)
				continue
			}
			require.ErrorContains(t, err, key+`: "`+block+`": is `, block)
			assert.ErrorContains(t, err, what, block)
		}
	}
}
