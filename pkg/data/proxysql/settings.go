// Package proxysql describes the ProxySQL in front of Aurora and renders its proxysql.cnf. The file is for ProxySQL
// 3.0 and stays valid for 2.7; it is a template that External Secrets fills, so that no credential is in what Pulumi
// sees. The package is pure: no provider, no state.
//
// Sources are named where a decision stands: "PXS" is the source of ProxySQL (sysown/proxysql), "AUG" the Amazon
// Aurora User Guide.
package proxysql

import (
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"

	"github.com/magestack/magestack/pkg/data/aurora/topology"
)

const (
	// defaultServerVersion is the MySQL that capacity.DefaultEngineVersion is compatible with (Aurora release notes).
	defaultServerVersion = "8.0.44"

	// DefaultPort is where an instance of Aurora listens.
	DefaultPort = 3306

	// DefaultCAFile is where the pod finds the authorities of RDS: the bundle of every Region is global-bundle.pem at
	// truststore.pki.rds.amazonaws.com.
	DefaultCAFile = "/etc/proxysql/rds-ca.pem"
)

// plainText is what may be in a comment or a name: ProxySQL copies both into SQL without escaping them.
var plainText = regexp.MustCompile(`^[A-Za-z0-9 _.,:*()/-]*$`)

// BackendTLS says how the connections to the database are protected.
type BackendTLS string

const (
	// BackendTLSVerify encrypts and refuses a server whose certificate is not signed by an authority in CAFile. ProxySQL
	// compares no names: the certificate of another instance by the same authority is taken. It keeps out what no authority
	// of RDS has signed, and not another customer's instance.
	BackendTLSVerify BackendTLS = "verify"

	// BackendTLSEncrypt encrypts to whoever answers. It keeps a listener out and not an impostor.
	BackendTLSEncrypt BackendTLS = "encrypt"

	// BackendTLSOff is for a laboratory: Aurora refuses it (require_secure_transport).
	BackendTLSOff BackendTLS = "off"
)

// use is the column use_ssl.
func (t BackendTLS) use() int { return truth(t != BackendTLSOff) }

// Settings are all that the file depends on.
type Settings struct {
	// Instances are the cluster's instances, the writer first.
	Instances []Instance

	// Port is where the instances listen.
	Port int

	// Schema is Magento's database, for clients that name none.
	Schema string

	// ServerVersion is the MySQL version that clients are told, such as "8.0.44".
	ServerVersion string

	// PoolPerPod is the most connections that one pod may open to one instance: PerPod of the capacity.Budget.
	PoolPerPod int

	// ReadSplit says what of the storefront's reading goes to the readers.
	ReadSplit topology.ReadSplit

	// ReadDigests are the statements that ReadSplitProxySQL sends to the readers.
	ReadDigests []Digest

	// Users are the names of the database users.
	Users Names

	// BackendTLS says how connections to the database are protected.
	BackendTLS BackendTLS

	// CAFile is the path in the pod of the authorities that BackendTLSVerify trusts.
	CAFile string
}

// DefaultSettings are settings that only lack the instances and the pool.
func DefaultSettings() Settings {
	return Settings{
		Port: DefaultPort, Schema: "magento", ServerVersion: defaultServerVersion,
		ReadSplit: topology.ReadSplitNone, Users: DefaultNames(),
		BackendTLS: BackendTLSVerify, CAFile: DefaultCAFile,
	}
}

// Validate reports everything that is wrong with the settings.
func (s Settings) Validate() error {
	problems := []error{s.ReadSplit.Validate(), s.validateServers(), s.validateUsers(), s.validateRules()}
	if !regexp.MustCompile(`^[A-Za-z0-9_]{1,64}$`).MatchString(s.Schema) {
		problems = append(problems, fmt.Errorf("schema %q: allowed are 1 to 64 letters, digits and _", s.Schema))
	}
	if !regexp.MustCompile(`^8\.0\.[0-9]+$`).MatchString(s.ServerVersion) {
		problems = append(problems, fmt.Errorf("server version %q: allowed is a version of MySQL 8.0, such as %s",
			s.ServerVersion, defaultServerVersion))
	}
	modes := []BackendTLS{BackendTLSVerify, BackendTLSEncrypt, BackendTLSOff}
	if !slices.Contains(modes, s.BackendTLS) {
		problems = append(problems, fmt.Errorf("backend TLS %q is unknown: allowed are %s, %s, %s",
			string(s.BackendTLS), modes[0], modes[1], modes[2]))
	}
	if s.BackendTLS == BackendTLSVerify && !regexp.MustCompile(`^/[A-Za-z0-9_./-]+$`).MatchString(s.CAFile) {
		problems = append(problems, fmt.Errorf("CA file %q: allowed is an absolute path of letters, digits and _./-", s.CAFile))
	}
	return errors.Join(problems...)
}

// listen is an address to listen on.
func listen(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }
