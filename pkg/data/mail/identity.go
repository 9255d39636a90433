package mail

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sesv2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/zones"
)

// recordTTLSeconds is half an hour: an identity is verified when SES sees its records, and a change waits for no longer.
const recordTTLSeconds = 1800

// dkimTokens is how many keys Easy DKIM signs with in turn (SES, "Easy DKIM in Amazon SES").
const dkimTokens = 3

// ownDKIMDomain are the regions whose keys of DKIM are below a name of the region (GR, "DKIM domains").
var ownDKIMDomain = []string{
	"af-south-1", "ap-northeast-3", "ap-south-2", "ap-southeast-3", "ap-southeast-5", "ca-west-1", "eu-central-2", "eu-south-1",
	"il-central-1", "me-central-1", "us-gov-east-1",
}

// dkimDomain returns the domain that a region's keys of DKIM are in.
func dkimDomain(region string) string {
	if slices.Contains(ownDKIMDomain, region) {
		return "dkim." + region + ".amazonses.com"
	}
	return "dkim.amazonses.com"
}

// returnDomain returns the subdomain that bounces come back to. It has the region in its name, since the one MX record that it may
// have names a region (SES, "Using a custom MAIL FROM domain"): a standby, which sends from the same domain elsewhere, has its own.
func (b *builder) returnDomain(domain string) string {
	return "ses-" + b.args.Account.Region + "." + domain
}

// makeIdentities registers each domain with its records. SES verifies it by those of DKIM.
func (b *builder) makeIdentities() error {
	for _, domain := range b.args.Domains {
		if err := b.makeIdentity(domain); err != nil {
			return fmt.Errorf("identity %s: %w", domain.Name, err)
		}
	}
	return nil
}

func (b *builder) makeIdentity(domain zones.Domain) error {
	identity, err := sesv2.NewEmailIdentity(b.Ctx, b.Child(domain.Name), &sesv2.EmailIdentityArgs{
		EmailIdentity:        pulumi.String(domain.Name),
		ConfigurationSetName: b.set.ConfigurationSetName, // of every mail that names no other
		DkimSigningAttributes: sesv2.EmailIdentityDkimSigningAttributesArgs{
			NextSigningKeyLength: pulumi.String("RSA_2048_BIT"),
		},
	}, b.Parent)
	if err != nil {
		return err
	}
	if _, err := sesv2.NewEmailIdentityMailFromAttributes(b.Ctx, b.Child(domain.Name+"-mail-from"), &sesv2.EmailIdentityMailFromAttributesArgs{
		EmailIdentity:  identity.EmailIdentity,
		MailFromDomain: pulumi.String(b.returnDomain(domain.Name)),
		// While its records are not seen, mails go out all the same, from a domain of SES.
		BehaviorOnMxFailure: pulumi.String("USE_DEFAULT_VALUE"),
	}, b.Parent); err != nil {
		return err
	}
	return b.publish(domain, b.token(identity))
}

// token returns an identity's tokens by their number. In the preview before the identity is made they are unknown, which the SDK says of
// a missing part of a known object as of an empty one.
func (b *builder) token(identity *sesv2.EmailIdentity) func(n int) pulumi.StringOutput {
	return func(n int) pulumi.StringOutput {
		return identity.DkimSigningAttributes.ApplyT(func(given sesv2.EmailIdentityDkimSigningAttributes) (pulumi.StringOutput, error) {
			switch {
			case n < len(given.Tokens):
				return pulumi.String(given.Tokens[n]).ToStringOutput(), nil
			case b.Ctx.DryRun():
				unknown := pulumi.UnsafeUnknownOutput([]pulumi.Resource{identity})
				return unknown.ApplyT(func(any) string { return "" }).(pulumi.StringOutput), nil
			}
			return pulumi.StringOutput{}, fmt.Errorf("SES gave %d tokens of DKIM, and not %d", len(given.Tokens), dkimTokens)
		}).(pulumi.StringOutput)
	}
}

// record is a DNS record of an identity.
type record struct {
	part        string
	name, value pulumi.StringOutput
	kind        string
}

// records lists those of a domain: the keys of DKIM, and the subdomain that bounces come back to, with who may send from it.
func (b *builder) records(domain string, tokens func(n int) pulumi.StringOutput) []record {
	var all []record
	for n := range dkimTokens {
		token := tokens(n)
		all = append(all, record{
			fmt.Sprintf("dkim-%d", n+1), pulumi.Sprintf("%s._domainkey.%s", token, domain), pulumi.Sprintf("%s.%s", token, dkimDomain(b.args.Account.Region)), "CNAME",
		})
	}
	from := pulumi.String(b.returnDomain(domain)).ToStringOutput()
	return append(all,
		record{"mx", from, pulumi.Sprintf("10 feedback-smtp.%s.amazonses.com", b.args.Account.Region), "MX"},
		record{"spf", from, pulumi.String("v=spf1 include:amazonses.com ~all").ToStringOutput(), "TXT"},
	)
}

// publish enters the records in the domain's zone, or says what is to be entered where the zone is not the environment's. None may
// be there before: the names are of this region and identity.
func (b *builder) publish(domain zones.Domain, tokens func(n int) pulumi.StringOutput) error {
	for _, r := range b.records(domain.Name, tokens) {
		if domain.ZoneID == "" {
			b.Records = append(b.Records, pulumi.Sprintf("%s %s %s", r.name, r.kind, r.value))
			continue
		}
		if _, err := route53.NewRecord(b.Ctx, b.Child(domain.Name+"-"+r.part), &route53.RecordArgs{
			ZoneId:         pulumi.String(domain.ZoneID),
			Name:           r.name,
			Type:           pulumi.String(r.kind),
			Records:        pulumi.StringArray{r.value},
			Ttl:            pulumi.Int(recordTTLSeconds),
			AllowOverwrite: pulumi.Bool(false),
		}, b.Parent); err != nil {
			return fmt.Errorf("record %s: %w", r.part, err)
		}
	}
	return nil
}
