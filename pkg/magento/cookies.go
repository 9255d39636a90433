package magento

import (
	"errors"
	"regexp"
	"slices"
	"strings"
)

// Effect is what a cookie changes in the answers of Magento.
type Effect string

// The effects.
const (
	// Content changes the page for everybody with the same value alike, and says nothing of a person: it belongs into the
	// key of a shared cache.
	Content Effect = "content"

	// Identity makes answers one person's. It must never reach Magento with a request whose answer is shared.
	Identity Effect = "identity"

	// Nothing changes no page of Magento's: scripts in the browser read it, or the server only writes it.
	Nothing Effect = "nothing"
)

// Cookie is a cookie that Magento reads or writes.
type Cookie struct {
	Name   string
	Module string
	Effect Effect
	Why    string
}

// Cookies that the edge has to know by name.
const (
	// VaryCookie is a hash of all that makes a page differ from a default visitor's: group, store, currency, taxes. It
	// exists for such visitors alone (Magento\Framework\App\Http\Context, getVaryString), and comes from the browser: who
	// sends an old or invented one says nothing true about the session beside it.
	VaryCookie = "X-Magento-Vary"

	// StoreCookie is the code of the store view that a visitor chose, where it is not part of the URL. It lives for a
	// year, and the session and VaryCookie for an hour (Magento\Store\Model\StoreCookieManager).
	StoreCookie = "store"

	// persistentCookie is of a cart that outlives its session: its holder is known without one (Magento_Persistent).
	persistentCookie = "persistent_shopping_cart"

	// SessionCookie is PHP's.
	SessionCookie = "PHPSESSID"
)

// Cookies lists the cookies of Magento Open Source 2.4, sorted by name. There is none for the currency, which is in the
// session. mage-cache-storage and its like are in the browser's local storage.
func Cookies() []Cookie {
	return []Cookie{
		{SessionCookie, "framework", Identity, "the session: customer, cart, group and currency"},
		{VaryCookie, "Magento_PageCache", Content, "what makes pages differ from a default visitor's"},
		{"add_to_cart", "Magento_GoogleTagManager", Nothing, "read by scripts"},
		{"admin", "Magento_Backend", Identity, "the session of the shop's staff"},
		{"form_key", "Magento_PageCache", Identity, "proves that a form is the visitor's own"},
		{"guest-view", "Magento_Sales", Identity, "a guest's way to his order"},
		{"loggedOutReasonCode", "Magento_Security", Identity, "why one of the staff was logged out"},
		{"login_redirect", "Magento_Checkout", Identity, "where a customer goes on after the login"},
		{"mage-cache-sessid", "Magento_Customer", Nothing, "tells scripts to ask for the sections again"},
		{"mage-messages", "Magento_Theme", Identity, "messages for one visitor"},
		{persistentCookie, "Magento_Persistent", Identity, "the cart that outlives a session"},
		{"private_content_version", "Magento_PageCache", Nothing, "tells scripts that sections changed"},
		{"section_data_clean", "Magento_Store", Nothing, "tells scripts that the store changed"},
		{"section_data_ids", "Magento_Customer", Nothing, "versions of the sections, for scripts"},
		{"stf", "Magento_SendFriend", Identity, "how often a visitor recommended products"},
		{StoreCookie, "Magento_Store", Content, "the store view, where the URL does not say it"},
		{"tfa-ct", "Magento_TwoFactorAuth", Identity, "a login of the staff that is not complete"},
		{"user_allowed_save_cookie", "Magento_Cookie", Nothing, "read by scripts"},
	}
}

// ContentCookies are the names of the cookies that change a page for everybody alike.
func ContentCookies() []string {
	var names []string
	for _, c := range Cookies() {
		if c.Effect == Content {
			names = append(names, c.Name)
		}
	}
	return names
}

// PrivateCookies are the names of the cookies whose holders are no default visitors: pages are made for them. A session is
// none of them, since most of its holders are.
func PrivateCookies() []string { return []string{VaryCookie, persistentCookie} }

// sessionWords are in the names of cookies that stand for a person, in every module that was looked at.
var sessionWords = []string{"sess", "token", "auth", "login", "customer_id", "customerid", "user", "jwt", "cart", "quote", "csrf", "xsrf", "form_key", "email", "remember"}

// IdentifiesSomebody reports whether a cookie may stand for a person, by what is known of its name or by what its name
// says, and why. Such a cookie would give each visitor pages of his own, or the pages of another.
func IdentifiesSomebody(name string) (why string, does bool) {
	if i := slices.IndexFunc(Cookies(), func(c Cookie) bool { return strings.EqualFold(c.Name, name) }); i >= 0 {
		c := Cookies()[i]
		return c.Why, c.Effect == Identity
	}
	for _, word := range sessionWords {
		if strings.Contains(strings.ToLower(name), word) {
			return "its name contains " + word, true
		}
	}
	return "", false
}

// cookieName is a token of RFC 9110 section 5.6.2, without what would be something else in a list of strings.
var cookieName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_|~-]+$")

// CheckCookie says what is wrong with the name of a cookie.
func CheckCookie(name string) error {
	if !cookieName.MatchString(name) {
		return errors.New("must be a name that HTTP allows: letters, digits and !#$%&'*+.^_|~-")
	}
	return nil
}
