package stacks_test

import "github.com/magestack/magestack/internal/plan"

// identityMutations are mistakes in policies.
func identityMutations() []mutation {
	const (
		bucketPolicy = "aws:s3/bucketPolicy:BucketPolicy"
		key          = "aws:kms/key:Key"
		endpoint     = "aws:ec2/vpcEndpoint:VpcEndpoint"
		role         = "aws:iam/role:Role"
		rolePolicy   = "aws:iam/rolePolicy:RolePolicy"
		logPolicy    = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
		searchDomain = "aws:opensearch/domain:Domain"
	)
	return []mutation{
		{"least-privilege", "an administrator", rolePolicy, set("policy", `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)},
		{"least-privilege", "everything of a service", rolePolicy, set("policy", `{"Statement":[{"Effect":"Allow","Action":["s3:*"],"Resource":["*"]}]}`)},
		{"least-privilege", "all but one action", rolePolicy, set("policy", `{"Statement":[{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}]}`)},
		{"least-privilege", "everybody but one", bucketPolicy, set("policy", `{"Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":"arn:aws:iam::1:root"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::x/*"}]}`)},
		{"own-account", "a bucket for another account", bucketPolicy, set("policy", `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:root"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::x/*"}]}`)},
		{"own-account", "a role for every repository's pipelines", role, set("assumeRolePolicy", `{"Statement":[{"Effect":"Allow","Principal":{"Federated":"token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity"}]}`)},
		{"least-privilege", "a text that is no policy", bucketPolicy, set("policy", "{}")},
		{"confused-deputy", "CloudFront on behalf of any account", bucketPolicy, replaced("policy", "aws:SourceArn", "aws:Other")},
		{"open-principals", "a key for everybody", key, set("policy", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"kms:Decrypt","Resource":"*"}]}`)},
		{"open-principals", "a bucket for everybody", bucketPolicy, set("policy", `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:GetObject","Resource":"*"}]}`)},
		{"open-principals", "an endpoint for every bucket", endpoint, set("policy", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::*/*"}]}`)},
		{"open-principals", "a search that asks nobody for a password", searchDomain, set("advancedSecurityOptions.enabled", false)},

		{"confused-deputy", "any source but ours", bucketPolicy, replaced("policy", `"ArnLike"`, `"ArnNotLike"`)},
		{"confused-deputy", "a source that may be missing", bucketPolicy, replaced("policy", `"ArnLike"`, `"ArnLikeIfExists"`)},
		{"confused-deputy", "a source that must be missing", bucketPolicy, replaced("policy", `"ArnLike":{"aws:SourceArn":"`, `"Null":{"aws:SourceArn":"true","aws:Other":"`)},
		{"confused-deputy", "a source in any account", bucketPolicy, replaced("policy", "cloudfront::210987654321:", "cloudfront::*:")},
		{"confused-deputy", "our source, and another account's", bucketPolicy, replaced("policy", `"arn:aws:cloudfront::210987654321:distribution/*"`,
			`["arn:aws:cloudfront::210987654321:distribution/*","arn:aws:cloudfront::000000000000:distribution/*"]`)},
		{"confused-deputy", "any account's role", role, trusting(`{"StringLike":{"aws:SourceAccount":"*"}}`)},
		{"confused-deputy", "another account's role", role, trusting(`{"StringEquals":{"aws:SourceAccount":"000000000000"}}`)},
		{"confused-deputy", "a role for any account but ours", role, trusting(`{"StringNotEquals":{"aws:SourceAccount":"210987654321"}}`)},
		{"confused-deputy", "a role whose condition is about something else", role, trusting(`{"StringEquals":{"aws:SourceVpc":"vpc-1"}}`)},
		{"confused-deputy", "a key for any log group but ours", key, replaced("policy", `"ArnLike"`, `"ArnNotLike"`)},
		{"confused-deputy", "a key for any account's log groups", key, replaced("policy", `:210987654321:log-group`, `:*:log-group`)},
		{"confused-deputy", "log groups that any account's search writes", logPolicy, set("policyDocument",
			`{"Statement":[{"Effect":"Allow","Principal":{"Service":"es.amazonaws.com"},"Action":"logs:PutLogEvents","Resource":"*"}]}`)},
		{"open-principals", "a key for volumes of any account", key, replaced("policy", `"kms:CallerAccount"`, `"kms:Other"`)},
		{"open-principals", "a key for volumes of another account", key, replaced("policy", `"kms:CallerAccount":"210987654321"`, `"kms:CallerAccount":"000000000000"`)},
		{"open-principals", "a key for volumes of every account but ours", key, replaced("policy",
			`"StringEquals":{"kms:CallerAccount"`, `"StringNotEquals":{"kms:CallerAccount"`)},
		{"open-principals", "a key for whatever the account does", key, replaced("policy", `"kms:ViaService"`, `"kms:Other"`)},
		{"open-principals", "a key for any service", key, replaced("policy", `"kms:ViaService":"ec2.`, `"kms:ViaService":"*.`)},
		{"open-principals", "an endpoint for everybody's principals", endpoint, replaced("policy", `"aws:PrincipalAccount"`, `"aws:Other"`)},
		{"open-principals", "an endpoint for principals of any account", endpoint, replaced("policy", `"aws:PrincipalAccount":"210987654321"`, `"aws:PrincipalAccount":"*"`)},
		{"open-principals", "an endpoint for all but our principals", endpoint, replaced("policy", `"StringEquals"`, `"StringNotEquals"`)},
		{"open-principals", "a way out to any account's buckets", endpoint, replaced("policy", `"aws:ResourceAccount"`, `"aws:Other"`)},
		{"open-principals", "a way out to unnamed buckets, of a named account", endpoint, replaced("policy", `"aws:ResourceAccount":"210987654321"`, `"aws:ResourceAccount":"000000000000"`)},
		{"open-principals", "roles of any account", endpoint, replaced("policy", `arn:aws:iam::210987654321:role/*`, `arn:aws:iam::*:role/*`)},
	}
}

// trusting gives every role a trust in AWS Backup under a condition.
func trusting(condition string) func(*plan.Resource) {
	return set("assumeRolePolicy", `{"Statement":[{"Effect":"Allow","Principal":{"Service":"backup.amazonaws.com"},"Action":"sts:AssumeRole","Condition":`+condition+`}]}`)
}
