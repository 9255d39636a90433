package proof

import (
	"slices"
	"strings"
	"time"

	"github.com/magestack/magestack/internal/cloudfront/fakeshop"
	"github.com/magestack/magestack/internal/cloudfront/model"
)

// key changes the cache policy of pages.
func key(change func(*model.CachePolicy)) func(*model.Distribution) {
	return func(d *model.Distribution) { changePages(d, func(b *model.Behavior) { change(&b.Cache) }) }
}

// code changes the function on pages. Where the function has not what is to be changed, it is no function any more, so that
// the mistake is seen not to be one.
func code(old, now string) func(*model.Distribution) {
	return func(d *model.Distribution) {
		changePages(d, func(b *model.Behavior) { b.ViewerRequest = rewritten(b.ViewerRequest, old, now) })
	}
}

// privateCode changes the function on private paths.
func privateCode(old, now string) func(*model.Distribution) {
	return func(d *model.Distribution) {
		for i, b := range d.Behaviors {
			if b.Cache.MaxTTL == 0 {
				d.Behaviors[i].ViewerRequest = rewritten(b.ViewerRequest, old, now)
			}
		}
	}
}

func rewritten(f *model.Function, old, now string) *model.Function {
	changed := *f
	changed.Code = strings.ReplaceAll(f.Code, old, now)
	if changed.Code == f.Code {
		changed.Code = "the function has no " + old
	}
	return &changed
}

func without(names []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == name })
}

// handsOutCookies has the policy about headers of pages leave Set-Cookie on answers.
func handsOutCookies(d *model.Distribution) {
	changePages(d, func(b *model.Behavior) {
		policy := *b.Headers
		policy.Remove = without(policy.Remove, "set-cookie")
		b.Headers = &policy
	})
}

// removed are ours without one of its safeties.
func removed() []Mistake {
	return slices.Concat(withoutKeys(), withoutCode(), withoutPrivacy(), withoutTruth())
}

// withoutKeys lack something of what answers are told apart by, or of how long they are kept.
func withoutKeys() []Mistake {
	return []Mistake{
		{"no scope in the key", "", []string{OthersPage}, key(func(p *model.CachePolicy) { p.Headers.Names = without(p.Headers.Names, "x-cache-scope") })},
		{"no Host in the key", "", []string{WrongContext}, key(func(p *model.CachePolicy) { p.Headers.Names = without(p.Headers.Names, "host") })},
		{"no store in the key", "", []string{WrongContext}, key(func(p *model.CachePolicy) { p.Cookies.Names = without(p.Cookies.Names, "store") })},
		{"no query in the key", "", []string{WrongPage}, key(func(p *model.CachePolicy) { p.Queries = model.Selection{Mode: model.None} })},
		{"minimum TTL of pages above zero", "", []string{KeptAnyway}, key(func(p *model.CachePolicy) { p.MinTTL = time.Second })},
		{"default TTL of pages above zero", "", []string{KeptAnyway}, key(func(p *model.CachePolicy) { p.DefaultTTL = time.Minute })},
		{"errors kept", "CloudFront keeps them for ten seconds where nothing is said", []string{KeptAnyway}, func(d *model.Distribution) { d.Errors = nil }},
		{"cookies handed out with pages", "", []string{OthersSession}, handsOutCookies},
		{"cookies taken off by a function on answers", "it does not run for errors", []string{OthersSession}, func(d *model.Distribution) {
			handsOutCookies(d)
			changePages(d, func(b *model.Behavior) { b.ViewerResponse = withoutCookies() })
		}},
	}
}

