package waf

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/wafv2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/cdn/waf/rules"
)

// none is the transformation of what is read as it came.
const none = "NONE"

// statement renders a statement and all that is in it.
func (b *builder) statement(s rules.Statement) (wafv2.WebAclRuleStatementArgs, error) {
	switch s := s.(type) {
	case rules.And:
		all, err := b.statements(s)
		return wafv2.WebAclRuleStatementArgs{AndStatement: wafv2.WebAclRuleStatementAndStatementArgs{Statements: all}}, err
	case rules.Or:
		all, err := b.statements(s)
		return wafv2.WebAclRuleStatementArgs{OrStatement: wafv2.WebAclRuleStatementOrStatementArgs{Statements: all}}, err
	case rules.Not:
		all, err := b.statements([]rules.Statement{s.Statement})
		return wafv2.WebAclRuleStatementArgs{NotStatement: wafv2.WebAclRuleStatementNotStatementArgs{Statements: all}}, err
	case rules.From:
		return b.from(s.Set)
	case rules.Regex:
		return regex(s), nil
	case rules.Unread:
		return unread(), nil
	case rules.HasHeader:
		return hasHeader(s.Name), nil
	case rules.Country:
		return wafv2.WebAclRuleStatementArgs{GeoMatchStatement: wafv2.WebAclRuleStatementGeoMatchStatementArgs{CountryCodes: pulumi.ToStringArray(s.Codes)}}, nil
	case rules.Label:
		return labelled("LABEL", string(s)), nil
	case rules.Namespace:
		return labelled("NAMESPACE", string(s)), nil
	case rules.Rate:
		return rate(s), nil
	case rules.Managed:
		return managed(s), nil
	}
	return wafv2.WebAclRuleStatementArgs{}, fmt.Errorf("a statement of type %T cannot be rendered", s)
}

func (b *builder) statements(list []rules.Statement) (wafv2.WebAclRuleStatementArray, error) {
	var all wafv2.WebAclRuleStatementArray
	for _, s := range list {
		rendered, err := b.statement(s)
		if err != nil {
			return nil, err
		}
		all = append(all, rendered)
	}
	return all, nil
}

// from is one of the IP sets of a list, which has one for each kind of addresses.
func (b *builder) from(set rules.Set) (wafv2.WebAclRuleStatementArgs, error) {
	var all wafv2.WebAclRuleStatementArray
	for _, arn := range b.sets[set] {
		all = append(all, wafv2.WebAclRuleStatementArgs{IpSetReferenceStatement: wafv2.WebAclRuleStatementIpSetReferenceStatementArgs{Arn: arn}})
	}
	switch len(all) {
	case 0:
		return wafv2.WebAclRuleStatementArgs{}, fmt.Errorf("%s: there is no such list", set)
	case 1:
		return all[0].(wafv2.WebAclRuleStatementArgs), nil
	}
	return wafv2.WebAclRuleStatementArgs{OrStatement: wafv2.WebAclRuleStatementOrStatementArgs{Statements: all}}, nil
}

func regex(s rules.Regex) wafv2.WebAclRuleStatementArgs {
	match := wafv2.WebAclRuleStatementRegexMatchStatementArgs{RegexString: pulumi.String(s.Pattern)}
	if s.Part == rules.Body {
		match.FieldToMatch = wafv2.WebAclRuleStatementRegexMatchStatementFieldToMatchArgs{
			// What lies beyond is for rules.Unread.
			Body: wafv2.WebAclRuleStatementRegexMatchStatementFieldToMatchBodyArgs{OversizeHandling: pulumi.String("CONTINUE")},
		}
	} else {
		match.FieldToMatch = wafv2.WebAclRuleStatementRegexMatchStatementFieldToMatchArgs{
			UriPath: wafv2.WebAclRuleStatementRegexMatchStatementFieldToMatchUriPathArgs{},
		}
	}
	var transformations wafv2.WebAclRuleStatementRegexMatchStatementTextTransformationArray
	for i, t := range s.Part.Transformations() {
		transformations = append(transformations, wafv2.WebAclRuleStatementRegexMatchStatementTextTransformationArgs{
			Priority: pulumi.Int(i), Type: pulumi.String(t),
		})
	}
	match.TextTransformations = transformations
	return wafv2.WebAclRuleStatementArgs{RegexMatchStatement: match}
}

// unread compares the length of the body with what is read of it; a body beyond that matches without being compared.
func unread() wafv2.WebAclRuleStatementArgs {
	return wafv2.WebAclRuleStatementArgs{SizeConstraintStatement: wafv2.WebAclRuleStatementSizeConstraintStatementArgs{
		ComparisonOperator: pulumi.String("GT"), Size: pulumi.Int(rules.ReadOfABodyBytes),
		FieldToMatch: wafv2.WebAclRuleStatementSizeConstraintStatementFieldToMatchArgs{
			Body: wafv2.WebAclRuleStatementSizeConstraintStatementFieldToMatchBodyArgs{OversizeHandling: pulumi.String("MATCH")},
		},
		TextTransformations: untransformed(),
	}}
}

// hasHeader holds for any length: without the header there is nothing to compare.
func hasHeader(name string) wafv2.WebAclRuleStatementArgs {
	return wafv2.WebAclRuleStatementArgs{SizeConstraintStatement: wafv2.WebAclRuleStatementSizeConstraintStatementArgs{
		ComparisonOperator: pulumi.String("GE"), Size: pulumi.Int(0),
		FieldToMatch: wafv2.WebAclRuleStatementSizeConstraintStatementFieldToMatchArgs{
			SingleHeader: wafv2.WebAclRuleStatementSizeConstraintStatementFieldToMatchSingleHeaderArgs{Name: pulumi.String(name)},
		},
		TextTransformations: untransformed(),
	}}
}

func untransformed() wafv2.WebAclRuleStatementSizeConstraintStatementTextTransformationArray {
	return wafv2.WebAclRuleStatementSizeConstraintStatementTextTransformationArray{
		wafv2.WebAclRuleStatementSizeConstraintStatementTextTransformationArgs{Priority: pulumi.Int(0), Type: pulumi.String(none)},
	}
}

func labelled(scope, key string) wafv2.WebAclRuleStatementArgs {
	return wafv2.WebAclRuleStatementArgs{LabelMatchStatement: wafv2.WebAclRuleStatementLabelMatchStatementArgs{
		Scope: pulumi.String(scope), Key: pulumi.String(key),
	}}
}

// rate counts by the address that CloudFront was called from, which cannot be forged.
func rate(s rules.Rate) wafv2.WebAclRuleStatementArgs {
	return wafv2.WebAclRuleStatementArgs{RateBasedStatement: wafv2.WebAclRuleStatementRateBasedStatementArgs{
		Limit: pulumi.Int(s.Limit), EvaluationWindowSec: pulumi.Int(s.Window), AggregateKeyType: pulumi.String("IP"),
		ScopeDownStatement: wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementArgs{
			LabelMatchStatement: wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementLabelMatchStatementArgs{
				Scope: pulumi.String("LABEL"), Key: pulumi.String(s.Of),
			},
		},
	}}
}
