package sizing_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/magestack/magestack/pkg/data/search/sizing"
	"github.com/magestack/magestack/pkg/naming"
)

func TestVersions(t *testing.T) {
	for _, text := range []string{"OpenSearch_2.19", "OpenSearch_3.1", "OpenSearch_3.3", "OpenSearch_3.5"} {
		var version sizing.Version
		require.NoError(t, version.UnmarshalText([]byte(text)))
		assert.Equal(t, sizing.Version(text), version)
		assert.Contains(t, version.Allowed(), text)
	}
	for _, text := range []string{"", "3.1", "OpenSearch_2.11", "Elasticsearch_7.10", "opensearch_3.1"} {
		version := sizing.OpenSearch31
		assert.EqualError(t, version.UnmarshalText([]byte(text)),
			`version "`+text+`": must be OpenSearch_2.19, OpenSearch_3.1, OpenSearch_3.3 or OpenSearch_3.5`)
		assert.Equal(t, sizing.OpenSearch31, version)
	}
}

func TestInstanceTypes(t *testing.T) {
	for _, text := range []string{"m7g.medium.search", "m7g.large.search", "r7g.2xlarge.search", "r7g.16xlarge.search"} {
		var instance sizing.InstanceType
		require.NoError(t, instance.UnmarshalText([]byte(text)), text)
		assert.Equal(t, sizing.InstanceType(text), instance)
	}
	for _, text := range []string{
		"", "m7g.large", "t3.small.search", "m7g.search", "m7g..search", "m7g.24xlarge.search", "m7g.large.search.search",
		"r7gd.large.search", "large.search", "m7g.large.elasticsearch",
	} {
		instance := sizing.InstanceType("unchanged")
		err := instance.UnmarshalText([]byte(text))
		assert.EqualError(t, err, `instance type "`+text+
			`": must be one of {m7g,r7g}.{medium,large,xlarge,2xlarge,4xlarge,8xlarge,12xlarge,16xlarge}.search`)
		assert.Equal(t, sizing.InstanceType("unchanged"), instance)
	}
}

// cluster is a usual one, to be varied.
func cluster(nodes, zones, masters int) sizing.Cluster {
	return sizing.Cluster{
		DataNodes: nodes, DataType: "r7g.large.search", VolumeGiB: 20, Zones: zones, Masters: masters, MasterType: "m7g.medium.search",
	}
}

func TestClusters(t *testing.T) {
	for _, fits := range []sizing.Cluster{
		cluster(1, 1, 0), cluster(2, 2, 0), cluster(4, 2, 3), cluster(3, 3, 3), cluster(6, 3, 5), cluster(6, 2, 3),
		{DataNodes: 1, DataType: "m7g.medium.search", VolumeGiB: 1024, Zones: 1},
	} {
		assert.NoError(t, fits.Validate(), "%+v", fits)
	}
	for message, wrong := range map[string]sizing.Cluster{
		"0 data nodes: must be 1 or more":                               cluster(0, 3, 3),
		"-3 data nodes: must be 1 or more":                              cluster(-3, 3, 3),
		"3 data nodes over 2 zones: must be a multiple of 2, such as 4": cluster(3, 2, 3),
		"4 data nodes over 3 zones: must be a multiple of 3, such as 6": cluster(4, 3, 3),
		"2 data nodes over 3 zones: must be a multiple of 3, such as 3": cluster(2, 3, 3),
		"3 data nodes in 1 zone: one zone takes one node":               cluster(3, 1, 3),
		"0 zones: must be 1 to 3":                                       cluster(3, 0, 3),
		"4 zones: must be 1 to 3":                                       cluster(4, 4, 3),
		"2 dedicated masters: must be 0, 3 or 5":                        cluster(3, 3, 2),
		"1 dedicated masters: must be 0, 3 or 5":                        cluster(3, 3, 1),
		"volume of 9 GiB: must be 10 to 1024 GiB":                       {DataNodes: 1, DataType: "m7g.large.search", VolumeGiB: 9, Zones: 1},
		"masters: instance type \"\": must be one":                      {DataNodes: 1, DataType: "m7g.large.search", VolumeGiB: 10, Zones: 1, Masters: 3},
		"data nodes: instance type \"\": must be o":                     {DataNodes: 1, VolumeGiB: 10, Zones: 1},
	} {
		assert.ErrorContains(t, wrong.Validate(), message)
	}
	err := sizing.Cluster{DataNodes: 5, Zones: 2, Masters: 4, VolumeGiB: 2000}.Validate()
	for _, part := range []string{"5 data nodes over 2 zones", "such as 6", "data nodes: instance type", "4 dedicated masters", "volume of 2000 GiB"} {
		assert.ErrorContains(t, err, part, "everything is reported at once")
	}
}

// Whatever is accepted is spread evenly, over as many zones as it says.
func TestAcceptedClustersAreEven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := cluster(rapid.IntRange(-1, 40).Draw(t, "nodes"), rapid.IntRange(-1, 5).Draw(t, "zones"), rapid.IntRange(-1, 7).Draw(t, "masters"))
		if c.Validate() != nil {
			return
		}
		assert.Zero(t, c.DataNodes%c.Zones)
		assert.GreaterOrEqual(t, c.DataNodes, c.Zones)
		assert.Equal(t, c.Zones == 1, c.DataNodes == 1, "more nodes than one are never in one zone")
		assert.True(t, c.Masters == 0 || c.Masters%2 == 1 && c.Masters > 2)
	})
}

func TestDomainNames(t *testing.T) {
	assert.Equal(t, "magento-production", naming.Environment("production").SearchDomain())
	assert.NoError(t, sizing.ValidateDomainName(naming.Environment("production-dr").SearchDomain()))
	for _, name := range []string{"", "ab", "Magento", "1shop", "-shop", "shop_1", strings.Repeat("a", 29)} {
		assert.ErrorContains(t, sizing.ValidateDomainName(name), "must be 3 to 28 lower-case letters", name)
	}
	assert.ErrorContains(t, sizing.ValidateDomainName(naming.Environment("a-rather-long-environment").SearchDomain()), "has 33 characters")
}
