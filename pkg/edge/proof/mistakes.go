package proof

import (
	"slices"
	"strings"
	"time"

	"github.com/magestack/magestack/pkg/edge/model"
)

// Mistake is a configuration that people make, or one of ours without one of its safeties.
type Mistake struct {
	Name string // that people know it by
	Why  string // it is made
	Make func(*model.Distribution)
}

// Mistakes are all that the proof has to notice, in a distribution that keeps pages.
func Mistakes() []Mistake { return append(known(), removed()...) }

// pages is the behaviour of pages, the default.
func pages(d *model.Distribution) *model.Behavior { return &d.Behaviors[len(d.Behaviors)-1] }

func viewer() *model.RequestPolicy {
	all := model.Selection{Mode: model.All}
	return &model.RequestPolicy{Name: "AllViewer", Headers: model.Selection{Mode: model.AllViewer}, Cookies: all, Queries: all}
}

// naive is one behaviour for everything, without functions and policies about headers.
func naive(d *model.Distribution, change func(*model.Behavior)) {
	b := *pages(d)
	b.ViewerRequest, b.ViewerResponse, b.Headers, b.Request = nil, nil, nil, nil
	b.Cache.Headers = model.Selection{Mode: model.Whitelist, Names: []string{"host"}}
	b.Cache.Cookies, b.Cache.Queries = model.Selection{Mode: model.None}, model.Selection{Mode: model.All}
	b.Cache.MaxTTL = 24 * time.Hour
	change(&b)
	d.Behaviors = []model.Behavior{b}
}

// known are configurations that are recommended, copied and deployed.
func known() []Mistake {
	return []Mistake{
		{"all cookies ignored", "static-site settings: nobody can log in", func(d *model.Distribution) {
			naive(d, func(*model.Behavior) {})
		}},
		{"all cookies forwarded and in the key", "what the first Terraform examples for Magento do", func(d *model.Distribution) {
			naive(d, func(b *model.Behavior) { b.Cache.Cookies = model.Selection{Mode: model.All} })
		}},
		{"all cookies through the origin request policy", "the cache policy looks clean", func(d *model.Distribution) {
			naive(d, func(b *model.Behavior) { b.Request = viewer() })
		}},
		{"minimum TTL above zero", "CachingOptimized, whose minimum is a second, with all of the viewer's request", func(d *model.Distribution) {
			naive(d, func(b *model.Behavior) { b.Cache.MinTTL, b.Request = time.Minute, viewer() })
		}},
		{"vary cookie trusted", "X-Magento-Vary in the key, as in Magento's rules for Varnish before 2.4.7", func(d *model.Distribution) {
			naive(d, func(b *model.Behavior) {
				b.Request = viewer()
				b.Cache.Cookies = model.Selection{Mode: model.Whitelist, Names: []string{"X-Magento-Vary", "store"}}
			})
		}},
		{"/checkout/* only", "a list of private paths that somebody thought of", func(d *model.Distribution) {
			private := d.Behaviors[slices.IndexFunc(d.Behaviors, func(b model.Behavior) bool { return b.Cache.MaxTTL == 0 })]
			naive(d, func(b *model.Behavior) { b.Request = viewer() })
			for _, pattern := range []string{"/customer/*", "/checkout/*"} {
				private.Pattern = pattern
				d.Behaviors = append([]model.Behavior{private}, d.Behaviors...)
			}
		}},
		{"files by their extension", "*.css before everything else: /customer/section/load/x.css is somebody's", func(d *model.Distribution) {
			files := *pages(d)
			files.ViewerRequest, files.Pattern, files.Request = nil, "*.css", viewer()
			d.Behaviors = append([]model.Behavior{files}, d.Behaviors...)
		}},
	}
}

