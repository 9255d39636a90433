// Package provider makes the explicit AWS providers of a layer. The default provider is disabled in
// every project, so that no resource can land in an account or a region that the settings do not name.
package provider

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/naming"
)

// maxRetries rides out minutes of throttling. The provider's own 25, with pauses that grow to minutes, would keep a
// deployment waiting for most of an hour for a call that never works.
const maxRetries = 10

// Tagged is tags beside those of every resource.
type Tagged map[string]string

// NewAWS registers the provider named name for the given account and region. It refuses to act on any
// other account, and tags what it makes with project, environment, layer and managed-by, and with further tags.
func NewAWS(ctx *pulumi.Context, name, layer string, acct account.Account, further ...Tagged) (*aws.Provider, error) {
	environment := naming.Environment(ctx.Stack())
	if err := environment.Validate(); err != nil {
		return nil, fmt.Errorf("%w: the names of resources are made of it", err)
	}
	tags := pulumi.StringMap{}
	for _, some := range further {
		for key, value := range some {
			tags[key] = pulumi.String(value)
		}
	}
	for key, value := range environment.Tags(ctx.Project(), layer, naming.ManagedByPulumi) {
		tags[key] = pulumi.String(value)
	}
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
