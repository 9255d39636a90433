package rotator

import (
	"fmt"
	"strings"

	"github.com/magestack/magestack/pkg/data/proxysql"
	queueaccess "github.com/magestack/magestack/pkg/data/queue/access"
	searchaccess "github.com/magestack/magestack/pkg/data/search/access"
	"github.com/magestack/magestack/pkg/naming"
)

// secretAPIKeys begins the names of the shop's API keys.
const secretAPIKeys = "api/"

// pairs are the users of the database that take turns, by their secret.
func pairs() map[naming.Secret]pair {
	names := proxysql.DefaultNames()
	return map[naming.Secret]pair{
		naming.SecretDatabaseWeb:       {user: names.Web, key: "web"},
		naming.SecretDatabaseCLI:       {user: names.CLI, key: "cli"},
		naming.SecretDatabaseReporting: {user: names.Reporting, key: "reporting"},
		naming.SecretDatabaseRead:      {user: names.Read, key: "read"},
	}
}

// kind tells how a secret is rotated, by its name after the environment.
func (f *Function) kind(secret naming.Secret) (kind, error) {
	if pair, found := pairs()[secret]; found {
		return databasePair{f, pair}, nil
	}
	if name, found := strings.CutPrefix(string(secret), secretAPIKeys); found {
		key, declared := f.APIKeys[name]
		if !declared {
			return nil, fmt.Errorf("the API key %q is not declared in the settings (magento-data:apiKeys)", name)
		}
		return generated{f, key}, nil
	}
	switch secret {
	case naming.SecretDatabaseAdmin:
		return single{f, f.Database, ""}, nil
	case naming.SecretSearch:
		return single{f, f.Search, searchSuffix}, nil
	case naming.SecretQueue:
		return single{f, f.Queue, ""}, nil
	case naming.SecretSearchShop:
		return storePair{f, f.Search, pair{user: searchaccess.User}, naming.SecretSearch, searchSuffix}, nil
	case naming.SecretQueueShop:
		return storePair{f, f.Queue, pair{user: queueaccess.User}, naming.SecretQueue, ""}, nil
	case naming.SecretProxySQL:
		return administration{f, pair{user: proxysql.MonitorUser}}, nil
	case naming.SecretCache, naming.SecretSessions:
		return token{f, f.Groups[secret]}, nil
	case naming.SecretEncryptionKey:
		return encryptionKey{}, nil
	default:
		return nil, fmt.Errorf("the secret %q is none that rotates", secret)
	}
}
