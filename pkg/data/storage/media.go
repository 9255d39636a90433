package storage

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/bucket"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/magento/page"
)

// MediaArgs configures the bucket for media.
type MediaArgs struct {
	Account    account.Account
	Name       string // known beforehand: a primary copies to the bucket of its standby
	KeyARN     pulumi.StringInput
	AccessLogs *bucket.Bucket
	Protect    bool
}

// NewMedia registers the bucket that Magento keeps pub/media in and CloudFront reads, with the page that CloudFront shows
// when no origin answers.
func NewMedia(ctx *pulumi.Context, name string, args MediaArgs, opts ...pulumi.ResourceOption) (*bucket.Bucket, error) {
	return bucket.New(ctx, name, bucket.Args{
		Name:       args.Name,
		KeyARN:     args.KeyARN,
		Lifecycle:  bucket.Lifecycle{IntelligentTiering: true},
		Protect:    args.Protect,
		AccessLogs: args.AccessLogs,
		Objects: []bucket.Object{{
			Key: page.UnavailableKey, Content: page.Unavailable, ContentType: "text/html; charset=utf-8", CacheControl: page.UnavailableCacheControl,
		}},
		Statements: readByCloudFront(args.Account),
	}, opts...)
}

// mediaPrefix is where Magento's remote storage keeps pub/media in a bucket, and what CloudFront asks for.
const mediaPrefix = "media/"

// privateMedia are the parts of pub/media that Magento's nginx never serves: paid downloads, customers'
// uploads, imports and theme settings (nginx.conf.sample, "location /media/"). A bucket has no nginx in
// front of it, so the bucket itself refuses them.
var privateMedia = []string{"customer/*", "customer_address/*", "downloadable/*", "import/*", "custom_options/*", "theme_customization/*.xml"}

// readByCloudFront lets the CloudFront distributions of the account read the public media of a bucket, and
// none of the private ones (CloudFront Developer Guide, "Restrict access to an Amazon S3 origin"). Any
// distribution of the account is meant: the one of the shop is made later, by a layer that this bucket must
// not depend on.
func readByCloudFront(acct account.Account) func(arn pulumi.StringInput) []policy.Statement {
	cloudFront := policy.Principals{Services: []string{"cloudfront.amazonaws.com"}}
	distributions := []policy.Condition{forDistributions(acct)}
	return func(arn pulumi.StringInput) []policy.Statement {
		private := make([]pulumi.StringInput, len(privateMedia))
		for i, pattern := range privateMedia {
			private[i] = bucket.Objects(arn, mediaPrefix+pattern)
		}
		return []policy.Statement{
			{
				Sid: "PublicMediaForCloudFront", Principals: cloudFront, Actions: []string{"s3:GetObject"},
				Resources: []pulumi.StringInput{bucket.Objects(arn, mediaPrefix+"*")}, Conditions: distributions,
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
		Conditions: []policy.Condition{forDistributions(acct)},
	}
}

// forDistributions holds for requests that CloudFront makes on behalf of a distribution of the account.
func forDistributions(acct account.Account) policy.Condition {
	return policy.Condition{
		Operator: "ArnLike", Key: "aws:SourceArn",
		Values: policy.Strings(acct.GlobalARN("cloudfront", "distribution/*")),
	}
}
