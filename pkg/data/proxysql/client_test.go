package proxysql

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestOptionFiles holds that a client of the same pod logs in as who is in the configuration, on the port that it has.
func TestOptionFiles(t *testing.T) {
	for name, settings := range all(t) {
		values := secrets(settings)
		for title, c := range map[string]struct{ text, port, user, password string }{
			"admin":  {AdminOptions(), "6032", adminUser, values[adminKey]},
			"client": {settings.ClientOptions(), "6033", settings.Users.Web, values["webPassword"]},
		} {
			filled, err := fillIn(c.text, values)
			require.NoError(t, err)
			first, second, _ := strings.Cut(filled, "[client"+AnotherGroup+"]\n")
			got, other := optionsOf(first), optionsOf(second)
			if title == "client" {
				assert.Equal(t, map[string]string{"user": settings.Users.Web + CloneSuffix, "password": `"` + values["webClonePassword"] + `"`}, other)
			} else {
				assert.Empty(t, other)
			}
			assert.Equal(t, c.port, got["port"], "%s: %s", name, title)
			assert.Equal(t, c.user, got["user"], "%s: %s", name, title)
			assert.Equal(t, "127.0.0.1", got["host"])
			// In quotes, for # would begin a comment (MySQL Reference Manual, "Using Option Files"). The passwords of this test
			// have every special character that is allowed.
			assert.Equal(t, `"`+c.password+`"`, got["password"])
			assert.Contains(t, c.password, "#")
		}
	}
}

// optionsOf are the options of a group.
func optionsOf(text string) map[string]string {
	options := map[string]string{}
	for _, line := range strings.Split(text, "\n") {
		if key, value, found := strings.Cut(line, " = "); found {
			options[key] = value
		}
	}
	return options
}

// TestCredentialStatementsAreThoseOfTheFile holds what a ProxySQL that runs is told to what the file says to one that starts.
func TestCredentialStatementsAreThoseOfTheFile(t *testing.T) {
	settings := staging(t)
	text, err := Render(settings)
	require.NoError(t, err)
	for _, monitor := range []string{"", MonitorUser, MonitorUser + CloneSuffix, "-"} {
		values := secrets(settings)
		if monitor != "-" { // where the secret has no such key
			values[MonitorUserKey] = monitor
		}
		filled, err := fillIn(text, values)
		require.NoError(t, err)
		file, err := parseLibconfig(filled)
		require.NoError(t, err)
		statements, err := fillIn(CredentialStatements(), values)
		require.NoError(t, err)
		found := regexp.MustCompile(`SET variable_value = '([^']*)' WHERE variable_name = '(mysql|admin)-(\w+)';`).FindAllStringSubmatch(statements, -1)
		assert.Len(t, found, 4)
		for _, match := range found {
			variables, err := file.get(match[2] + "_variables")
			require.NoError(t, err)
			want, err := variables.(group).get(match[3])
			require.NoError(t, err)
			assert.Equal(t, want, match[1], match[3])
			if match[3] == "monitor_username" && (monitor == "" || monitor == "-") {
				assert.Equal(t, MonitorUser, match[1])
			}
		}
	}
	values := secrets(settings)
	for _, monitor := range []string{"root", "monitor_clone2", "amonitor", "monitor\n"} {
		values[MonitorUserKey] = monitor
		_, err := fillIn(text, values)
		assert.ErrorContains(t, err, "monitorUsername: monitor or monitor_clone is wanted", monitor)
	}
}
