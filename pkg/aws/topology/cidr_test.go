package topology_test

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/magestack/magestack/pkg/aws/topology"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestPlansGolden(t *testing.T) {
	var text strings.Builder
	for _, input := range []struct {
		vpc   string
		zones []string
	}{
		{"10.20.0.0/16", []string{"eu-central-1a", "eu-central-1b", "eu-central-1c"}},
		{"10.20.0.0/16", []string{"eu-central-1a", "eu-central-1b", "eu-central-1c", "eu-central-1d"}},
		{"172.16.0.0/17", []string{"us-east-1b", "us-east-1a"}},
		{"192.168.64.0/18", []string{"eu-west-1a", "eu-west-1b", "eu-west-1c"}},
		{"100.127.192.0/18", []string{"eu-west-1a", "eu-west-1b"}},
	} {
		plan, err := topology.NewPlan(netip.MustParsePrefix(input.vpc), input.zones)
		require.NoError(t, err)
		fmt.Fprintf(&text, "%s\n", plan.VPC)
		for _, z := range plan.Zones {
			fmt.Fprintf(&text, "  %-14s private %-18s public %-18s data %s\n", z.Zone, z.Private, z.Public, z.Data)
		}
	}
	golden := filepath.Join("testdata", "plans.golden")
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(text.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), text.String(), "an existing environment's subnets would be replaced; -update accepts")
}

func TestNewPlanRefuses(t *testing.T) {
	ab := []string{"eu-west-1a", "eu-west-1b"}
	for name, test := range map[string]struct {
		vpc   netip.Prefix
		zones []string
		want  []string
	}{
		"nothing":      {netip.Prefix{}, nil, []string{`vpc "invalid Prefix": must be a range of IPv4 addresses`, `zones []: there are 0; must be 2 to 4`}},
		"IPv6":         {netip.MustParsePrefix("fd00::/16"), ab, []string{`vpc "fd00::/16": must be a range of IPv4 addresses`}},
		"mapped IPv4":  {netip.MustParsePrefix("::ffff:10.0.0.0/112"), ab, []string{`must be a range of IPv4 addresses`}},
		"host bits":    {netip.MustParsePrefix("10.20.0.1/16"), ab, []string{`vpc 10.20.0.1/16: must be the first address of its range, 10.20.0.0/16`}},
		"too large":    {netip.MustParsePrefix("10.0.0.0/15"), ab, []string{`vpc 10.0.0.0/15: larger than AWS allows; must be /16 to /18`}},
		"too small":    {netip.MustParsePrefix("10.0.0.0/20"), ab, []string{`a private subnet of /23, 32 blocks of /28 for its pods, and the least needed is /21, 128 blocks`}},
		"one address":  {netip.MustParsePrefix("10.0.0.0/32"), ab, []string{`a private subnet of /32, 0 blocks of /28`}},
		"public":       {netip.MustParsePrefix("8.8.0.0/16"), ab, []string{`vpc 8.8.0.0/16: must lie within one of [10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10]`}},
		"next to 1918": {netip.MustParsePrefix("172.32.0.0/16"), ab, []string{`vpc 172.32.0.0/16: must lie within`}},
		"services":     {netip.MustParsePrefix("172.20.64.0/18"), ab, []string{`vpc 172.20.64.0/18: must not overlap 172.20.0.0/16`}},
		"one zone":     {netip.MustParsePrefix("10.0.0.0/16"), ab[:1], []string{`zones ["eu-west-1a"]: there are 1; must be 2 to 4`}},
		"five zones":   {netip.MustParsePrefix("10.0.0.0/16"), []string{"a", "b", "c", "d", "e"}, []string{`there are 5; must be 2 to 4`}},
		"zone twice":   {netip.MustParsePrefix("10.0.0.0/16"), []string{"eu-west-1a", "eu-west-1a"}, []string{`zone "eu-west-1a": named twice`}},
		"all at once": {netip.MustParsePrefix("8.8.0.1/20"), ab[:1],
			[]string{`must be the first address`, `must lie within`, `too small`, `there are 1`}},
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := topology.NewPlan(test.vpc, test.zones)
			require.Error(t, err)
			for _, want := range test.want {
				assert.ErrorContains(t, err, want)
			}
			assert.Zero(t, plan)
		})
	}
}

func TestPlanValidate(t *testing.T) {
	plan, err := topology.NewPlan(netip.MustParsePrefix("10.0.0.0/16"), []string{"eu-west-1a", "eu-west-1b"})
	require.NoError(t, err)
	require.NoError(t, plan.Validate())

	plan.Zones[1].Data = plan.Zones[0].Data
	assert.ErrorContains(t, plan.Validate(), "plan of 10.0.0.0/16: must be what NewPlan makes")
	assert.Error(t, topology.Plan{}.Validate())
}

