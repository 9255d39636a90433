package varnish_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/varnish"
	"github.com/magestack/magestack/pkg/magento"
	"github.com/magestack/magestack/pkg/settings"
)

var update = flag.Bool("update", false, "write gitops/base/varnish/rules.vcl anew")

const configuration = "../../gitops/base/varnish"

// shop is what the settings of all environments say of the shop's modules.
func shop(t *testing.T) varnish.Shop {
	t.Helper()
	files, err := filepath.Glob("../../Pulumi.*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var all varnish.Shop
	for _, file := range files {
		config, err := settings.ReadFile(file)
		require.NoError(t, err)
		cdn, err := settings.LoadCDN(config)
		require.NoError(t, err)
		all = all.With(varnish.Shop{
			ContentCookies: cdn.ContentCookies, PrivateCookies: cdn.PrivateCookies,
			SessionPaths: cdn.SessionPaths, TrackingParameters: cdn.TrackingParameters,
		})
	}
	return all
}

// TestRules holds the generated file true.
func TestRules(t *testing.T) {
	file := filepath.Join(configuration, "rules.vcl")
	want := varnish.Rules(shop(t))
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(want), 0o600))
	}
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, want, string(got), "go test ./internal/varnish -run TestRules -update")
}

func TestRulesHaveWhatTheSettingsSay(t *testing.T) {
	text := varnish.Rules(varnish.Shop{
		ContentCookies: []string{"currency"}, PrivateCookies: []string{"loyalty.id"}, SessionPaths: []string{"points"}, TrackingParameters: []string{"aff_[a-z]+"},
	})
	for _, part := range []string{`cookie.keep("store,currency");`, `loyalty\.id)=`, `|points|`, `|aff_[a-z]+)`, `(X-Magento-Vary|store|currency)=.*;\s*\1=`} {
		assert.Contains(t, text, part)
	}
	assert.NotContains(t, varnish.Rules(varnish.Shop{}), "rules_private {\n    if")
}

// TestStrangePaths holds the expression of the VCL to that of the edge's function.
func TestStrangePaths(t *testing.T) {
	vcl, err := os.ReadFile(filepath.Join(configuration, "default.vcl"))
	require.NoError(t, err)
	function, err := os.ReadFile("../../pkg/cdn/edge/functions/pages.js")
	require.NoError(t, err)
	theirs := regexp.MustCompile(`const STRANGE = /(.*)/i;`).FindStringSubmatch(string(function))
	ours := regexp.MustCompile(`"\(\?i\)\^\[\^\?\]\*\((//.*)\)"`).FindStringSubmatch(string(vcl))
	require.Len(t, theirs, 2)
	require.Len(t, ours, 2)
	sorted := func(expression string) map[string]bool {
		all := map[string]bool{}
		for _, one := range strings.Split(strings.NewReplacer(`\/`, `/`, `(?:`, `(`).Replace(expression), "|") {
			all[one] = true
		}
		return all
	}
	assert.Equal(t, sorted(theirs[1]), sorted(ours[1]))
	assert.Contains(t, string(vcl), magento.Include, "what is included")
	assert.Contains(t, string(vcl), magento.PurgeHeader)
	assert.Contains(t, string(vcl), magento.VaryCookie)
}
