package offlinetest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
)

// Store says what CheckStore finds of a component that makes a store and the secret of its credential.
type Store struct {
	Type     string   // of the component
	Name     string   // of the component
	Part     string   // of the store itself, such as group
	Ignored  []string // inputs of the store that are drawn anew at every run
	Password string   // path of the store's input that is secret
}

// drawn begins what the embedded cloud draws for a password.
const drawn = "Offline0"

// CheckStore wants the store to be in its component and as protected as the component is. The program draws another password
// at every run: neither the store nor the secret may follow it, the secret must have that of the store, and it may stand
// nowhere in the open.
func CheckStore(t *testing.T, recorded *plan.Environment, protected bool, s Store) {
	t.Helper()
	CheckChildren(t, recorded, s.Type, s.Name)
	assert.Empty(t, Find(t, recorded, s.Name).SecretInputs, "inputs of the component")
	store, value := Find(t, recorded, s.Name+"-"+s.Part), Find(t, recorded, s.Name+"-credential-value")
	assert.Equal(t, protected, store.Protect)
	assert.ElementsMatch(t, s.Ignored, store.IgnoreChanges)
	assert.Equal(t, []string{s.Password}, store.SecretInputs)
	assert.Equal(t, []string{"secretString"}, value.SecretInputs)
	assert.Equal(t, []string{"secretString", "versionStages"}, value.IgnoreChanges)
	assert.Contains(t, value.Dependencies, store.URN, "the password is that of the store, not another draw")
	var record strings.Builder
	require.NoError(t, recorded.WriteJSON(&record))
	assert.NotContains(t, record.String(), drawn)
}
