package access_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/data/queue/access"
)

// TestTheShopIsNoAdministrator holds the user to what the management API reads, without a tag.
func TestTheShopIsNoAdministrator(t *testing.T) {
	text, err := json.Marshal(access.Shop())
	require.NoError(t, err)
	assert.JSONEq(t, `{"configure":".*","write":".*","read":".*"}`, string(text))
	assert.Empty(t, access.Tags)
	assert.NotEqual(t, "guest", access.User, "Amazon MQ deletes it")
}
