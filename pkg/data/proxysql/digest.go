package proxysql

import (
	"fmt"
	"regexp"
)

// DigestHash is the hash of a statement without its values, as ProxySQL's stats_mysql_query_digest shows it.
type DigestHash string

// digestFormat is how ProxySQL writes a hash (PXS, stats_mysql_query_digest): 0x and sixteen digits.
var digestFormat = regexp.MustCompile(`^0x[0-9A-F]{16}$`)

// Allowed says what a DigestHash may be.
func (DigestHash) Allowed() string {
	return "0x and sixteen digits in capitals, such as 0x0123456789ABCDEF"
}

// UnmarshalText refuses what is not a hash.
func (h *DigestHash) UnmarshalText(text []byte) error {
	if !digestFormat.Match(text) {
		return fmt.Errorf("must be %s", h.Allowed())
	}
	*h = DigestHash(text)
	return nil
}
