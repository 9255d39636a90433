package rotator

import (
	"crypto/rand"
	"strings"
)

const (
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lower  = "abcdefghijklmnopqrstuvwxyz"
	digits = "0123456789"

	// alphanumeric needs no quoting anywhere: not in proxysql.cnf, in a URL or in an option file.
	alphanumeric = upper + lower + digits

	// passwordLength is that of first passwords (pkg/data/secrets), about 190 bits.
	passwordLength = 32

	// searchSuffix satisfies OpenSearch, which wants a special character (pkg/data/search).
	searchSuffix = "!"
)

// Random draws texts of an alphabet.
type Random interface {
	Text(length int, alphabet string) string
}

// System draws from the system's source.
type System struct{}

// Text draws every character by itself, each as likely as the others.
func (System) Text(length int, alphabet string) string {
	fair := 1<<8 - 1<<8%len(alphabet) // a byte from there on would favour the first characters
	var text strings.Builder
	for text.Len() < length {
		var drawn [1]byte
		_, _ = rand.Read(drawn[:]) // never fails (crypto/rand, Read)
		if int(drawn[0]) < fair {
			text.WriteByte(alphabet[int(drawn[0])%len(alphabet)])
		}
	}
	return text.String()
}

// newPassword draws until each kind of character is in it, which some stores ask for.
func (f *Function) newPassword() string {
	for {
		password := f.Random.Text(passwordLength, alphanumeric)
		if strings.ContainsAny(password, upper) && strings.ContainsAny(password, lower) && strings.ContainsAny(password, digits) {
			return password
		}
	}
}
