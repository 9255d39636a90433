package proxysql

import "fmt"

// AdminOptions is an option file for the client of MySQL that logs in to the administration, with an action of External
// Secrets in place of the password, as in what Render writes.
func AdminOptions() string { return options(adminPort, adminUser, adminKey) }

// ClientOptions is such a file for the storefront's user, who logs in where Magento does.
func (s Settings) ClientOptions() string {
	web := s.pairs()[0].members()[0]
	return options(ClientPort, web.name, web.key)
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
