package capacity

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestMaxConnectionsTable holds the table in the comment true.
func TestMaxConnectionsTable(t *testing.T) {
	for minimum, want := range map[ACU]int{
		0.5: 38, 1: 89, 2: 192, 4: 396, 8: 806, 16: 1625, 32: 3264, 64: 6540, 128: 13094, 256: 16000,
	} {
		assert.Equal(t, want, MaxConnections(Range{minimum, MaxACU}), "minimum %s", minimum)
	}
	assert.Zero(t, MaxConnections(Range{}), "a range that is not valid carries nothing")
}

func TestMaxConnectionsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRange(t)
		connections := MaxConnections(r)

		assert.Positive(t, connections)
		assert.LessOrEqual(t, connections, MaxConnectionsLimit)
		assert.Equal(t, connections, MaxConnections(Range{r.Min, MaxACU}), "the maximum changes nothing")
		more := Range{drawACU(t, "larger min", r.Min, MaxACU), MaxACU}
		assert.GreaterOrEqual(t, MaxConnections(more), connections, "more memory carries no fewer")

		// At every capacity of the range: the engine, the connections, and a buffer pool of half of what the
		// engine leaves.
		at := drawACU(t, "at", r.Min, r.Max)
		pool := (at.MemoryMiB() - engineMemory) / 2
		assert.LessOrEqual(t, engineMemory+connections*memoryPerConnection+pool, at.MemoryMiB())
	})
}

func TestBudgetProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, pods := drawRange(t), rapid.IntRange(1, 40).Draw(t, "pods")
		wanted := rapid.OneOf(rapid.Just(0), rapid.IntRange(MinPerPod, 2000)).Draw(t, "pool")
		budget, err := NewBudget(r, pods, wanted)
		largest, largestErr := NewBudget(r, pods, 0)
		if err != nil {
			assert.True(t, largestErr != nil || largest.PerPod < wanted, "refused what fits: %v", err)
			return
		}
		open := budget.PerPod * (pods + SurgePods)
		assert.LessOrEqual(t, open+budget.Reserved, budget.MaxConnections)
		assert.Equal(t, budget.MaxConnections, open+budget.Reserved+budget.Headroom, "every connection is accounted for")
		assert.GreaterOrEqual(t, budget.Headroom*20, budget.MaxConnections, "a twentieth is left")
		assert.LessOrEqual(t, engineMemory+budget.MaxConnections*memoryPerConnection, r.Min.MemoryMiB())
		assert.GreaterOrEqual(t, budget.PerPod, MinPerPod)
		if wanted > 0 {
			assert.Equal(t, wanted, budget.PerPod)
		} else {
			_, err := NewBudget(r, pods, budget.PerPod+1)
			assert.Error(t, err, "0 means as many as fit, and one more does not")
		}

		same, err := NewBudget(Range{r.Min, MaxACU}, pods, wanted)
		require.NoError(t, err)
		same.Range = budget.Range
		assert.Equal(t, budget, same, "the maximum changes nothing")
	})
}

func TestBudgetReservations(t *testing.T) {
	budget, err := NewBudget(Range{1, 8}, 2, 0)
	require.NoError(t, err)
	sum := 0
	for _, part := range Reservations(2) {
		assert.NotEmpty(t, part.Name)
		assert.Positive(t, part.Connections)
		sum += part.Connections
	}
	assert.Equal(t, sum, budget.Reserved)
	assert.Equal(t, Budget{Range: Range{1, 8}, MaxConnections: 89, Reserved: 26, PerPod: 19, Pods: 2, Headroom: 6}, budget)
	assert.Equal(t, []Row{
		{"capacity of an instance", "1–8 ACU"},
		{"max_connections at the minimum", "89"},
		{"reserved", "26"},
		{"ProxySQL pods", "2 + 1"},
		{"per ProxySQL pod", "19"},
		{"headroom", "6"},
	}, budget.Table())
}

func TestBudgetRefused(t *testing.T) {
	_, err := NewBudget(Range{0.5, 8}, 2, 0)
	assert.EqualError(t, err, "10 connections for each of 3 ProxySQL pods (2 and 1 more while one is replaced) do not fit: "+
		"a minimum of 0.5 ACU carries 38 connections, of which 26 are reserved and 2 are headroom, which leaves 3 a pod: "+
		"raise the minimum to 1 ACU, or use fewer pods or a smaller pool")
	_, err = NewBudget(Range{2, 8}, 3, 200)
	assert.ErrorContains(t, err, "200 connections for each of 4 ProxySQL pods")
	assert.ErrorContains(t, err, "raise the minimum to 9 ACU")
	_, err = NewBudget(Range{256, 256}, 3, 10000)
	assert.ErrorContains(t, err, "a pod: use fewer pods or a smaller pool", "no minimum would do")

	_, err = NewBudget(Range{8, 4}, 2, 0)
	assert.ErrorContains(t, err, "below the minimum")
	_, err = NewBudget(Range{8, 16}, 0, 5)
	assert.ErrorContains(t, err, "0 ProxySQL pods: at least 1 is needed")
	assert.ErrorContains(t, err, "a pool of 5 connections per ProxySQL pod is too small: allowed are 10 and more")
}
