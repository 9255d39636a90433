package magento

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// TrackingParameters are regular expressions for the names of query parameters that say where a visitor came from and
// change no page. They use nothing that RE2 and JavaScript read differently.
func TrackingParameters() []string {
	var all []string
	for _, t := range trackers {
		all = append(all, strings.Fields(t.names)...)
	}
	return all
}

// IsTracking tells the expressions of TrackingParameters and more apart from names that pages depend on.
func IsTracking(name string, more ...string) bool {
	expression := `^(?:` + strings.Join(append(TrackingParameters(), more...), "|") + `)$`
	matched, err := regexp.MatchString(expression, name)
	return err == nil && matched
}

// trackingName is what RE2 and JavaScript read alike: letters, digits, and what makes them repeat.
var trackingName = regexp.MustCompile(`^[A-Za-z0-9_-]+(\[a-z\]\+|\[a-z_-\]\+|\[a-z0-9_\]\+)?$`)

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
		return errors.New("must be the name of a query parameter, or the beginning of one and [a-z]+, [a-z_-]+ or [a-z0-9_]+, such as aff_[a-z]+")
	}
	whole := regexp.MustCompile(`^(?:` + expression + `)$`)
	if i := slices.IndexFunc(contentParameters, whole.MatchString); i >= 0 {
		return fmt.Errorf("must not match %s, which Magento's pages depend on", contentParameters[i])
	}
	return nil
}
