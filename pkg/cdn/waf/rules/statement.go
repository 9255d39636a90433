// Package rules is the web ACL as values: which requests reach the shop, which are counted and which are stopped. It
// knows nothing of Pulumi; pkg/cdn/waf turns it into resources, and rulestest evaluates it.
package rules

// Statement is a condition on a request. Rate and Managed stand alone; the others may be combined.
type Statement interface{ statement() }

// And holds where all of several statements do.
type And []Statement

// Or holds where one of several statements does.
type Or []Statement

// Not holds where the statement does not.
type Not struct{ Statement Statement }

// Regex holds where a part of the request matches a pattern. The part is transformed first, so that patterns are
// written in lower case.
type Regex struct {
	Part    Part
	Pattern string
}

// Unread holds where the body is longer than what a web ACL reads of it, so that nothing is known of its rest.
type Unread struct{}

// HasHeader holds where the request has the header, whatever its value.
type HasHeader struct{ Name string } // in lower case

// From holds where the request comes from an address of the set.
type From struct{ Set Set }

// Country holds where the address of the request is in one of the countries.
type Country struct{ Codes []string } // ISO 3166-1 alpha-2

// Label holds where a rule before has put the label on the request.
type Label string

// Namespace holds where a rule before has put a label on the request that begins with it. It ends in a colon.
type Namespace string

// Rate holds for addresses that sent more than Limit requests with the label in the last Window seconds.
type Rate struct {
	Limit  int
	Window int
	Of     Label
}

// Managed is a group of rules that AWS maintains.
type Managed struct {
	Group   Group
	Counted []string // rules of the group that count and label a request instead of stopping it
	Of      Label    // only requests with this label; empty for all
	Outside Label    // only requests without this label; empty for all
	Login   string   // for account-takeover prevention: the pattern of the path that a login is sent to
	Level   string   // for bot control: COMMON or TARGETED
}

func (And) statement()       {}
func (Or) statement()        {}
func (Not) statement()       {}
func (Regex) statement()     {}
func (Unread) statement()    {}
func (HasHeader) statement() {}
func (From) statement()      {}
func (Country) statement()   {}
func (Label) statement()     {}
func (Namespace) statement() {}
func (Rate) statement()      {}
func (Managed) statement()   {}

// Part is a part of a request, with the transformations that it is read through. Each part has one chain of them, so
// that AWS bills it once for a web ACL (capacity.go).
type Part string

const (
	// Route is the path as Magento's router reads it: nginx hands it over raw, so that `/admin/../x` is the admin. The
	// decoding is more than Magento does, and the lower case is less strict than it is with the first segment.
	Route Part = "route"

	// File is the path as a web server or a bucket looks for a file: with `..`, `.` and repeated slashes resolved.
	File Part = "file"

	// Body is the first 16 KiB of the body with JSON's escapes undone. Those of forms are not: a third transformation
	// would put the usual rules beyond the capacity that is included, so that patterns about forms know them (encoded).
	Body Part = "body"
)

// Transformation is one of WAF's text transformations (WAF Developer Guide, "Using text transformations").
type Transformation string

// The transformations that parts are read through.
const (
	URLDecode     Transformation = "URL_DECODE"
	JSDecode      Transformation = "JS_DECODE" // undoes \u0041, which JSON has in common with JavaScript
	Lowercase     Transformation = "LOWERCASE"
	NormalizePath Transformation = "NORMALIZE_PATH"
)

// Transformations are applied in this order before a pattern is matched.
func (p Part) Transformations() []Transformation {
	switch p {
	case File:
		return []Transformation{URLDecode, Lowercase, NormalizePath}
	case Body:
		return []Transformation{JSDecode, Lowercase}
	default:
		return []Transformation{URLDecode, Lowercase}
	}
}

// component is the part of the request that WAF reads: two parts may be the same component.
func (p Part) component() string {
	if p == Body {
		return "body"
	}
	return "path"
}
