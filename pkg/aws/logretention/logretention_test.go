package logretention_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/aws/logretention"
)

func TestAllowedPeriodsBeginWithAYear(t *testing.T) {
	allowed := logretention.Allowed()
	assert.Equal(t, logretention.MinDays, allowed[0])
	assert.NotContains(t, allowed, 180, "the next shorter period of CloudWatch Logs")
	assert.Equal(t, 3653, allowed[len(allowed)-1])
}