// withoutCode lack a part of the function on pages.
func withoutCode() []Mistake {
	return []Mistake{
		{"pages without their function", "", []string{OthersPage}, func(d *model.Distribution) {
			changePages(d, func(b *model.Behavior) { b.ViewerRequest = nil })
		}},
		{"cookies left on shared requests", "", []string{OthersPage}, code(`keepOnly(request.cookies,CONTENT_COOKIES);`, ``)},
		{"headers left on shared requests", "", []string{OthersPage}, code(`keepOnly(request.headers,KEPT_HEADERS);`, ``)},
		{"a store that the edge takes off", "", []string{WrongContext}, code(`CONTENT_COOKIES=["store"`, `CONTENT_COOKIES=["shop"`)},
		{"a vary cookie that shares", "", []string{WrongContext}, code(`["X-Magento-Vary"`, `["X-Never"`)},
		{"a token that shares", "", []string{WrongContext}, code(`&&!request.headers["authorization"]`, ``)},
		{"a script that shares", "", []string{WrongContext}, code(`&&!request.headers["x-requested-with"]`, ``)},
		{"strange paths that share", "", []string{WrongPage}, code(`!STRANGE.test(request.uri)&&`, ``)},
		{"a form that shares", "", []string{OthersPage, Unknown, LostCart}, code(`reading&&isShared(request)`, `isShared(request)`)},
		{"one key for all that is private", "", []string{OthersPage}, code(`event.context.requestId`, `"private"`)},
		{"no key for what is private", "", []string{OthersPage}, code(`request.headers["x-cache-scope"]={value:event.context.requestId};`, ``)},
		{"a scope that the visitor may choose", "", []string{OthersPage}, code(`request.headers["x-cache-scope"]={value:event.context.requestId}`,
			`if(!request.headers["x-cache-scope"]){request.headers["x-cache-scope"]={value:event.context.requestId}}`)},
	}
}

// withoutPrivacy treat private paths as something else.
func withoutPrivacy() []Mistake {
	return []Mistake{
		{"private paths as pages", "", []string{LostCart}, func(d *model.Distribution) {
			everything := *pages(d)
			everything.Pattern = model.Default
			d.Behaviors = []model.Behavior{everything}
		}},
		{"private paths kept under what they forward", "", []string{OthersPage}, func(d *model.Distribution) {
			for i := range d.Behaviors {
				if d.Behaviors[i].Cache.MaxTTL == 0 {
					d.Behaviors[i].Cache = pages(d).Cache
				}
			}
		}},
		{"what is read asked for again", "CloudFront's own three attempts", []string{NotOnce}, func(d *model.Distribution) {
			for i := range d.Origins {
				d.Origins[i].Attempts = 3
			}
		}},
		{"everything fails over", "a logout that is not answered is done in both regions", []string{NotOnce}, func(d *model.Distribution) {
			d.Groups = append(d.Groups, model.OriginGroup{ID: "both", Members: []string{"load-balancer", "files"}, Codes: []int{502, 504}})
			for i := range d.Behaviors {
				d.Behaviors[i].Origin = "both"
			}
		}},
		{"no methods that change anything", "", []string{NotOnce}, func(d *model.Distribution) {
			for i := range d.Behaviors {
				d.Behaviors[i].Methods = []string{"GET", "HEAD"}
			}
		}},
	}
}

// withoutTruth let a header through by which a visitor lies about his request.
func withoutTruth() []Mistake {
	mistakes := []Mistake{
		{"private paths without their function", "", []string{Believed}, func(d *model.Distribution) {
			for i := range d.Behaviors {
				if d.Behaviors[i].Cache.MaxTTL == 0 {
					d.Behaviors[i].ViewerRequest = nil
				}
			}
		}},
		{"an address that a private page believes", "", []string{Believed}, code(`request.headers["true-client-ip"]={value:event.viewer.ip}`, ``)},
		{"an address that a private path believes", "", []string{Believed}, privateCode(`request.headers["true-client-ip"]={value:event.viewer.ip};`, ``)},
	}
	for _, header := range append([]string{"X-Forwarded-For"}, fakeshop.Forgeable...) {
		// CloudFront takes this one off by itself, behind the function.
		if header == "X-Http-Method-Override" {
			continue
		}
		name := `"` + strings.ToLower(header) + `",`
		mistakes = append(mistakes,
			Mistake{header + " that a private page believes", "", []string{Believed}, code(name, ``)},
			Mistake{header + " that a private path believes", "", []string{Believed}, privateCode(name, ``)})
	}
	return mistakes
}
