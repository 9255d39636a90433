package storage

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/policy"
)

// mediaPrefix is where Magento's remote storage keeps pub/media in a bucket, and what CloudFront asks for.
const mediaPrefix = "media/"

// privateMedia are the parts of pub/media that Magento's nginx never serves: paid downloads, customers'
// uploads, imports and theme settings (nginx.conf.sample, "location /media/"). A bucket has no nginx in
// front of it, so the bucket itself refuses them.
var privateMedia = []string{"customer/*", "customer_address/*", "downloadable/*", "import/*", "custom_options/*", "theme_customization/*.xml"}

// ReadByCloudFront lets the CloudFront distributions of the account read the public media of a bucket, and
// none of the private ones (CloudFront Developer Guide, "Restrict access to an Amazon S3 origin"). Any
// distribution of the account is meant: the one of the shop is made later, by a layer that this bucket must
// not depend on.
func ReadByCloudFront(acct account.Account) func(bucket pulumi.StringInput) []policy.Statement {
	cloudFront := policy.Principals{Services: []string{"cloudfront.amazonaws.com"}}
	ours := []policy.Condition{ForDistributions(acct)}
	return func(bucket pulumi.StringInput) []policy.Statement {
		private := make([]pulumi.StringInput, len(privateMedia))
		for i, pattern := range privateMedia {
			private[i] = Objects(bucket, mediaPrefix+pattern)
		}
		return []policy.Statement{
			{
				Sid: "PublicMediaForCloudFront", Principals: cloudFront, Actions: []string{"s3:GetObject"},
				Resources: []pulumi.StringInput{Objects(bucket, mediaPrefix+"*")}, Conditions: ours,
			},
			{
				Sid: "PrivateMediaForNobodyOutside", Effect: policy.Deny, Principals: cloudFront,
				Actions: []string{"s3:GetObject"}, Resources: private,
			},
		}
	}
}

// DecryptByCloudFront lets CloudFront use the key that media are encrypted with, for the account's distributions.
func DecryptByCloudFront(acct account.Account) policy.Statement {
	return policy.Statement{
		Sid:        "CloudFront",
		Principals: policy.Principals{Services: []string{"cloudfront.amazonaws.com"}},
		Actions:    []string{"kms:Decrypt"},
		Resources:  policy.Strings("*"), // in a key's policy, this key
		Conditions: []policy.Condition{ForDistributions(acct)},
	}
}

// ForDistributions holds for requests that CloudFront makes on behalf of a distribution of the account.
func ForDistributions(acct account.Account) policy.Condition {
	return policy.Condition{
		Operator: "ArnLike", Key: "aws:SourceArn",
		Values: policy.Strings(acct.GlobalARN("cloudfront", "distribution/*")),
	}
}
