package proxysql

import (
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
			got := map[string]string{}
			for _, line := range strings.Split(filled, "\n") {
				key, value, _ := strings.Cut(line, " = ")
				got[key] = value
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
