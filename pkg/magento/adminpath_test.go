package magento_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/magestack/magestack/pkg/magento"
)

func TestAdminPathsThatNobodyGuesses(t *testing.T) {
	for _, name := range []string{"office_k4x9w2", "admin_x7k2p9q", "tannenzapfen7", "xk7q2w9"} {
		var p magento.AdminPath
		require.NoError(t, p.UnmarshalText([]byte(name)), name)
		assert.Equal(t, "/"+name, p.Path())
	}
}

func TestAdminPathsThatAreRefused(t *testing.T) {
	for name, want := range map[string]string{
		"":              "must be 6 to 32",
		"admin":         "must be 6 to 32",
		"backend":       "can be guessed",
		"administrator": "can be guessed",
		"admin_2024":    "can be guessed",
		"admin_panel":   "can be guessed",
		"Office_K4X9":   "must be 6 to 32",
		"/office_k4x9":  "must be 6 to 32",
		"office-k4x9":   "must be 6 to 32",
		"office k4x9":   "must be 6 to 32",
		"tannenzapfen":  "may be a word",
		"checkout9":     "collides with the route /checkout",
		"checkout_x9":   "collides with the route /checkout",
		"catalogs1":     "collides with the route /catalog",
		"restx9k2":      "collides with the route /rest",
		"static_x9":     "collides with the route /static",
		"giftmes":       "may be a word",
	} {
		var p magento.AdminPath
		err := p.UnmarshalText([]byte(name))
		require.Error(t, err, name)
		assert.ErrorContains(t, err, want, name)
		assert.Empty(t, p)
	}
}

// TestNoAdminPathIsARoute draws names near the routes.
func TestNoAdminPathIsARoute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		route := rapid.SampledFrom(magento.Routes()).Draw(t, "route")
		name := route.Name + rapid.StringMatching(`[a-z0-9_]{0,8}`).Draw(t, "more")
		var p magento.AdminPath
		assert.Error(t, p.UnmarshalText([]byte(name)), name)
	})
}