// removed are ours without one of its safeties.
func removed() []Mistake {
	key := func(change func(*model.CachePolicy)) func(*model.Distribution) {
		return func(d *model.Distribution) { change(&pages(d).Cache) }
	}
	code := func(old, now string) func(*model.Distribution) {
		return func(d *model.Distribution) {
			f := *pages(d).ViewerRequest
			f.Code = strings.Replace(f.Code, old, now, 1)
			if f.Code == pages(d).ViewerRequest.Code {
				f.Code = "the function has no " + old // so that the mistake is seen not to be one
			}
			pages(d).ViewerRequest = &f
		}
	}
	without := func(names []string, name string) []string {
		return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == name })
	}
	return []Mistake{
		{"pages without their function", "", func(d *model.Distribution) { pages(d).ViewerRequest = nil }},
		{"cookies handed out with pages", "", func(d *model.Distribution) {
			policy := *pages(d).Headers
			policy.Remove = without(policy.Remove, "set-cookie")
			pages(d).Headers = &policy
		}},
		{"cookies taken off by a function on answers", "it does not run for errors", func(d *model.Distribution) {
			policy := *pages(d).Headers
			policy.Remove = without(policy.Remove, "set-cookie")
			pages(d).Headers = &policy
			pages(d).ViewerResponse = &model.Function{Name: "answers", Runtime: "cloudfront-js-2.0",
				Code: `function handler(event) { event.response.cookies = {}; return event.response; }`}
		}},
		{"no scope in the key", "", key(func(p *model.CachePolicy) { p.Headers.Names = without(p.Headers.Names, "x-cache-scope") })},
		{"no Host in the key", "", key(func(p *model.CachePolicy) { p.Headers.Names = without(p.Headers.Names, "host") })},
		{"no store in the key", "", key(func(p *model.CachePolicy) { p.Cookies.Names = without(p.Cookies.Names, "store") })},
		{"no query in the key", "", key(func(p *model.CachePolicy) { p.Queries = model.Selection{Mode: model.None} })},
		{"minimum TTL of pages above zero", "", key(func(p *model.CachePolicy) { p.MinTTL = time.Second })},
		{"default TTL of pages above zero", "", key(func(p *model.CachePolicy) { p.DefaultTTL = time.Minute })},
		{"errors kept", "CloudFront keeps them for ten seconds where nothing is said", func(d *model.Distribution) { d.Errors = nil }},
		{"cookies left on shared requests", "", code(`keepOnly(request.cookies,CONTENT_COOKIES);`, ``)},
		{"headers left on shared requests", "", code(`keepOnly(request.headers,KEPT_HEADERS);`, ``)},
		{"a vary cookie that shares", "", code(`["X-Magento-Vary"`, `["X-Never"`)},
		{"a token that shares", "", code(`&&!request.headers["authorization"]`, ``)},
		{"a script that shares", "", code(`&&!request.headers["x-requested-with"]`, ``)},
		{"strange paths that share", "", code(`!STRANGE.test(request.uri)&&`, ``)},
		{"one key for all that is private", "", code(`event.context.requestId`, `"private"`)},
		{"a scope that the visitor may choose", "", code(`request.headers["x-cache-scope"]={value:event.context.requestId}`,
			`if(!request.headers["x-cache-scope"]){request.headers["x-cache-scope"]={value:event.context.requestId}}`)},
		{"private paths without their function", "", func(d *model.Distribution) {
			for i := range d.Behaviors {
				if d.Behaviors[i].Cache.MaxTTL == 0 {
					d.Behaviors[i].ViewerRequest = nil
				}
			}
		}},
		{"private paths as pages", "", func(d *model.Distribution) { d.Behaviors = []model.Behavior{*pages(d)} }},
		{"private paths kept under what they forward", "", func(d *model.Distribution) {
			for i := range d.Behaviors {
				if d.Behaviors[i].Cache.MaxTTL == 0 {
					d.Behaviors[i].Cache = pages(d).Cache
				}
			}
		}},
		{"no methods that change anything", "", func(d *model.Distribution) {
			for i := range d.Behaviors {
				d.Behaviors[i].Methods = []string{"GET", "HEAD"}
			}
		}},
	}
}
