// Package provider makes the explicit AWS providers of a layer. The default provider is disabled in
// every project, so that no resource can land in an account or a region that nobody named.
package provider

import (
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
)

// Tag keys that every resource of an environment carries; cost allocation and the watch rely on them.
const (
	TagProject     = "project"
	TagEnvironment = "environment"
	TagLayer       = "layer"
	TagManagedBy   = "managed-by"
)

// maxRetries rides out minutes of throttling. The provider's own 25, with pauses that grow to minutes, would keep a
// deployment waiting for most of an hour for a call that never works.
const maxRetries = 10

// MaxEnvironmentLength leaves room for "magento-" within the shortest limit of all names that are made of the
// environment, the 28 characters of an OpenSearch domain (OpenSearch Service API Reference, CreateDomain).
const MaxEnvironmentLength = 20

var environmentFormat = regexp.MustCompile(fmt.Sprintf(`^[a-z][a-z0-9-]{0,%d}$`, MaxEnvironmentLength-1))

// Tagged is tags beside those of every resource.
type Tagged map[string]string

// NewAWS registers the provider named name for the given account and region. It refuses to act on any
// other account, and tags what it makes with project, environment, layer and managed-by, and with further tags.
func NewAWS(ctx *pulumi.Context, name, layer string, acct account.Account, further ...Tagged) (*aws.Provider, error) {
	if !environmentFormat.MatchString(ctx.Stack()) {
		return nil, fmt.Errorf("environment %q: must be %d characters at most, lower-case letters, digits and hyphens after a letter: "+
			"the names of resources are made of it", ctx.Stack(), MaxEnvironmentLength)
	}
	tags := pulumi.StringMap{}
	for _, some := range further {
		for key, value := range some {
			tags[key] = pulumi.String(value)
		}
	}
	tags[TagProject] = pulumi.String(ctx.Project())
	tags[TagEnvironment] = pulumi.String(ctx.Stack())
	tags[TagLayer] = pulumi.String(layer)
	tags[TagManagedBy] = pulumi.String("pulumi")
	p, err := aws.NewProvider(ctx, name, &aws.ProviderArgs{
		Region:            pulumi.String(acct.Region),
		MaxRetries:        pulumi.Int(maxRetries),
		AllowedAccountIds: pulumi.StringArray{pulumi.String(acct.ID)},
		DefaultTags:       aws.ProviderDefaultTagsArgs{Tags: tags},
	})
	if err != nil {
		return nil, fmt.Errorf("making the AWS provider for %s in %s: %w", acct.ID, acct.Region, err)
	}
	return p, nil
}
