// Package functions holds the code that CloudFront runs on requests, and builds it: the values that the shop decides are
// put in, comments and spaces are taken out, and what CloudFront would refuse is refused.
package functions

import (
	_ "embed" // the sources of the functions
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/magestack/magestack/pkg/magento"
)

// Runtime is what the functions are written for.
const Runtime = "cloudfront-js-2.0"

// MaxBytes is how long the code of a function may be (CloudFront Developer Guide, "Quotas on CloudFront Functions").
const MaxBytes = 10 << 10

var (
	//go:embed pages.js
	pagesSource string
	//go:embed private.js
	privateSource string
)

// Standby is where reading requests go when the origin that they are for does not answer.
type Standby struct {
	Origins     []string `json:"origins"` // ids: the primary, the standby
	StatusCodes []int    `json:"statusCodes"`
}

// PagesOptions are what the function for pages is told.
type PagesOptions struct {
	ContentCookies []string // the only cookies of a shared request
	PrivateCookies []string // make a request private, beside magento.PrivateCookies
	PrivatePaths   []string // first segments, or longer paths, that no request below them is shared for
	Tracking       []string // regular expressions of names of query parameters, beside magento.TrackingParameters
	Standby        *Standby // nil for none
	SharedOrigin   string   // id of the origin that shared requests go to; empty for the behaviour's
}

// Pages is the code of the function on pages. Every problem of the options is reported.
func Pages(options PagesOptions) (string, error) {
	if err := options.validate(); err != nil {
		return "", err
	}
	private := append(magento.PrivateCookies(), options.PrivateCookies...)
	content := slices.DeleteFunc(slices.Clone(options.ContentCookies), func(name string) bool { return name == magento.VaryCookie })
	lists, err := literals(content, private)
	if err != nil {
		return "", err
	}
	standby, err := json.Marshal(options.Standby)
	if err != nil {
		return "", fmt.Errorf("standby: %w", err)
	}
	sharedOrigin, err := json.Marshal(options.SharedOrigin)
	if err != nil {
		return "", fmt.Errorf("origin of shared requests: %w", err)
	}
	return build("pages.js", strings.NewReplacer(
		"__CONTENT_COOKIES__", lists[0],
		"__PRIVATE_COOKIES__", lists[1],
		"__PRIVATE_PATHS__", privatePaths(options.PrivatePaths),
		"__STANDBY__", string(standby),
		"__SHARED_ORIGIN__", string(sharedOrigin),
		"__TRACKING__", alternatives(append(magento.TrackingParameters(), options.Tracking...)),
	).Replace(pagesSource))
}

// privateName is what a path to keep private may be: what no expression reads as anything else.
var privateName = regexp.MustCompile(`^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$`)

// noPath is an expression that matches no path, since each begins with a slash.
const noPath = "/^$/"

// privatePaths is an expression for paths below names, at the root or behind the code of a store view (Magento\Store\Model\
// Validation\StoreCodeValidator: a letter, then letters, digits and underscores).
func privatePaths(names []string) string {
	if len(names) == 0 {
		return noPath
	}
	return `/^\/(?:[A-Za-z]\w*\/)?(?:` + strings.ReplaceAll(strings.Join(names, "|"), "/", `\/`) + `)(?:\/|$)/`
}

func (o PagesOptions) validate() error {
	var problems []error
	for _, name := range slices.Concat(o.ContentCookies, o.PrivateCookies) {
		if err := magento.CheckCookie(name); err != nil {
			problems = append(problems, fmt.Errorf("cookie %q: %w", name, err))
		}
	}
	for _, name := range o.ContentCookies {
		if why, does := magento.IdentifiesSomebody(name); does {
			problems = append(problems, fmt.Errorf("cookie %q: stands for a person (%s)", name, why))
		}
		if slices.Contains(o.PrivateCookies, name) {
			problems = append(problems, fmt.Errorf("cookie %q: cannot be both, a cookie of shared pages and one of private pages", name))
		}
	}
	for _, name := range o.PrivatePaths {
		if !privateName.MatchString(name) {
			problems = append(problems, fmt.Errorf("path %q: must be a front name or a longer path of letters, digits, - and _", name))
		}
	}
	for _, expression := range o.Tracking {
		if err := magento.CheckTracking(expression); err != nil {
			problems = append(problems, fmt.Errorf("parameter %q: %w", expression, err))
		}
	}
	return errors.Join(problems...)
}

// alternatives is one pattern for several names. Those that begin with an underscore, which are many, have it once.
func alternatives(names []string) string {
	var plain, underscored []string
	for _, name := range names {
		if rest, found := strings.CutPrefix(name, "_"); found {
			underscored = append(underscored, rest)
		} else {
			plain = append(plain, name)
		}
	}
	if len(underscored) > 0 {
		plain = append([]string{"_(?:" + strings.Join(underscored, "|") + ")"}, plain...)
	}
	return strings.Join(plain, "|")
}

// literals writes lists as JavaScript does.
func literals(lists ...[]string) ([]string, error) {
	written := make([]string, len(lists))
	for i, list := range lists {
		text, err := json.Marshal(append([]string{}, list...))
		if err != nil {
			return nil, fmt.Errorf("names %q: %w", list, err)
		}
		written[i] = string(text)
	}
	return written, nil
}

// Private is the code of the function on requests that are never kept.
func Private() (string, error) { return build("private.js", privateSource) }

// build takes comments and spaces out of a function. Names stay, so that what CloudFront logs can be read.
func build(file, source string) (string, error) {
	result := api.Transform(source, api.TransformOptions{MinifyWhitespace: true, Target: api.ES2017, Sourcefile: file})
	if len(result.Errors) > 0 {
		return "", fmt.Errorf("%s: %s", file, strings.TrimSpace(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), "\n")))
	}
	if size := len(result.Code); size > MaxBytes {
		return "", fmt.Errorf("%s: %d bytes; CloudFront takes %d", file, size, MaxBytes)
	}
	return string(result.Code), nil
}
