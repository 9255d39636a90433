package topology_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/data/aurora/topology"
)

func TestReadSplitText(t *testing.T) {
	for _, want := range topology.ReadSplits() {
		text, err := want.MarshalText()
		require.NoError(t, err)
		var got topology.ReadSplit
		require.NoError(t, got.UnmarshalText(text))
		assert.Equal(t, want, got)
	}
	var split topology.ReadSplit
	assert.EqualError(t, split.UnmarshalText([]byte("^SELECT")), `read split "^SELECT" is unknown: allowed are none, proxysql, slave-connection`)
	assert.Equal(t, topology.ReadSplit(""), split)
}
