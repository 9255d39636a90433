package naming_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/naming"
)

func TestSecretsNames(t *testing.T) {
	// format is what Secrets Manager takes in a name, and no more than External Secrets and IAM policies need.
	format := regexp.MustCompile(`^magento/production-dr/[a-z]+(-[a-z]+)*(/[a-z]+)?$`)
	var names []string
	for _, purpose := range []naming.Secret{
		naming.SecretDatabaseAdmin, naming.SecretDatabaseWeb, naming.SecretDatabaseCLI, naming.SecretDatabaseReporting,
		naming.SecretDatabaseRead, naming.SecretProxySQL, naming.SecretProxySQLTemplate, naming.SecretCache, naming.SecretSessions,
		naming.SecretSearch, naming.SecretSearchShop, naming.SecretQueue, naming.SecretQueueShop, naming.SecretEncryptionKey,
	} {
		name := naming.Environment("production-dr").Secret(purpose)
		assert.Regexp(t, format, name)
		assert.NotContains(t, names, name)
		// Secrets Manager adds a hyphen and six characters: a name that looks like that is confused with them.
		assert.NotRegexp(t, `-[A-Za-z0-9]{6}$`, name)
		names = append(names, name)
	}
	assert.True(t, slices.Contains(names, "magento/production-dr/database/web"))
	assert.False(t, strings.HasPrefix(naming.Environment("production-dr").Secret(naming.SecretCache), naming.Environment("production").SecretPrefix()),
		"the policy of one environment would admit another")
}
