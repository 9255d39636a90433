package gitops_test

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The keys of a shop, the newest last.
var firstKey, secondKey, thirdKey = strings.Repeat("1", 32), strings.Repeat("2", 32), strings.Repeat("3", 32)

// TestAKeyCountsFromItsSecondOn holds what Magento is told of the keys a second before, on and after the one that the secret names. All
// that env.php makes of them is of the same keys.
func TestAKeyCountsFromItsSecondOn(t *testing.T) {
	php(t)
	const active = 1_800_000_000
	both, before := firstKey+"\n"+secondKey, firstKey
	for name, c := range map[string]struct {
		keys, activeFrom string
		now              int
		want             string
	}{
		"a second before":            {both, fmt.Sprint(active), active - 1, before},
		"on the second":              {both, fmt.Sprint(active), active, both},
		"a second after":             {both, fmt.Sprint(active), active + 1, both},
		"with a line break":          {both + "\n", fmt.Sprintf("%d\n", active), active - 1, before},
		"blanks between keys":        {firstKey + " \n " + secondKey, fmt.Sprint(active), active - 1, before},
		"of three the last":          {both + "\n" + thirdKey, fmt.Sprint(active), active - 1, both},
		"the only key is never gone": {firstKey, fmt.Sprint(active), active - 1, firstKey},
		"no number":                  {both, "tomorrow", active, before},
		"empty":                      {both, "", active, both},
		"a secret of before":         {both, "-", active, both}, // has no such file
	} {
		t.Run(name, func(t *testing.T) {
			secrets := maps.Clone(envSecrets)
			maps.Copy(secrets, mailSecrets)
			secrets["encryption-key/key"] = c.keys
			if c.activeFrom != "-" {
				secrets["encryption-key/activeFrom"] = c.activeFrom
			}
			p := envPod(t, secrets, nil)
			env := p.loadedEnv(fmt.Sprintf(`$_SERVER["REQUEST_TIME"] = %d;`, c.now))
			got := env.at("crypt/key").(string)
			assert.Equal(t, strings.Fields(c.want), strings.Fields(got))

			// The value that Magento decrypts for each store: by the last of the keys that it is told, under that key's number.
			keys := strings.Fields(got)
			version, text := p.decrypted(env.Extra["CONFIG__DEFAULT__SYSTEM__SMTP__PASSWORD"], keys[len(keys)-1])
			assert.Equal(t, fmt.Sprint(len(keys)-1), version)
			assert.Equal(t, mailSecrets["mail/password"], text)

			// And the salt of GraphQL's cache, of the same keys: a pod that has no activeFrom, and these keys alone, has it too.
			secrets["encryption-key/key"], secrets["encryption-key/activeFrom"] = got, ""
			alone := envPod(t, secrets, nil).loadedEnv()
			assert.Equal(t, alone.at("cache/graphql/id_salt"), env.at("cache/graphql/id_salt"))
			require.NotEmpty(t, env.at("cache/graphql/id_salt"))
		})
	}
}

// TestReEncryptingWaits until what began before the key counted has ended, to the second.
func TestReEncryptingWaits(t *testing.T) {
	php(t)
	jobs, err := os.ReadFile("base/jobs/by-hand.yaml")
	require.NoError(t, err)
	longest := 0
	for _, found := range regexp.MustCompile(`activeDeadlineSeconds: (\d+)`).FindAllStringSubmatch(string(jobs), -1) {
		seconds, err := strconv.Atoi(found[1])
		require.NoError(t, err)
		longest = max(longest, seconds)
	}
	const active = 1_800_000_000
	for name, c := range map[string]struct {
		activeFrom, wait string
		now              int
		runs             bool
	}{
		"a second before":        {fmt.Sprint(active), "", active + longest - 1, false},
		"on the second":          {fmt.Sprint(active), "", active + longest, true},
		"all ended, too early":   {fmt.Sprint(active), "0", active - 1, false},
		"all ended":              {fmt.Sprint(active), "0", active, true},
		"no number":              {"soon", "", active, false},
		"no key was appended":    {"", "", active, true},
		"with a line break, too": {fmt.Sprintf("%d\n", active), "", active + longest - 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPod(t, map[string]string{
				"secrets/encryption-key/activeFrom": c.activeFrom, "now.php": fmt.Sprintf(`<?php $_SERVER["REQUEST_TIME"] = %d;`, c.now),
				"bin/magento": `<?php echo "magento ", implode(" ", array_slice($argv, 1)); exit(7);`,
			}, "RE_ENCRYPT_WAIT_SECONDS="+c.wait)
			p.environment = append(p.environment, "MAGENTO_SECRETS="+p.folder+"/secrets", "MAGENTO_ROOT="+p.folder)
			output, status := p.run("php", "-d", "auto_prepend_file="+p.folder+"/now.php", script(t, "jobs/re-encrypt.php"))
			if c.runs {
				assert.Equal(t, "magento encryption:data:re-encrypt --no-interaction", output)
				assert.Equal(t, 7, status, "it ends as the command does")
				return
			}
			assert.Equal(t, 1, status)
			assert.Contains(t, output, "activeFrom of the secret encryption-key is "+strings.TrimSpace(c.activeFrom))
			assert.Contains(t, output, "nothing was changed")
		})
	}
}
