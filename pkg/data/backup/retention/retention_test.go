package retention_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/data/backup/retention"
)

func TestPeriods(t *testing.T) {
	require.NoError(t, retention.Periods{Daily: 35, Monthly: 365}.Validate())
	err := retention.Periods{Daily: 6, Monthly: 4000}.Validate()
	assert.ErrorContains(t, err, "daily backups kept for 6 days: must be 7 to 3653")
	assert.ErrorContains(t, err, "monthly backups kept for 4000 days: must be 7 to 3653")
	assert.ErrorContains(t, retention.Periods{Daily: 35, Monthly: 30}.Validate(), "no fewer than the 35 of the daily ones")
}

func TestLock(t *testing.T) {
	var lock retention.Lock
	require.NoError(t, lock.UnmarshalText([]byte("compliance")))
	assert.Equal(t, retention.LockCompliance, lock)
	assert.EqualError(t, lock.UnmarshalText([]byte("none")), `"none": must be governance or compliance`)
	assert.Error(t, lock.UnmarshalText(nil))
}
