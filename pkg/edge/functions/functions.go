// Package functions holds the code that CloudFront runs on requests, and builds it: the values that the shop decides are
// put in, comments and spaces are taken out, and what CloudFront would refuse is refused.
package functions

import (
	_ "embed" // the sources of the functions
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
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
	ContentCookies []string // the only cookies of a shared request; magento.VaryCookie makes a request private, and is none
	Tracking       []string // regular expressions of names of query parameters, beside magento.TrackingParameters
	Standby        *Standby // nil for none
}

var (
	// cookieName is a token of RFC 9110 without what would be something else in a list of strings.
	cookieName = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+.^_|~-]+$`)

	// trackingName is what RE2 and JavaScript read alike: letters, digits, and what makes them repeat.
	trackingName = regexp.MustCompile(`^[A-Za-z0-9_-]+(\[a-z\]\+|\[a-z0-9_\]\+)?$`)
)

// CheckTracking says what is wrong with an expression for names of query parameters.
func CheckTracking(expression string) error {
	if !trackingName.MatchString(expression) {
		return errors.New("must be the name of a query parameter, or the beginning of one and [a-z]+ or [a-z0-9_]+, such as aff_[a-z]+")
	}
	return nil
}

// Pages is the code of the function on pages. Every problem of the options is reported.
func Pages(options PagesOptions) (string, error) {
	var problems []error
	cookies := []string{}
	for _, name := range options.ContentCookies {
		if !cookieName.MatchString(name) {
			problems = append(problems, fmt.Errorf("cookie %q: must be a name that HTTP allows", name))
		}
		if why, does := magento.IdentifiesSomebody(name); does {
			problems = append(problems, fmt.Errorf("cookie %q: stands for a person (%s)", name, why))
		}
		if name != magento.VaryCookie {
			cookies = append(cookies, name)
		}
	}
	for _, expression := range options.Tracking {
		if err := CheckTracking(expression); err != nil {
			problems = append(problems, fmt.Errorf("parameter %q: %w", expression, err))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return "", err
	}
	list, err := json.Marshal(cookies)
	if err != nil {
		return "", fmt.Errorf("cookies: %w", err)
	}
	standby, err := json.Marshal(options.Standby)
	if err != nil {
		return "", fmt.Errorf("standby: %w", err)
	}
	return build("pages.js", strings.NewReplacer(
		"__CONTENT_COOKIES__", string(list),
		"__STANDBY__", string(standby),
		"__TRACKING__", strings.Join(append(magento.TrackingParameters(), options.Tracking...), "|"),
	).Replace(pagesSource))
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
