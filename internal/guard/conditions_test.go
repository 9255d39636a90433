package guard

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestBoundTo(t *testing.T) {
	const own, other = "123456789012", "000000000000"
	arn := func(account string) string { return "arn:aws:ec2:eu-west-1:" + account + ":vpc/*" }
	for name, c := range map[string]struct {
		operator, key string
		values        []string
		bound         bool
	}{
		"our account":               {"StringEquals", "aws:SourceAccount", []string{own}, true},
		"our account, twice":        {"StringLike", "aws:SourceAccount", []string{own, own}, true},
		"our ARN":                   {"ArnLike", "aws:SourceArn", []string{arn(own)}, true},
		"our log group":             {"ArnEquals", "kms:EncryptionContext:aws:logs:arn", []string{arn(own)}, true},
		"the caller":                {"StringEquals", "kms:CallerAccount", []string{own}, true},
		"another account":           {"StringEquals", "aws:SourceAccount", []string{other}, false},
		"and another account":       {"StringEquals", "aws:SourceAccount", []string{own, other}, false},
		"any account":               {"StringLike", "aws:SourceAccount", []string{"*"}, false},
		"any account of a kind":     {"StringLike", "aws:SourceAccount", []string{own + "*"}, false},
		"any ARN":                   {"ArnLike", "aws:SourceArn", []string{"arn:aws:s3:::*"}, false},
		"an ARN of any account":     {"ArnLike", "aws:SourceArn", []string{arn("*")}, false},
		"ours further on":           {"ArnLike", "aws:SourceArn", []string{"arn:aws:s3:::bucket-" + own}, false},
		"no ARN":                    {"StringLike", "aws:SourceArn", []string{"*" + own + "*"}, false},
		"not ours":                  {"StringNotEquals", "aws:SourceAccount", []string{own}, false},
		"not our ARN":               {"ArnNotLike", "aws:SourceArn", []string{arn(own)}, false},
		"if it is there":            {"StringEqualsIfExists", "aws:SourceAccount", []string{own}, false},
		"all of none":               {"ForAllValues:StringEquals", "aws:SourceAccount", []string{own}, false},
		"missing":                   {"Null", "aws:SourceAccount", []string{own}, false},
		"nothing":                   {"StringEquals", "aws:SourceAccount", nil, false},
		"about something else":      {"StringEquals", "aws:RequestedRegion", []string{own}, false},
		"a key that begins like it": {"StringEquals", "aws:SourceAccountant", []string{own}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var s statement
			s.Condition = map[string]map[string][]string{c.operator: {c.key: c.values}}
			assert.Equal(t, c.bound, s.boundTo(own, sourceKeys...))
		})
	}
}

func TestThroughService(t *testing.T) {
	for value, want := range map[string]bool{
		"ec2.eu-west-1.amazonaws.com": true,
		"ec2.us-east-1.amazonaws.com": false,
		"*.eu-west-1.amazonaws.com":   false,
		".eu-west-1.amazonaws.com":    false,
		"*":                           false,
	} {
		var s statement
		s.Condition = map[string]map[string][]string{"StringLike": {"kms:ViaService": {value}}}
		assert.Equal(t, want, s.throughService("eu-west-1"), value)
	}
	assert.False(t, statement{}.throughService("eu-west-1"))
}
