package fakeshop

import "strings"

// Behavior is how far a Shop departs from Magento's caching contract.
type Behavior struct {
	EverythingPublic bool // answers that sessions decide say public, too, and errors
	NothingSaid      bool // answers that must not be kept say nothing about it
	CookiesOnErrors  bool
	Echoes           bool // pages show every header that reaches them
	Grace            bool // everything may be shown long after it has expired, as Fastly's module for Magento says of pages
	Tagged           bool // answers have an ETag, which is the same for all, and say 304 to who has it
	Chunked          bool // answers do not say how long they are, as those of PHP do not

	// Varies is Magento's own contract with Varnish: what says public and is no session's depends on X-Magento-Vary and on
	// nothing else of who asks, whatever routes of Magento's own say that sessions decide. Without it, pages show whatever
	// reaches the shop of a visitor.
	Varies bool
}

// String names what is bad about the shop.
func (n Behavior) String() string {
	var bad []string
	for _, trait := range []struct {
		has  bool
		what string
	}{
		{n.EverythingPublic, "says public of everything"}, {n.NothingSaid, "says nothing of what must not be kept"},
		{n.CookiesOnErrors, "sets cookies with errors"}, {n.Echoes, "shows whatever header reaches it"},
		{n.Grace, "lets everything be shown when it has expired"}, {n.Tagged, "has the same ETag for all"},
		{n.Chunked, "does not say how long answers are"},
		{n.Varies, "shows on public pages what X-Magento-Vary says and no more"},
	} {
		if trait.has {
			bad = append(bad, trait.what)
		}
	}
	if len(bad) == 0 {
		return "The shop does what Magento's caching contract asks for."
	}
	return "The shop " + strings.Join(bad, ", ") + "."
}

// Fault is how a Shop fails requests for a while.
type Fault int

// The weathers.
const (
	NoFault       Fault = iota
	Unreachable         // the connection is refused
	ServerError         // 500, after the work is done
	NotFound            // 404, after the work is done
	TruncatedBody       // the connection breaks in the middle of the answer
	NoAnswer            // no answer comes, after the work is done
)
