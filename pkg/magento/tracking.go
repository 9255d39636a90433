package magento

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// trackingParameters are the query parameters that Magento's own cache rules take off a URL (app/code/Magento/PageCache/etc/
// varnish7.vcl of 2.4-develop, 2026), as regular expressions of the whole name. Left out are those that a shop's own
// filters and forms use as names, too: campid, cof, cx, customid, ie, origin, ref, si and their like.
var trackingParameters = []string{
	`_branch_match_id`, `_bta_[a-z]+`, `_ga`, `_gl`, `_ke`, `_kx`, `ceneo_cid`, `clickId`, `dclid`, `dm_i`, `ef_id`, `epik`,
	`fbclid`, `gad_[a-z]+`, `gbraid`, `gclid`, `gclsrc`, `gdf[a-z]+`, `hsa_[a-z]+`, `igshid`, `mc_[a-z]+`, `mkwid`, `mkcid`,
	`msclkid`, `mtm_[a-z]+`, `matomo_[a-z]+`, `pcrid`, `piwik_[a-z]+`, `pk_[a-z]+`, `redirect_log_mongo_id`, `redirect_mongo_id`,
	`s_kwcid`, `sb_referer_host`, `ScCid`, `srsltid`, `tduid`, `trk_[a-z]+`, `utm_[a-z]+`, `wbraid`, `zanpid`,
}

// TrackingParameters are regular expressions for the names of query parameters that say where a visitor came from and
// change no page. They use nothing that RE2 and JavaScript read differently.
func TrackingParameters() []string { return append([]string(nil), trackingParameters...) }

// IsTracking tells the expressions of TrackingParameters and more apart from names that pages depend on.
func IsTracking(name string, more ...string) bool {
	expression := `^(?:` + strings.Join(append(TrackingParameters(), more...), "|") + `)$`
	matched, err := regexp.MatchString(expression, name)
	return err == nil && matched
}

// trackingName is what RE2 and JavaScript read alike: letters, digits, and what makes them repeat.
var trackingName = regexp.MustCompile(`^[A-Za-z0-9_-]+(\[a-z\]\+|\[a-z0-9_\]\+)?$`)

// contentParameters are what Magento's own pages depend on: the toolbar of a list (Magento\Catalog\Model\Product\ProductList\
// Toolbar), the filters of every catalog (Magento\CatalogSearch, fields cat and price), the words that are searched (Magento\
// Search\Model\QueryFactory), the store view (Magento\Store\Api\StoreResolverInterface) and what is shown. Attributes of the
// products are filters, too, and the shop's own.
var contentParameters = []string{
	"p", "product_list_order", "product_list_dir", "product_list_mode", "product_list_limit", "cat", "price", "q",
	"___store", "___from_store", "id", "sku", "form_key", "uenc", "query", "operationName", "variables",
}

// CheckTracking says what is wrong with an expression for names of query parameters.
func CheckTracking(expression string) error {
	if !trackingName.MatchString(expression) {
		return errors.New("must be the name of a query parameter, or the beginning of one and [a-z]+ or [a-z0-9_]+, such as aff_[a-z]+")
	}
	whole := regexp.MustCompile(`^(?:` + expression + `)$`)
	if i := slices.IndexFunc(contentParameters, whole.MatchString); i >= 0 {
		return fmt.Errorf("must not match %s, which Magento's pages depend on", contentParameters[i])
	}
	return nil
}
