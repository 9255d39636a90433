// Package rulestest evaluates a web ACL as WAF documents it, so that tests can say what becomes of a request.
package rulestest

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/magestack/magestack/pkg/cdn/waf/rules"
)

// Request is what a web ACL sees of a request.
type Request struct {
	Method  string
	Path    string // as it was sent
	Headers map[string]string
	Body    string
	From    netip.Addr
	Country string

	// Found is what the managed groups find in it, by the names of their rules.
	Found map[rules.Group][]string

	// TooOften are rate-based rules whose limit the address is over.
	TooOften []string
}

// Decision is what becomes of a request.
type Decision struct {
	Action  rules.Action
	By      string // the rule that decided; empty where none did
	Labels  []rules.Label
	Counted []string // rules that matched and went on
	Rates   []string // rate-based rules that the request counts for
}

// readOfABody is how much of a body WAF reads in front of CloudFront (WAF Developer Guide, "AWS WAF quotas").
const readOfABody = 16 << 10

// Evaluate tries the rules in their order until one decides.
func Evaluate(acl rules.ACL, request Request) Decision {
	d := Decision{Action: acl.Default}
	for _, rule := range acl.Rules {
		e := evaluation{acl, request, &d}
		if managed, ok := rule.Statement.(rules.Managed); ok {
			found, stops := e.managed(managed)
			if stops && rule.Action == rules.Theirs {
				d.Action, d.By = rules.Block, rule.Name
				return d
			}
			if found {
				d.Counted = append(d.Counted, rule.Name)
			}
			continue
		}
		if rate, ok := rule.Statement.(rules.Rate); ok && e.holds(rate.Of) {
			d.Rates = append(d.Rates, rule.Name)
			if !slices.Contains(request.TooOften, rule.Name) {
				continue
			}
		} else if !e.holds(rule.Statement) {
			continue
		}
		d.Labels = append(d.Labels, rule.Labels...)
		if rule.Action != rules.Count {
			d.Action, d.By = rule.Action, rule.Name
			return d
		}
		d.Counted = append(d.Counted, rule.Name)
	}
	return d
}

type evaluation struct {
	acl      rules.ACL
	request  Request
	decision *Decision
}

// managed puts labels for what the group finds, up to the first rule that stops, and reports whether it finds anything and
// whether a rule stops.
func (e evaluation) managed(m rules.Managed) (found, stops bool) {
	if m.Of != "" && !e.holds(m.Of) || m.Outside != "" && e.holds(m.Outside) {
		return false, false
	}
	for _, name := range e.request.Found[m.Group] {
		found = true
		e.decision.Labels = append(e.decision.Labels, m.Group.Label(name))
		if !slices.Contains(m.Counted, name) {
			return true, true
		}
	}
	return found, false
}

func (e evaluation) holds(statement rules.Statement) bool {
	switch s := statement.(type) {
	case rules.And:
		return !slices.ContainsFunc(s, func(inner rules.Statement) bool { return !e.holds(inner) })
	case rules.Or:
		return slices.ContainsFunc(s, e.holds)
	case rules.Not:
		return !e.holds(s.Statement)
	case rules.Regex:
		return regexp.MustCompile(s.Pattern).MatchString(e.read(s.Part))
	case rules.Unread:
		return len(e.request.Body) > readOfABody
	case rules.HasHeader:
		for name := range e.request.Headers {
			if strings.EqualFold(name, s.Name) {
				return true
			}
		}
	case rules.From:
		return e.acl.InSet(s.Set, e.request.From)
	case rules.Country:
		return slices.Contains(s.Codes, e.request.Country)
	case rules.Label:
		return slices.Contains(e.decision.Labels, s)
	case rules.Namespace:
		return slices.ContainsFunc(e.decision.Labels, func(l rules.Label) bool { return strings.HasPrefix(string(l), string(s)) })
	}
	return false
}

// read is a part of the request after its transformations.
func (e evaluation) read(part rules.Part) string {
	text := e.request.Path
	if part == rules.Body {
		text = e.request.Body[:min(len(e.request.Body), readOfABody)]
	}
	for _, t := range part.Transformations() {
		text = transform(t, text)
	}
	return text
}
