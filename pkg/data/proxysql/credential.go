package proxysql

import (
	"fmt"
	"regexp"
	"strings"
)

const (
	// credentialSpecials are the characters that a password may have besides letters and digits: give them to
	// whatever generates passwords.
	//
	// What is missing is missing for a reason. ProxySQL copies a password from its file into an SQL statement
	// without escaping it (PXS, ProxySQL_Config.cpp): a quote of either kind ends the literal, and what follows
	// is run. A colon or semicolon ends the password in admin_credentials. A leading asterisk or dollar sign
	// makes ProxySQL take the password for a hash. A backslash is an escape of libconfig, and RDS itself
	// refuses slash, at sign and space. Braces stay out for the sake of templates.
	credentialSpecials = "!#%+,-.=?^_~"

	// minCredentialLength and maxCredentialLength bound a password. The upper end is what a random password of
	// Secrets Manager has by default, twice over.
	minCredentialLength = 16
	maxCredentialLength = 64

	// adminUser may change ProxySQL at its admin interface, which answers to localhost only.
	adminUser = "admin"

	// statsUser may read statistics at the same interface.
	statsUser = "stats"

	// MonitorUser checks the instances. ProxySQL has one monitor at a time, and takes every instance for dead while its password is
	// not the one in the database (sysown/proxysql#1540): a rotation makes the other one of its pair ready, and then names it under
	// MonitorUserKey. The secret of an environment that was made before has no such key.
	MonitorUser    = "monitor"
	MonitorUserKey = "monitorUsername"

	adminKey   = "adminPassword"
	statsKey   = "statsPassword"
	monitorKey = "monitorPassword"
)

// credentialPattern is what a password must match, in the syntax of Go and of sprig's regexMatch alike.
func credentialPattern() string {
	return fmt.Sprintf(`^[A-Za-z0-9%s]{%d,%d}$`, regexp.QuoteMeta(strings.ReplaceAll(credentialSpecials, "-", ""))+`\-`,
		minCredentialLength, maxCredentialLength)
}

// ValidateCredential refuses a password that ProxySQL would misread. The message never holds the password.
func ValidateCredential(password string) error {
	if !regexp.MustCompile(credentialPattern()).MatchString(password) {
		return fmt.Errorf("a password has %d characters or one that ProxySQL would misread: allowed are %d to %d letters, "+
			"digits and %s", len(password), minCredentialLength, maxCredentialLength, credentialSpecials)
	}
	return nil
}

// fill is the action that External Secrets replaces by a secret's value, in quotes. toRawJson gives the quotes and
// escapes, and unlike toJson it writes <, > and & as they are, where libconfig would not understand \u003c. The
// guard at the head of the file has already refused what would need any escape.
func fill(key string) secret { return secret(fmt.Sprintf("{{ .%s | toRawJson }}", key)) }

// fillLogin is fill for a variable that wants user and password in one string.
func fillLogin(user, key string) secret {
	return secret(fmt.Sprintf(`{{ printf "%s:%%s" .%s | toRawJson }}`, user, key))
}

// fillMonitorUser is the monitor that is in use, and the first of its pair where the secret names none: index, unlike a field,
// takes a key that is missing for an empty text.
func fillMonitorUser() secret {
	return secret(fmt.Sprintf(`{{ or (index . "%s") "%s" | toRawJson }}`, MonitorUserKey, MonitorUser))
}

// guard is the action at the head of the file that makes External Secrets fail, and leave the last good Secret in
// place, when a value is missing or is one that ProxySQL would misread, or the monitor is none. It names the key and not the value.
func guard(keys []string) string {
	const text = "{{- range $key := list %s }}" +
		"{{- if not (regexMatch `%s` (index $ $key)) }}" +
		"{{- fail (printf \"%%s: %d to %d letters, digits and %s are wanted\" $key) }}" +
		"{{- end }}{{- end }}" +
		"{{- if not (regexMatch `^(|%s|%s)$` (index $ \"%s\")) }}" +
		"{{- fail \"%s: %s or %s is wanted\" }}{{- end -}}\n"
	quoted := make([]string, len(keys))
	for i, key := range keys {
		quoted[i] = `"` + key + `"`
	}
	const other = MonitorUser + CloneSuffix
	// The allowed characters stand in a printf format of the template: a percent sign is doubled there.
	return fmt.Sprintf(text, strings.Join(quoted, " "), credentialPattern(), minCredentialLength, maxCredentialLength,
		strings.ReplaceAll(credentialSpecials, "%", "%%"),
		MonitorUser, other, MonitorUserKey, MonitorUserKey, MonitorUser, other)
}
