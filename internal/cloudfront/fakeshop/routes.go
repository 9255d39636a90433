package fakeshop

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/magestack/magestack/pkg/magento"
)

// Customers are the shop's, with their groups.
var Customers = map[string]string{"anna": "wholesale", "bert": "general", "cora": "wholesale"}

// act does what the request is for. Whatever changes something counts it under the name that the request has for it.
func (s *Shop) act(v *visit) {
	query := v.r.URL.Query()
	posted := v.r.Method == http.MethodPost
	changes := func() {
		v.private = true
		if name := query.Get("name"); name != "" {
			s.done[name]++
		}
	}
	first := strings.ToLower(v.path)
	switch {
	case strings.HasPrefix(first, "/customer/account/loginpost") && posted:
		changes()
		s.logIn(v, query.Get("customer"))
	case strings.HasPrefix(first, "/customer/account/logout"):
		changes()
		v.session.customer, v.session.group, v.session.currency, v.session.cart = "", DefaultGroup, DefaultCurrency, 0
		v.to = "/"
	case strings.HasPrefix(first, "/checkout/cart/add") && posted:
		changes()
		v.session.cart++
		v.to = "/checkout/cart"
	case strings.HasPrefix(first, "/directory/currency/switch"):
		changes()
		v.session.currency = query.Get("currency")
		v.to = "/"
	case strings.HasPrefix(first, "/stores/store/switch"):
		changes()
		v.cookies = append(v.cookies, fmt.Sprintf("%s=%s; Max-Age=31536000; Path=/; HttpOnly; Secure", magento.StoreCookie, query.Get("store")))
		v.to = "/"
	case strings.HasPrefix(first, "/rest/") && posted:
		changes()
		v.session.cart++
	case strings.HasPrefix(first, "/loyalty"):
		// A module that the edge does not know of, whose pages say that they are public, against the contract.
		v.module, v.private = true, s.Behavior.Varies
	case strings.HasPrefix(first, "/appointments"):
		v.module, v.private = true, true // the same, of a module whose pages say that they must not be kept
	default:
		v.private = private(v.path)
	}
}

// logIn gives the session a new id, as Magento does against fixation.
func (s *Shop) logIn(v *visit, customer string) {
	group, known := Customers[customer]
	if !known {
		return
	}
	old := v.session
	v.session = &session{id: s.newID(), customer: customer, group: group, currency: old.currency, cart: old.cart, used: s.Now()}
	delete(s.sessions, old.id)
	s.sessions[v.session.id] = v.session
	v.to = "/customer/account"
}

// forgotten are pages that a session decides and that Magento itself marks as public: it forgot cacheable="false".
var forgotten = []string{"/sales/order/printShipment", "/wishlist/index/configure", "/checkout/cart/configure", "/sales/guest/form"}

// private reports whether Magento says no-store of a page.
func private(path string) bool {
	return Decided(path) && !slices.ContainsFunc(forgotten, func(page string) bool { return strings.HasPrefix(path, page) })
}

// Decided reports whether a session or a token decides what is under a path, which has nothing of a store or index.php in
// front.
func Decided(path string) bool {
	route, found := magento.FindRoute(path)
	if !found {
		return false
	}
	if route.Audience != magento.Public {
		return route.Audience != magento.Static
	}
	for _, session := range route.Sessions {
		if strings.HasPrefix(strings.TrimPrefix(path, "/"), session) {
			return true
		}
	}
	return false
}
