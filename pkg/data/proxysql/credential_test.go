package proxysql

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// nasty are passwords that break out of libconfig, of SQL, of a list of credentials or of a template, or that ProxySQL
// takes for a hash.
func nasty() map[string]string {
	const filler = "abcdefgh01234567"
	return map[string]string{
		"double quote": filler + `"`, "single quote": filler + `'`, "backslash": filler + `\`, "line break": filler + "\n",
		"trailing line break": filler + "\nx", "colon": filler + ":", "semicolon": filler + ";", "space": filler + " ",
		"asterisk": "*" + filler, "dollar": "$" + filler, "template": filler + "{{", "not ASCII": filler + "ü", "null": filler + "\x00",
		"short": "short", "empty": "", "long": strings.Repeat("x", maxCredentialLength+1), "slash": filler + "/", "at": filler + "@",
		"SQL": filler + `'); DELETE FROM mysql_users; --`, "libconfig": filler + `"; } x = "`, "less": filler + "<",
	}
}

func TestNastyCredentialsAreRefused(t *testing.T) {
	settings := staging(t)
	text, err := Render(settings)
	require.NoError(t, err)
	for name, password := range nasty() {
		err := ValidateCredential(password)
		assert.Error(t, err, name)
		if len(password) > 1 {
			assert.NotContains(t, err.Error(), password, "a message never holds a password")
		}
		for _, key := range settings.SecretKeys() {
			values := secrets(settings)
			values[key] = password
			_, err := fillIn(text, values)
			if assert.ErrorContains(t, err, key+": 16 to 64 letters, digits and "+credentialSpecials+" are wanted", name) && len(password) > 1 {
				assert.NotContains(t, err.Error(), password)
			}
		}
	}
	for _, key := range settings.SecretKeys() {
		values := secrets(settings)
		delete(values, key)
		_, err := fillIn(text, values)
		assert.ErrorContains(t, err, key, "a key that is missing fails")
	}
}

// TestGoodCredentialsArriveUnchanged holds that whatever is allowed survives template, quoting and parsing.
func TestGoodCredentialsArriveUnchanged(t *testing.T) {
	settings := staging(t)
	text, err := Render(settings)
	require.NoError(t, err)
	characters := "abcxyzABCXYZ0189" + credentialSpecials
	rapid.Check(t, func(t *rapid.T) {
		password := rapid.StringOfN(rapid.RuneFrom([]rune(characters)), minCredentialLength, maxCredentialLength, -1).Draw(t, "password")
		require.NoError(t, ValidateCredential(password))
		values := map[string]string{}
		for _, key := range settings.SecretKeys() {
			values[key] = password
		}
		filled, err := fillIn(text, values)
		require.NoError(t, err)
		file, err := parseLibconfig(filled)
		require.NoError(t, err)
		for _, user := range table(t, file, "mysql_users") {
			assert.Equal(t, password, user["password"])
		}
		for name, want := range map[string]string{"admin_credentials": "admin:" + password, "stats_credentials": "stats:" + password} {
			variables, err := file.get("admin_variables")
			require.NoError(t, err)
			got, err := variables.(group).get(name)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		}
	})
}

// TestSecretKeysAreThoseOfTheTemplate holds that the list and the text agree, each key once in the guard and once where
// it is used.
func TestSecretKeysAreThoseOfTheTemplate(t *testing.T) {
	for name, settings := range all(t) {
		text, err := Render(settings)
		require.NoError(t, err)
		var used []string
		for _, match := range regexp.MustCompile(`\{\{ (?:printf "\w+:%s" )?\.(\w+) \| toRawJson \}\}`).FindAllStringSubmatch(text, -1) {
			used = append(used, match[1])
		}
		assert.ElementsMatch(t, settings.SecretKeys(), used, name)
		guarded, _, _ := strings.Cut(text, "\n")
		for _, key := range settings.SecretKeys() {
			assert.Contains(t, guarded, `"`+key+`"`)
		}
	}
}
