package proxysql

import (
	"fmt"
	"strings"
)

// AdminOptions is an option file for the client of MySQL that logs in to the administration, with an action of External
// Secrets in place of the password, as in what Render writes.
func AdminOptions() string { return options(adminPort, adminUser, adminKey) }

// AnotherGroup is the suffix of the second group of ClientOptions, as the client of MySQL takes it (--defaults-group-suffix).
const AnotherGroup = CloneSuffix

// ClientOptions is such a file for the storefront's users, who log in where Magento does: the first of the pair, and in a group of its
// own the other one. While a rotation changes the one that rests, ProxySQL or the database may not know its password yet.
func (s Settings) ClientOptions() string {
	members := s.pairs()[0].members()
	first, other := members[0], members[1]
	return options(ClientPort, first.name, first.key) + fmt.Sprintf("\n[client%s]\nuser = %s\npassword = %s\n", AnotherGroup, other.name, fill(other.key))
}

// CredentialStatements are the statements by which a ProxySQL that runs takes the credentials of its monitor and its administration,
// with actions of External Secrets in place of the values. They stand between single quotes: what the guard of the file lets through
// has none. ProxySQL loads variables all at once: those that these statements do not name are in its memory as they were loaded last.
func CredentialStatements() string {
	const set = "UPDATE global_variables SET variable_value = '%s' WHERE variable_name = '%s';\n"
	var text strings.Builder
	for _, v := range [][2]string{
		{fmt.Sprintf(`{{ or (index . "%s") "%s" }}`, MonitorUserKey, MonitorUser), "mysql-monitor_username"},
		{fmt.Sprintf("{{ .%s }}", monitorKey), "mysql-monitor_password"},
		{fmt.Sprintf("%s:{{ .%s }}", adminUser, adminKey), "admin-admin_credentials"},
		{fmt.Sprintf("%s:{{ .%s }}", statsUser, statsKey), "admin-stats_credentials"},
	} {
		fmt.Fprintf(&text, set, v[0], v[1])
	}
	return text.String() + "LOAD MYSQL VARIABLES TO RUNTIME;\nLOAD ADMIN VARIABLES TO RUNTIME;\n"
}

// options are those of a client in the same pod. TLS would have it ask for the authority of the certificate that ProxySQL
// signs for itself (MariaDB 11.4), and no word leaves the pod.
func options(port int, user, key string) string {
	const text = `[client]
protocol = tcp
host = 127.0.0.1
port = %d
user = %s
password = %s
connect_timeout = 3
loose-skip-ssl
`
	return fmt.Sprintf(text, port, user, fill(key))
}
