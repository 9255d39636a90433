package proof

import (
	"slices"
	"time"

	"github.com/magestack/magestack/internal/cloudfront/model"
)

// viewer forwards all that a visitor sends, as the managed policy AllViewer does.
func viewer() *model.RequestPolicy {
	all := model.Selection{Mode: model.All}
	return &model.RequestPolicy{Name: "AllViewer", Headers: model.Selection{Mode: model.AllViewer}, Cookies: all, Queries: all}
}

// naive is one behaviour for everything, without functions and policies about headers.
func naive(d *model.Distribution, change func(*model.Behavior)) {
	b := *pages(d)
	b.Pattern = model.Default
	b.ViewerRequest, b.ViewerResponse, b.Headers, b.Request = nil, nil, nil, nil
	b.Cache.Headers = model.Selection{Mode: model.Whitelist, Names: []string{"host"}}
	b.Cache.Cookies, b.Cache.Queries = model.Selection{Mode: model.None}, model.Selection{Mode: model.All}
	b.Cache.MaxTTL = 24 * time.Hour
	change(&b)
	d.Behaviors = []model.Behavior{b}
}

// noCookies takes Set-Cookie off every answer, so that what else is wrong with a configuration shows.
func noCookies() *model.HeadersPolicy {
	return &model.HeadersPolicy{Name: "no-cookies", Remove: []string{"set-cookie"}}
}

// uncached is the first behaviour that keeps nothing.
func uncached(d *model.Distribution) model.Behavior {
	return d.Behaviors[slices.IndexFunc(d.Behaviors, func(b model.Behavior) bool { return b.Cache.MaxTTL == 0 })]
}

// known are configurations that are recommended, copied and deployed.
func known() []Mistake {
	return []Mistake{
		{"all cookies ignored", "static-site settings: no visitor can log in", []string{LostCart}, func(d *model.Distribution) {
			naive(d, func(*model.Behavior) {})
		}},
		{"all cookies forwarded and in the key", "what the first Terraform examples for Magento do: who has no cookie yet gets the session of whoever had none before",
			[]string{OthersSession}, func(d *model.Distribution) {
				naive(d, func(b *model.Behavior) { b.Cache.Cookies = model.Selection{Mode: model.All} })
			}},
		{"all cookies through the origin request policy", "the cache policy looks clean, and every page is kept once for all sessions",
			[]string{OthersPage}, func(d *model.Distribution) {
				naive(d, func(b *model.Behavior) { b.Request = viewer() })
			}},
		{"minimum TTL above zero", "CachingOptimized, whose minimum is a second: what says no-store is kept", []string{KeptAnyway}, func(d *model.Distribution) {
			naive(d, func(b *model.Behavior) { b.Cache.MinTTL, b.Request, b.Headers = time.Second, viewer(), noCookies() })
		}},
		{"no-store trusted", "what says no-store is not given to others, until Magento is out of reach", []string{OthersPage}, func(d *model.Distribution) {
			for i, b := range d.Behaviors {
				if b.Cache.MaxTTL == 0 {
					d.Behaviors[i].Cache.MaxTTL, d.Behaviors[i].Headers = time.Hour, noCookies()
				}
			}
		}},
		{"vary cookie trusted", "X-Magento-Vary in the key, as in Magento's rules for Varnish before 2.4.7", []string{OthersPage}, func(d *model.Distribution) {
			naive(d, func(b *model.Behavior) {
				b.Request, b.Headers = viewer(), noCookies()
				b.Cache.Cookies = model.Selection{Mode: model.Whitelist, Names: []string{"X-Magento-Vary", "store"}}
			})
		}},
		{"Host not in the key", "the distribution's own name is in it, so that two shops on one look alike", []string{WrongContext}, func(d *model.Distribution) {
			naive(d, func(b *model.Behavior) {
				b.Cache, b.Request, b.ViewerRequest = pages(d).Cache, pages(d).Request, pages(d).ViewerRequest
				b.Cache.Headers = model.Selection{Mode: model.Whitelist, Names: []string{"x-cache-scope"}}
			})
		}},
		{"/checkout/* only", "a list of private paths made by hand", []string{OthersPage}, func(d *model.Distribution) {
			private := uncached(d)
			naive(d, func(b *model.Behavior) { b.Request = viewer() })
			for _, pattern := range []string{"/customer/*", "/checkout/*"} {
				private.Pattern = pattern
				d.Behaviors = append([]model.Behavior{private}, d.Behaviors...)
			}
		}},
		{"files by their extension", "*.css before everything else: /customer/section/load/x.css is private", []string{OthersPage}, func(d *model.Distribution) {
			files := *pages(d)
			files.ViewerRequest, files.Pattern, files.Request = nil, "*.css", viewer()
			d.Behaviors = append([]model.Behavior{files}, d.Behaviors...)
		}},
		{"errors kept with their cookies", "a function takes Set-Cookie off answers, and does not run for errors, which are kept for ten seconds",
			[]string{OthersSession}, func(d *model.Distribution) {
				naive(d, func(b *model.Behavior) { b.Request, b.ViewerResponse = viewer(), withoutCookies() })
				d.Errors = nil
			}},
		{"CachingDisabled alone", "it forwards no cookie, query or header by itself", []string{LostCart, Unknown}, func(d *model.Distribution) {
			for i, b := range d.Behaviors {
				if b.Cache.MaxTTL == 0 {
					d.Behaviors[i].Request = nil
				}
			}
		}},
		{"AllViewerExceptHostHeader", "Magento is asked under the load balancer's name", []string{WrongContext}, func(d *model.Distribution) {
			for i, b := range d.Behaviors {
				if b.Cache.MaxTTL == 0 {
					policy := viewer()
					policy.Headers = model.Selection{Mode: model.AllExcept, Names: []string{"host"}}
					d.Behaviors[i].Request = policy
				}
			}
		}},
	}
}

func withoutCookies() *model.Function {
	return &model.Function{Name: "answers", Runtime: "cloudfront-js-2.0",
		Code: `function handler(event) { event.response.cookies = {}; return event.response; }`}
}