// drawVPC draws a range that NewPlan takes, and never one that overlaps the range of the services.
func drawVPC(t *rapid.T) netip.Prefix {
	outer := rapid.SampledFrom([]string{"10.0.0.0/8", "172.24.0.0/13", "192.168.0.0/16", "100.64.0.0/10"}).Draw(t, "outer")
	bits := rapid.IntRange(topology.LargestVPC, topology.SmallestVPC).Draw(t, "bits")
	address := netip.MustParsePrefix(outer).Addr().As4()
	random := rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "address")
	for i := range address {
		address[i] |= random[i] & hostMask(netip.MustParsePrefix(outer).Bits(), i)
	}
	return netip.PrefixFrom(netip.AddrFrom4(address), bits).Masked()
}

// hostMask is the part of the i-th byte of an address that a prefix of the given length leaves open.
func hostMask(bits, i int) byte {
	return byte(0xff >> min(max(bits-8*i, 0), 8))
}

func drawZones(t *rapid.T, least, most int) []string {
	letters := rapid.SliceOfNDistinct(rapid.ByteRange('a', 'f'), least, most, rapid.ID[byte]).Draw(t, "letters")
	zones := make([]string, len(letters))
	for i, letter := range letters {
		zones[i] = "eu-west-1" + string(letter)
	}
	return zones
}

func subnets(plan topology.Plan) []netip.Prefix {
	var all []netip.Prefix
	for _, zone := range plan.Zones {
		all = append(all, zone.Public, zone.Private, zone.Data)
	}
	return all
}

func TestPlanProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vpc, zones := drawVPC(t), drawZones(t, topology.MinZones, topology.MaxZones)
		plan, err := topology.NewPlan(vpc, zones)
		require.NoError(t, err)
		require.NoError(t, plan.Validate())
		require.Equal(t, zones, plan.ZoneNames())

		all := subnets(plan)
		for i, subnet := range all {
			require.Equal(t, subnet.Masked(), subnet, "canonical")
			require.GreaterOrEqual(t, subnet.Bits(), vpc.Bits())
			require.True(t, vpc.Contains(subnet.Addr()), "%s is outside %s", subnet, vpc)
			for _, other := range all[:i] {
				require.False(t, subnet.Overlaps(other), "%s overlaps %s", subnet, other)
			}
		}
		for _, zone := range plan.Zones {
			require.LessOrEqual(t, zone.Private.Bits(), 21, "too few prefixes for pods")
			require.LessOrEqual(t, zone.Public.Bits(), 28, "AWS's smallest subnet")
			require.LessOrEqual(t, zone.Data.Bits(), 28, "AWS's smallest subnet")
		}

		again, err := topology.NewPlan(vpc, zones)
		require.NoError(t, err)
		require.Equal(t, plan, again, "not deterministic")
	})
}

func TestPlanIsStableWhenAZoneIsAppended(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vpc, zones := drawVPC(t), drawZones(t, topology.MinZones+1, topology.MaxZones)
		whole, err := topology.NewPlan(vpc, zones)
		require.NoError(t, err)
		before, err := topology.NewPlan(vpc, zones[:len(zones)-1])
		require.NoError(t, err)
		require.Equal(t, before.Zones, whole.Zones[:len(before.Zones)])
	})
}

func TestCheckOverlap(t *testing.T) {
	vpc := netip.MustParsePrefix("10.20.0.0/16")
	reserved := func(ranges ...string) (prefixes []netip.Prefix) {
		for _, r := range ranges {
			prefixes = append(prefixes, netip.MustParsePrefix(r))
		}
		return prefixes
	}
	require.NoError(t, topology.CheckOverlap(vpc, reserved("10.21.0.0/16", "10.19.0.0/16", "fd00::/8")))
	require.NoError(t, topology.CheckOverlap(vpc, nil))

	err := topology.CheckOverlap(vpc, reserved("10.0.0.0/8", "10.21.0.0/16", "10.20.3.0/24"))
	assert.EqualError(t, err, "vpc 10.20.0.0/16: must not overlap 10.0.0.0/8\nvpc 10.20.0.0/16: must not overlap 10.20.3.0/24")
}

func TestCheckZones(t *testing.T) {
	require.NoError(t, topology.CheckZones("eu-west-1", []string{"eu-west-1a", "eu-west-1z"}))
	for _, zone := range []string{"", "eu-west-1", "eu-west-1A", "eu-west-11", "eu-west-2a", "eu-west-1ab", "us-east-1-bos-1a"} {
		err := topology.CheckZones("eu-west-1", []string{"eu-west-1a", zone})
		assert.ErrorContains(t, err, fmt.Sprintf("zone %q: must be a zone of eu-west-1", zone))
	}
}
