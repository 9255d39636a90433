package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
)

// reader is a monitor that keeps the text which the one resource is given.
type reader struct{ text string }

func (*reader) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) { return nil, nil }

func (r *reader) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	r.text = args.Inputs["text"].StringValue()
	return "id", args.Inputs, nil
}

// rendered is the text of a document.
func rendered(t *testing.T, write func() (pulumi.StringOutput, error)) string {
	t.Helper()
	r := &reader{}
	require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) error {
		document, err := write()
		if err != nil {
			return err
		}
		var holder pulumi.CustomResourceState
		return ctx.RegisterResource("test:index:Holder", "holder", pulumi.Map{"text": document}, &holder)
	}, pulumi.WithMocks("test", "test", r)))
	return r.text
}

func TestDocument(t *testing.T) {
	text := rendered(t, func() (pulumi.StringOutput, error) {
		return policy.Document(
			policy.Statement{
				Sid:        "Read",
				Principals: policy.Principals{Services: []string{"logs.amazonaws.com"}, AWS: policy.Strings("arn:a", "arn:b")},
				Actions:    []string{"s3:GetObject"},
				Resources:  policy.Strings("arn:one", "arn:two"),
				Conditions: []policy.Condition{
					{Operator: "StringEquals", Key: "aws:SourceAccount", Values: policy.Strings("123456789012")},
					{Operator: "StringEquals", Key: "aws:PrincipalTag/team", Values: policy.Strings("a", "b")},
				},
			},
			policy.Statement{Effect: policy.Deny, Principals: policy.Principals{Anyone: true}, Actions: []string{"s3:*", "kms:*"}, Resources: policy.Strings("*")},
		)
	})
	assert.JSONEq(t, `{"Version":"2012-10-17","Statement":[
		{"Sid":"Read","Effect":"Allow","Principal":{"Service":"logs.amazonaws.com","AWS":["arn:a","arn:b"]},"Action":"s3:GetObject",
		 "Resource":["arn:one","arn:two"],"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012","aws:PrincipalTag/team":["a","b"]}}},
		{"Effect":"Deny","Principal":"*","Action":["s3:*","kms:*"],"Resource":"*"}]}`, text)

	parsed, err := policy.Parse(text)
	require.NoError(t, err)
	require.Len(t, parsed, 2)
	assert.Equal(t, []string{"s3:GetObject"}, parsed[0].Action)
	assert.Equal(t, map[string][]string{"*": {"*"}}, parsed[1].Principal)
	assert.Equal(t, []string{"123456789012"}, parsed[0].Condition["StringEquals"]["aws:SourceAccount"])
}

func TestTrustNamesTheAccount(t *testing.T) {
	text := rendered(t, func() (pulumi.StringOutput, error) { return policy.Trust("backup.amazonaws.com", "123456789012") })
	parsed, err := policy.Parse(text)
	require.NoError(t, err)
	assert.Equal(t, []string{"sts:AssumeRole"}, parsed[0].Action)
	assert.Equal(t, []string{"123456789012"}, parsed[0].Condition["StringEquals"]["aws:SourceAccount"])
}

func TestIncompleteStatementsAreRefused(t *testing.T) {
	_, err := policy.Document(
		policy.Statement{Sid: "Nothing"},
		policy.Statement{Sid: "Half", Actions: []string{"s3:GetObject"}, Conditions: []policy.Condition{{Operator: "Bool"}}},
	)
	assert.ErrorContains(t, err, `statement 0 ("Nothing"): actions: at least one is required`)
	assert.ErrorContains(t, err, `statement 1 ("Half"): condition "Bool" on "": operator, key and values are required`)
}

func TestWhatIsNoPolicyIsNotParsed(t *testing.T) {
	_, err := policy.Parse("{")
	assert.ErrorContains(t, err, "reading a policy")
}
