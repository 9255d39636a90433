package model

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/magestack/magestack/internal/plan"
)

// The types of the resources that a distribution is made of.
const (
	distributionType   = "aws:cloudfront/distribution:Distribution"
	cachePolicyType    = "aws:cloudfront/cachePolicy:CachePolicy"
	requestPolicyType  = "aws:cloudfront/originRequestPolicy:OriginRequestPolicy"
	responseHeaderType = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
	functionType       = "aws:cloudfront/function:Function"
)

// loader resolves what a distribution refers to.
type loader struct {
	caches    map[string]CachePolicy
	requests  map[string]RequestPolicy
	headers   map[string]HeadersPolicy
	functions map[string]Function
	problems  []error
}

// Load reads the distribution that visitors get (the one that is not staging) from the recorded resources of a stack,
// with its policies and functions. Everything that the model does not know is an error, and all of them are reported.
func Load(resources []plan.Resource) (Distribution, error) { return load(resources, false) }

// LoadCandidate reads the staging distribution in the same way. It has no names of its own: its visitors come by those of
// the other.
func LoadCandidate(resources []plan.Resource) (Distribution, error) { return load(resources, true) }

func load(resources []plan.Resource, staging bool) (Distribution, error) {
	l := &loader{caches: managedCaches(), requests: managedRequests(), headers: managedHeaders(), functions: map[string]Function{}}
	var found []plan.Resource
	for _, r := range resources {
		switch r.Type {
		case cachePolicyType:
			l.cachePolicy(r)
		case requestPolicyType:
			l.requestPolicy(r)
		case responseHeaderType:
			l.headersPolicy(r)
		case functionType:
			l.function(r)
		case distributionType:
			if (r.Inputs["staging"] == true) == staging {
				found = append(found, r)
			}
		}
	}
	if len(found) != 1 {
		l.note("the stack has %d distributions, not one", len(found))
		return Distribution{}, errors.Join(l.problems...)
	}
	d := l.distribution(found[0])
	return d, errors.Join(l.problems...)
}

func (l *loader) note(format string, arguments ...any) {
	l.problems = append(l.problems, fmt.Errorf(format, arguments...))
}

// decode reads the inputs of a resource, without passing over any that it does not know.
func (l *loader) decode(r plan.Resource, into any) {
	text, err := json.Marshal(r.Inputs)
	if err != nil {
		l.note("%s: %w", r.Name, err)
		return
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		l.note("%s: %w", r.Name, err)
	}
}

type items struct {
	Items []string `json:"items"`
}

func lower(names []string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = strings.ToLower(name)
	}
	return all
}

func seconds(n float64) time.Duration { return time.Duration(n) * time.Second }

// selection checks a mode.
func (l *loader) selection(of, mode string, names []string) Selection {
	switch Mode(mode) {
	case None, Whitelist, AllExcept, All, AllViewer, AllViewerAndCloudFront:
	default:
		l.note("%s: behaviour %q is unknown", of, mode)
	}
	return Selection{Mode(mode), names}
}

func (l *loader) cachePolicy(r plan.Resource) {
	var in struct {
		Name, Comment              string
		MinTTL, DefaultTTL, MaxTTL float64
		Parameters                 struct {
			CookiesConfig struct {
				CookieBehavior string
				Cookies        items
			}
			HeadersConfig struct {
				HeaderBehavior string
				Headers        items
			}
			QueryStringsConfig struct {
				QueryStringBehavior string
				QueryStrings        items
			}
			EnableAcceptEncodingBrotli, EnableAcceptEncodingGzip bool
		} `json:"parametersInCacheKeyAndForwardedToOrigin"`
	}
	l.decode(r, &in)
	key := in.Parameters
	l.caches[r.ID] = CachePolicy{
		Name: in.Name, MinTTL: seconds(in.MinTTL), DefaultTTL: seconds(in.DefaultTTL), MaxTTL: seconds(in.MaxTTL),
		Headers:    l.selection(r.Name, key.HeadersConfig.HeaderBehavior, lower(key.HeadersConfig.Headers.Items)),
		Cookies:    l.selection(r.Name, key.CookiesConfig.CookieBehavior, key.CookiesConfig.Cookies.Items),
		Queries:    l.selection(r.Name, key.QueryStringsConfig.QueryStringBehavior, key.QueryStringsConfig.QueryStrings.Items),
		AcceptGzip: key.EnableAcceptEncodingGzip, AcceptBro: key.EnableAcceptEncodingBrotli,
	}
}

func (l *loader) requestPolicy(r plan.Resource) {
	var in struct {
		Name, Comment string
		CookiesConfig struct {
			CookieBehavior string
			Cookies        items
		}
		HeadersConfig struct {
			HeaderBehavior string
			Headers        items
		}
		QueryStringsConfig struct {
			QueryStringBehavior string
			QueryStrings        items
		}
	}
	l.decode(r, &in)
	l.requests[r.ID] = RequestPolicy{
		Name:    in.Name,
		Headers: l.selection(r.Name, in.HeadersConfig.HeaderBehavior, lower(in.HeadersConfig.Headers.Items)),
		Cookies: l.selection(r.Name, in.CookiesConfig.CookieBehavior, in.CookiesConfig.Cookies.Items),
		Queries: l.selection(r.Name, in.QueryStringsConfig.QueryStringBehavior, in.QueryStringsConfig.QueryStrings.Items),
	}
}

func (l *loader) headersPolicy(r plan.Resource) {
	var in struct {
		Name, Comment       string
		RemoveHeadersConfig struct{ Items []struct{ Header string } }
		CustomHeadersConfig struct {
			Items []struct {
				Header, Value string
				Override      bool
			}
		}
		SecurityHeadersConfig securityHeaders
	}
	l.decode(r, &in)
	policy := HeadersPolicy{Name: in.Name, Set: in.SecurityHeadersConfig.values()}
	for _, item := range in.RemoveHeadersConfig.Items {
		policy.Remove = append(policy.Remove, strings.ToLower(item.Header))
	}
	for _, item := range in.CustomHeadersConfig.Items {
		policy.Set = append(policy.Set, HeaderValue{item.Header, item.Value, item.Override})
	}
	l.headers[r.ID] = policy
}

func (l *loader) function(r plan.Resource) {
	var in struct {
		Name, Comment, Code, Runtime string
		Publish                      bool
	}
	l.decode(r, &in)
	if !in.Publish {
		l.note("%s: is not published, and distributions run what is", r.Name)
	}
	arn, _ := r.Outputs["arn"].(string)
	l.functions[arn] = Function{Name: in.Name, Runtime: in.Runtime, Code: in.Code}
}
