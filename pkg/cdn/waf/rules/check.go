package rules

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// Quotas of WAF (WAF Developer Guide, "AWS WAF quotas"; API Reference, RateBasedStatement).
const (
	maxRateRules  = 10
	maxPattern    = 200 // characters of a regular expression
	maxPerSet     = 10_000
	minRate       = 10
	maxRate       = 2_000_000_000
	maxNameLength = 128
	maxNesting    = 3 // combinations around a statement, which the provider's schema has room for
)

// ReadOfABodyBytes is how much of a body WAF reads in front of CloudFront, unless it is paid for more (WAF Developer
// Guide, "Considerations for managing body inspection").
const ReadOfABodyBytes = 16 << 10

// windows are the seconds that a rate may be counted over.
var windows = []int{60, 120, 300, 600}

var (
	nameFormat  = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	labelFormat = regexp.MustCompile(`^[0-9A-Za-z_:-]+$`)
)

// Check refuses a web ACL that AWS would refuse, or that costs more than the allowance.
func (a ACL) Check(allowance int) error {
	var problems []error
	seen, rates, known := map[string]bool{}, 0, []Label{}
	for _, rule := range a.Rules {
		wrong := func(format string, values ...any) {
			problems = append(problems, fmt.Errorf("rule %s: %w", rule.Name, fmt.Errorf(format, values...)))
		}
		if !nameFormat.MatchString(rule.Name) || len(rule.Name) > maxNameLength || seen[rule.Name] {
			wrong("its name must be of lower-case letters, digits and hyphens, and the only one")
		}
		seen[rule.Name] = true
		if _, managed := rule.Statement.(Managed); rule.Action != Count && managed != (rule.Action == Theirs) {
			wrong("action %s: a managed group leaves it to its rules or counts, others say it", rule.Action)
		}
		walk(rule.Statement, 0, func(s Statement, depth int) {
			if err := a.checkStatement(s, depth, known); err != nil {
				wrong("%w", err)
			}
			if _, ok := s.(Rate); ok {
				rates++
			}
		})
		for _, label := range rule.Labels {
			if !labelFormat.MatchString(string(label)) {
				wrong("label %q: must be of letters, digits, hyphens, underscores and colons", label)
			}
		}
		known = append(known, rule.Labels...)
	}
	if rates > maxRateRules {
		problems = append(problems, fmt.Errorf("%d rate-based rules: a web ACL may have %d", rates, maxRateRules))
	}
	if capacity := a.Capacity(); capacity > allowance {
		problems = append(problems, fmt.Errorf("the rules need %d web ACL capacity units, and %d are allowed: allow more (the price includes %d; each 500 beyond cost 0.20 USD a million requests) or leave rules out",
			capacity, allowance, IncludedCapacity))
	}
	return errors.Join(problems...)
}

func (a ACL) checkStatement(s Statement, depth int, known []Label) error {
	if depth > maxNesting {
		return fmt.Errorf("more than %d combinations in each other", maxNesting)
	}
	switch s := s.(type) {
	case And:
		return atLeastTwo(s)
	case Or:
		return atLeastTwo(s)
	case Regex:
		return checkPattern(s.Pattern)
	case From:
		if n := len(a.Sets[s.Set]); n == 0 || n > maxPerSet {
			return fmt.Errorf("%s has %d networks: an IP set takes 1 to %d", s.Set, n, maxPerSet)
		}
	case Label:
		return checkLabel(s, known)
	case Rate:
		return errors.Join(standsAlone(depth), checkRate(s), checkLabel(s.Of, known))
	case Managed:
		problems := []error{standsAlone(depth)}
		for _, label := range []Label{s.Of, s.Outside} {
			if label != "" {
				problems = append(problems, checkLabel(label, known))
			}
		}
		if s.Of != "" && s.Outside != "" {
			problems = append(problems, errors.New("a managed group with two conditions: it has room for one"))
		}
		return errors.Join(problems...)
	}
	return nil
}

func atLeastTwo(statements []Statement) error {
	if len(statements) < 2 {
		return errors.New("a combination of fewer than two statements")
	}
	return nil
}

func standsAlone(depth int) error {
	if depth > 0 {
		return errors.New("a rate or a managed group inside another statement")
	}
	return nil
}

func checkRate(s Rate) error {
	if s.Limit < minRate || s.Limit > maxRate || !slices.Contains(windows, s.Window) {
		return fmt.Errorf("%d requests in %d seconds: must be %d to %d in one of %v", s.Limit, s.Window, minRate, maxRate, windows)
	}
	return nil
}

// checkLabel refuses a label of ours that no rule before has put on a request.
func checkLabel(label Label, known []Label) error {
	if strings.HasPrefix(string(label), "awswaf:") || slices.Contains(known, label) {
		return nil
	}
	return fmt.Errorf("label %q: no rule before it gives it", label)
}

// checkPattern refuses what WAF's regular expressions do not have: WAF takes PCRE without captures, references,
// lookarounds and word boundaries (WAF Developer Guide, "Supported regular expression syntax"). What Go takes has no
// references and lookarounds either.
func checkPattern(pattern string) error {
	if n := len(pattern); n == 0 || n > maxPattern {
		return fmt.Errorf("a pattern of %d characters: must be 1 to %d", n, maxPattern)
	}
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return fmt.Errorf("pattern %q: %w", pattern, err)
	}
	return unsupported(parsed)
}

func unsupported(re *syntax.Regexp) error {
	switch re.Op {
	case syntax.OpCapture:
		return errors.New("a pattern that captures: write (?:…)")
	case syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return errors.New("a pattern with a word boundary")
	}
	for _, inner := range re.Sub {
		if err := unsupported(inner); err != nil {
			return err
		}
	}
	return nil
}
