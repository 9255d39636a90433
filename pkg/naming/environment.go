// Package naming spells the names that more than one place must agree on: of an environment and what is made for it, of the
// layers, of tags, and of what runs in the cluster. It is pure, so that settings can ask it before anything exists.
package naming

import (
	"fmt"
	"regexp"
	"strings"
)

// maxEnvironmentLength leaves room for "magento-" within the shortest limit of all names that are made of the
// environment, the 28 characters of an OpenSearch domain (OpenSearch Service API Reference, CreateDomain).
const maxEnvironmentLength = 20

// environmentFormat is the narrowest of all names that are made of the environment, that of a DB cluster, which refuses
// hyphens at the end and beside each other (RDS API Reference, CreateDBCluster).
var environmentFormat = regexp.MustCompile(`^[a-z](-?[a-z0-9])*$`)

// prefix begins every name that an environment gives.
const prefix = "magento"

// Environment is the name of an environment and of its stacks, such as staging.
type Environment string

// Validate refuses an environment that the names of resources cannot be made of.
func (e Environment) Validate() error {
	if len(e) > maxEnvironmentLength || !environmentFormat.MatchString(string(e)) {
		return fmt.Errorf("environment %q: allowed are %d characters at most, lower-case letters, digits and single hyphens between them, after a letter",
			string(e), maxEnvironmentLength)
	}
	return nil
}

// Name returns the physical name of a part of the environment, such as magento-staging-media, or that of the environment
// itself, magento-staging.
func (e Environment) Name(parts ...string) string {
	return strings.Join(append([]string{prefix, string(e)}, parts...), "-")
}

// Path returns the name of what AWS keeps in a tree, such as magento/staging/shop: aliases of keys, repositories, secrets.
func (e Environment) Path(parts ...string) string {
	return strings.Join(append([]string{prefix, string(e)}, parts...), "/")
}

// SecretPrefix begins the names of the environment's secrets, and of no other's.
func (e Environment) SecretPrefix() string { return e.Path("") }

// Cluster returns the name of the Kubernetes cluster. It is known before the cluster exists: rights are written with it, and
// networking tags subnets with it.
func (e Environment) Cluster() string { return e.Name() }

// DatabaseCluster returns the identifier of the Aurora cluster.
func (e Environment) DatabaseCluster() string { return e.Name() }

// GlobalDatabase returns the identifier of the global cluster whose primary is in the environment.
func (e Environment) GlobalDatabase() string { return e.Name("global") }

// BackupVault returns the name of the vault, which a standby's primary copies to.
func (e Environment) BackupVault() string { return e.Name() }

// SearchDomain returns the name of the OpenSearch domain.
func (e Environment) SearchDomain() string { return e.Name() }

// Broker returns the name of the RabbitMQ broker.
func (e Environment) Broker() string { return e.Name() }
