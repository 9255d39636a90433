package magento_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/magento"
)

func TestCookiesAreSortedUniqueAndExplained(t *testing.T) {
	cookies := magento.Cookies()
	assert.True(t, slices.IsSortedFunc(cookies, func(a, b magento.Cookie) int { return strings.Compare(a.Name, b.Name) }))
	for i, c := range cookies {
		assert.NotEmpty(t, c.Module, c.Name)
		assert.NotEmpty(t, c.Why, c.Name)
		assert.Contains(t, []magento.Effect{magento.Content, magento.Identity, magento.Nothing}, c.Effect, c.Name)
		assert.True(t, i == 0 || cookies[i-1].Name != c.Name)
	}
	assert.Equal(t, []string{"X-Magento-Vary", "store"}, magento.ContentCookies())
}

func TestCookiesThatStandForAPerson(t *testing.T) {
	for _, name := range []string{"PHPSESSID", "phpsessid", "form_key", "persistent_shopping_cart", "guest-view", "admin", "mage-messages",
		"my_session", "authToken", "customer_id", "cart_id", "XSRF-TOKEN", "user_hash"} {
		why, does := magento.IdentifiesSomebody(name)
		assert.True(t, does, name)
		assert.NotEmpty(t, why, name)
	}
	for _, name := range []string{"store", "X-Magento-Vary", "currency", "customer_group", "country", "theme"} {
		_, does := magento.IdentifiesSomebody(name)
		assert.False(t, does, name)
	}
}

func TestTrackingParameters(t *testing.T) {
	for _, name := range []string{"utm_source", "utm_campaign", "gclid", "fbclid", "msclkid", "gad_source", "_kx", "srsltid", "mc_cid", "ScCid"} {
		assert.True(t, magento.IsTracking(name), name)
	}
	for _, name := range []string{"q", "p", "color", "product_list_order", "utm_", "xutm_source", "UTM_SOURCE", "ref", "origin", "cx", "ie", "id", "___store", "gclid2"} {
		assert.False(t, magento.IsTracking(name), name)
	}
	assert.True(t, magento.IsTracking("aff", `aff`))
	for _, expression := range []string{"p", "q", "product_list_[a-z]+", "___store"} {
		assert.ErrorContains(t, magento.CheckTracking(expression), "must not match", expression)
	}
	assert.NoError(t, magento.CheckTracking("partner"), "p is a name of its own")
	seen := map[string]bool{}
	for _, expression := range magento.TrackingParameters() {
		assert.NoError(t, magento.CheckTracking(expression), expression)
		assert.False(t, seen[expression], "%s is there twice", expression)
		seen[expression] = true
	}
}

// TestKnownTrackers are those of campaigns that a shop meets, and of Magento's own rules but for names that filters have.
func TestKnownTrackers(t *testing.T) {
	for _, name := range strings.Fields(`utm_source_platform utm_creative_format utm_marketing_tactic utm_social-type ttclid twclid li_fat_id irclickid awc
		cjevent _hsenc _hsmi mkt_tok igsh yclid vero_id dicbo tblci mkevt mkrid mkwid mkcid snrai_campaign siteurl
		_branch_match_id _bta_tid _ga _gl _ke _kx ceneo_cid clickId dclid dm_i ef_id epik fbclid gad_source gbraid gclid gclsrc gdfms hsa_acc igshid
		mc_cid msclkid mtm_source matomo_campaign pcrid piwik_campaign pk_source redirect_log_mongo_id redirect_mongo_id s_kwcid sb_referer_host ScCid
		srsltid tduid trk_contact wbraid zanpid`) {
		assert.True(t, magento.IsTracking(name), name)
	}
	for _, name := range strings.Fields(`utm_source2 utm_ gclid2 ttclidx mkabc campid cof customid cx ref source si origin cid clickid campaign p q price cat
		color size product_list_dir id sku siteurlx`) {
		assert.False(t, magento.IsTracking(name), name)
	}
}
