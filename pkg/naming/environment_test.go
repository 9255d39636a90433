package naming_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/naming"
)

func TestEnvironmentFormat(t *testing.T) {
	for _, good := range []naming.Environment{"a", "staging", "production-dr", "qa2", naming.Environment("a" + strings.Repeat("b", 19))} {
		assert.NoError(t, good.Validate(), good)
	}
	for _, bad := range []naming.Environment{"", "2qa", "-a", "a-", "a--b", "Staging", "qa_2", "qa.2", naming.Environment("a" + strings.Repeat("b", 20))} {
		assert.ErrorContains(t, bad.Validate(), `environment "`+string(bad)+`": allowed are 20 characters at most`, bad)
	}
}

// TestNamesAreThoseOfTheState holds the spelling of names that stacks already have.
func TestNamesAreThoseOfTheState(t *testing.T) {
	const e = naming.Environment("staging")
	assert.Equal(t, "magento-staging", e.Cluster())
	assert.Equal(t, "magento-staging", e.DatabaseCluster())
	assert.Equal(t, "magento-staging-global", e.GlobalDatabase())
	assert.Equal(t, "magento-staging", e.BackupVault())
	assert.Equal(t, "magento-staging", e.SearchDomain())
	assert.Equal(t, "magento-staging", e.Broker())
	assert.Equal(t, "magento-staging-cdn", e.Name("cdn"))
	assert.Equal(t, "magento/staging/shop", e.Path("shop"))
	assert.Equal(t, "magento/staging/", e.SecretPrefix())
}
