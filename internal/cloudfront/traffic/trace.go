// Package traffic replays the visits of a shop through something that answers for it, and counts what reaches the shop:
// how well a configuration caches, and whether it leaks.
package traffic

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/magestack/magestack/pkg/magento"
)

// Kind is who a visitor is.
type Kind string

// The kinds of visitors.
const (
	Guest    Kind = "guest"    // has a session as soon as a page gives him one, and nothing else
	Customer Kind = "customer" // has logged in: his pages are those of his group
	Foreign  Kind = "foreign"  // a guest who looks at another currency
	Crawler  Kind = "crawler"  // has no cookies, and asks for one page after the other
)

// Request is one request of a trace.
type Request struct {
	At      time.Duration // since the beginning
	Visitor string
	Kind    Kind
	Path    string
	Query   string
	Cookies string
	File    bool // of the deployment or the media; a page otherwise

	Host   string // another than the shop's first
	Script bool   // asks for a part of a page
	Purge  string // a tag that Magento purges at this time, in the place of a request
}

// Options describe a shop and a day of it. The zero value of a field is that of Standard.
type Options struct {
	Seed       uint64
	Products   int
	Categories int
	PageViews  int
	PerSecond  float64 // page views, of all visitors together
	PagesAlone bool    // without the files that pages need
}

// Standard is a shop of middling size on a good day: a million page views a day, 2,000 products, of which few are what most
// people look at.
func Standard() Options {
	return Options{Seed: 1, Products: 2000, Categories: 120, PageViews: 40_000, PerSecond: 12}
}

const (
	// skew is the exponent of the popularity of products and categories: what studies of shops and of the web find lies
	// between 0.8 and 1.2 (Breslau et al., "Web Caching and Zipf-like Distributions", INFOCOM 1999, for the web: below 1).
	skew = 1.05

	pagesOfAVisit  = 6    // on average
	filesOfAFirst  = 12   // that a browser has not yet at the first page of a visit
	picturesOfPage = 4    // that it has not yet at any page
	tracked        = 0.55 // of visits begin at a link that says where it is from
	deploymentFile = 150  // different files of the deployment
)

// shares are the parts of the visits; the rest are guests'.
var shares = []struct {
	kind Kind
	part float64
}{{Crawler, 0.12}, {Customer, 0.06}, {Foreign, 0.02}}

// Generate makes the trace of the options. The same options make the same trace.
func Generate(o Options) []Request {
	g := &generator{o: o, random: rand.New(rand.NewPCG(o.Seed, o.Seed))} //nolint:gosec // the same every time, on purpose
	g.products = rand.NewZipf(g.random, 1+skew-1, 8, uint64(o.Products-1))
	g.categories = rand.NewZipf(g.random, 1+skew-1, 2, uint64(o.Categories-1))
	for visit := 0; g.pages < o.PageViews; visit++ {
		g.visit(visit)
	}
	slices.SortStableFunc(g.trace, func(a, b Request) int { return int(a.At - b.At) })
	return g.trace
}

type generator struct {
	o                    Options
	random               *rand.Rand
	products, categories *rand.Zipf
	trace                []Request
	pages                int
}

// visit is one person who comes, looks around, and goes.
func (g *generator) visit(number int) {
	kind := g.kind()
	visitor := fmt.Sprintf("%s-%d", kind, number)
	at := time.Duration(g.random.Float64() * float64(g.o.PageViews) / g.o.PerSecond * float64(time.Second))
	views := 1 + int(g.random.ExpFloat64()*(pagesOfAVisit-1))
	cookies := ""
	for view := range views {
		r := Request{At: at, Visitor: visitor, Kind: kind, Path: g.page(), Cookies: cookies}
		if view == 0 && kind != Crawler && g.random.Float64() < tracked {
			r.Query = fmt.Sprintf("utm_source=mail&utm_campaign=c%d&gclid=%d", g.random.IntN(20), g.random.Uint32())
		}
		if kind != Crawler {
			cookies = g.cookies(visitor, kind)
		}
		g.trace = append(g.trace, r)
		g.pages++
		g.files(r, view)
		at += time.Duration((5 + g.random.ExpFloat64()*25) * float64(time.Second))
	}
}

func (g *generator) kind() Kind {
	at := g.random.Float64()
	for _, share := range shares {
		if at < share.part {
			return share.kind
		}
		at -= share.part
	}
	return Guest
}

// page is what a visitor looks at: mostly products and categories, in a few ways of sorting, and the home page.
func (g *generator) page() string {
	switch at := g.random.Float64(); {
	case at < 0.12:
		return "/"
	case at < 0.55:
		return fmt.Sprintf("/category-%d.html", g.categories.Uint64())
	case at < 0.58:
		return "/customer/section/load/"
	default:
		return fmt.Sprintf("/product-%d.html", g.products.Uint64())
	}
}

// cookies are those of a browser after its first page.
func (g *generator) cookies(visitor string, kind Kind) string {
	line := fmt.Sprintf("%s=%s; form_key=%s; mage-cache-sessid=true; _ga=GA1.1.%s; section_data_ids={}", magento.SessionCookie, visitor, visitor, visitor)
	switch kind {
	case Customer:
		line += "; " + magento.VaryCookie + "=group-general"
	case Foreign:
		line += "; " + magento.VaryCookie + "=currency-chf"
	}
	return line
}

// files are what a page needs that the browser does not have yet.
func (g *generator) files(page Request, view int) {
	if page.Kind == Crawler || g.o.PagesAlone {
		return
	}
	add := func(path string) {
		g.trace = append(g.trace, Request{At: page.At + time.Millisecond, Visitor: page.Visitor, Kind: page.Kind, Path: path, Cookies: page.Cookies, File: true})
	}
	if view == 0 {
		for n := range filesOfAFirst {
			add(fmt.Sprintf("/static/version1/frontend/file-%d.js", (n*13+g.random.IntN(3))%deploymentFile))
		}
	}
	for range picturesOfPage {
		add(fmt.Sprintf("/media/catalog/product/picture-%d.jpg", g.products.Uint64()))
	}
}
