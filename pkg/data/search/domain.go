// Package search makes the catalogue's search: an Amazon OpenSearch Service domain in the VPC.
package search

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/opensearch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/data/search/sizing"
	"github.com/magestack/magestack/pkg/data/secrets"
	"github.com/magestack/magestack/pkg/naming"
)

// DomainType is the type token of a Domain.
const DomainType = "magento:search:Domain"

// LogGroupPrefix begins the names of the log groups; the key must be usable for them (encryption.ForLogs).
const LogGroupPrefix = "/aws/opensearch/"

// DomainArgs configures a Domain.
type DomainArgs struct {
	Account     account.Account
	Environment naming.Environment
	Version     sizing.Version
	Cluster     sizing.Cluster

	// CreateServiceLinkedRole makes AWSServiceRoleForAmazonOpenSearchService, through which the service puts its
	// network interfaces into a VPC. An account has it once, for all its domains: creating it again fails, so
	// that at most one environment of an account may have this on, and none where a domain in a VPC was ever
	// made in the console. AWS refuses to delete it while a domain needs it.
	CreateServiceLinkedRole bool

	LogRetentionDays int
	Protect          bool // refuse to delete the domain; the service itself has no deletion protection

	SubnetIDs       []string // one in each zone; the domain uses the first Cluster.Zones of them
	SecurityGroupID string
	KeyARN          pulumi.StringInput // of the data and the logs
	SecretsKeyARN   pulumi.StringInput // of the credential
}

// Domain is an OpenSearch domain.
type Domain struct {
	pulumi.ResourceState
	Name     pulumi.StringOutput
	ARN      pulumi.StringOutput
	Endpoint pulumi.StringOutput // a host name, HTTPS on port 443
	Secret   pulumi.StringOutput // name in Secrets Manager

	// SecretARNs are those of the administrator's credential and of Magento's, by their names.
	SecretARNs map[naming.Secret]pulumi.StringOutput
}

// NewDomain registers a Domain.
func NewDomain(ctx *pulumi.Context, name string, args DomainArgs, opts ...pulumi.ResourceOption) (*Domain, error) {
	d := &Domain{}
	return d, component.New(ctx, DomainType, name, args, d, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, args: args}
		if err := component.Steps(b.serviceLinkedRole, b.logGroups, b.logPolicy, b.searchDomain, b.credential, b.shopCredential); err != nil {
			return nil, err
		}
		d.Name, d.ARN, d.Endpoint, d.Secret = b.domain.DomainName, b.domain.Arn, b.domain.Endpoint, b.secret.Name
		d.SecretARNs = map[naming.Secret]pulumi.StringOutput{naming.SecretSearch: b.secret.ARN, naming.SecretSearchShop: b.shop.ARN}
		return pulumi.Map{"name": d.Name, "arn": d.ARN, "endpoint": d.Endpoint, "secret": d.Secret}, nil
	}, opts...)
}

// Inputs returns what the component shows in a plan.
func (a DomainArgs) Inputs() pulumi.Map {
	return pulumi.Map{
		"version":   pulumi.String(a.Version),
		"dataNodes": pulumi.Int(a.Cluster.DataNodes),
		"dataType":  pulumi.String(a.Cluster.DataType),
		"volumeGiB": pulumi.Int(a.Cluster.VolumeGiB),
		"zones":     pulumi.Int(a.Cluster.Zones),
		"masters":   pulumi.Int(a.Cluster.Masters),

		"maxClauses": pulumi.Int(a.Cluster.MaxClauses),
	}
}

// Validate refuses arguments that OpenSearch Service would.
func (a DomainArgs) Validate() error {
	problems := []error{a.Version.Validate(), a.Cluster.Validate(), sizing.ValidateDomainName(a.domainName())}
	if !account.ValidID(a.Account.ID) || !account.ValidRegion(a.Account.Region) {
		problems = append(problems, fmt.Errorf("account %q in region %q: must be twelve digits and a region", a.Account.ID, a.Account.Region))
	}
	if a.Environment == "" || a.SecurityGroupID == "" {
		problems = append(problems, errors.New("environment and securityGroupId: required"))
	}
	if len(a.SubnetIDs) < a.Cluster.Zones {
		problems = append(problems, fmt.Errorf("subnetIds: %d given for %d zones, one for each is required", len(a.SubnetIDs), a.Cluster.Zones))
	}
	if a.LogRetentionDays < 1 {
		problems = append(problems, fmt.Errorf("log retention of %d days: logs must end some day, and not at once", a.LogRetentionDays))
	}
	if a.KeyARN == nil || a.SecretsKeyARN == nil {
		problems = append(problems, errors.New("keyArn and secretsKeyArn: required"))
	}
	return errors.Join(problems...)
}

func (a DomainArgs) domainName() string { return a.Environment.SearchDomain() }

// arn is the domain's, known before the domain is: its own policy and that of its logs name it.
func (a DomainArgs) arn() string { return a.Account.ARN("es", "domain/"+a.domainName()) }

// builder makes the children of a Domain, one concern after the other.
type builder struct {
	component.Scope
	args DomainArgs

	needed  []pulumi.Resource // what must be there before the domain, without being named in its inputs
	groups  []pulumi.StringInput
	publish opensearch.DomainLogPublishingOptionArray
	domain  *opensearch.Domain
	secret  *secrets.Secret
	shop    *secrets.Secret // Magento's
}
