package rotator

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/naming"
)

// TestOnlyWhatIsThereIsEnded holds that a function asks for no secret that its role does not name: the answer would be that it may
// not ask.
func TestOnlyWhatIsThereIsEnded(t *testing.T) {
	variables := map[string]string{
		VariableEnvironment: "staging", VariableHoldHours: "8", VariableProxySQLPods: "2",
		VariableAPIKeys: `[{"name":"erp","length":32,"alphabet":"01"}]`,
		VariableSecrets: `["database/admin","database/web","cache","api/erp"]`,
	}
	config, err := ReadConfig(func(name string) string { return variables[name] })
	require.NoError(t, err)
	function := Function{Config: config}
	assert.Equal(t, []naming.Secret{"database/web", "cache", "api/erp"}, function.ending())

	function.Rotating = nil
	assert.Contains(t, function.ending(), naming.SecretDatabaseRead)

	variables[VariableSecrets] = "database/web"
	_, err = ReadConfig(func(name string) string { return variables[name] })
	assert.ErrorContains(t, err, "SECRETS: must be a JSON list of names")
}
