package dns

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/zones"
)

// CertificateType is the type token of a Certificate.
const CertificateType = "magento:dns:Certificate"

// validationTTLSeconds is short, since a wrong record keeps a certificate from being issued.
const validationTTLSeconds = 60

// CertificateArgs configures a Certificate.
type CertificateArgs struct {
	Domains zones.Domains // the first is the certificate's subject

	// Proves makes the validation records, each in its domain's zone. Off where another certificate for the same domains
	// has put them there already: the record depends on the account and the domain alone, not on the region (AWS
	// Certificate Manager User Guide, "DNS validation"), so that two owners would be one too many.
	Proves bool
}

func (a CertificateArgs) validate() error {
	if len(a.Domains) == 0 {
		return errors.New("domains: required")
	}
	var problems []error
	for _, domain := range a.Domains {
		if domain.Name == "" || a.Proves && domain.ZoneID == "" {
			problems = append(problems, fmt.Errorf("domains: %q in zone %q: must have a name, and a zone to prove it in", domain.Name, domain.ZoneID))
		}
	}
	return errors.Join(problems...)
}

// Certificate is a certificate for domains and every name one label below them, issued and renewed by AWS.
type Certificate struct {
	pulumi.ResourceState
	ARN pulumi.StringOutput // known once the certificate is issued
}

// NewCertificate registers a Certificate in the region of its provider.
func NewCertificate(ctx *pulumi.Context, name string, args CertificateArgs, opts ...pulumi.ResourceOption) (*Certificate, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("certificate %q: %w", name, err)
	}
	c := &Certificate{}
	inputs := pulumi.Map{"domains": pulumi.ToStringArray(args.Domains.Names())}
	if err := ctx.RegisterComponentResourceV2(CertificateType, name, inputs, c, opts...); err != nil {
		return nil, fmt.Errorf("certificate %q: %w", name, err)
	}
	covered := args.Domains.Covered()
	certificate, err := acm.NewCertificate(ctx, name+"-certificate", &acm.CertificateArgs{
		DomainName:              pulumi.String(covered[0]),
		SubjectAlternativeNames: pulumi.ToStringArray(covered[1:]),
		ValidationMethod:        pulumi.String("DNS"),
		KeyAlgorithm:            pulumi.String("EC_prime256v1"),
	}, pulumi.Parent(c))
	if err != nil {
		return nil, fmt.Errorf("certificate %q: %w", name, err)
	}
	issued, err := c.validation(ctx, name, args, certificate)
	if err != nil {
		return nil, fmt.Errorf("certificate %q: %w", name, err)
	}
	c.ARN = issued.CertificateArn
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{"arn": c.ARN})
}

// validation proves that the domains are ours, and waits until the certificate is issued.
func (c *Certificate) validation(ctx *pulumi.Context, name string, args CertificateArgs, certificate *acm.Certificate) (*acm.CertificateValidation, error) {
	validation := &acm.CertificateValidationArgs{CertificateArn: certificate.Arn}
	if args.Proves {
		var fqdns pulumi.StringArray
		for i, domain := range args.Domains {
			record, err := c.proof(ctx, proofName(name, i, domain), domain, certificate)
			if err != nil {
				return nil, err
			}
			fqdns = append(fqdns, record.Fqdn)
		}
		validation.ValidationRecordFqdns = fqdns
	}
	issued, err := acm.NewCertificateValidation(ctx, name+"-issued", validation, pulumi.Parent(c))
	if err != nil {
		return nil, fmt.Errorf("waiting for the certificate: %w", err)
	}
	return issued, nil
}

// proofName is the logical name of a domain's record. The main one's stays when further domains come.
func proofName(name string, i int, domain zones.Domain) string {
	if i == 0 {
		return name + "-validation"
	}
	return name + "-validation-" + domain.Name
}

// proof is the record that ACM asks for a domain. A wildcard has the same as the domain that it stands under.
func (c *Certificate) proof(ctx *pulumi.Context, name string, domain zones.Domain, certificate *acm.Certificate) (*route53.Record, error) {
	asked := certificate.DomainValidationOptions.ApplyT(func(options []acm.CertificateDomainValidationOption) (acm.CertificateDomainValidationOption, error) {
		for _, option := range options { // in no order that means anything
			complete := option.ResourceRecordName != nil && option.ResourceRecordType != nil && option.ResourceRecordValue != nil
			if option.DomainName != nil && *option.DomainName == domain.Name && complete {
				return option, nil
			}
		}
		return acm.CertificateDomainValidationOption{}, fmt.Errorf("the certificate asks for no record of %s", domain.Name)
	}).(acm.CertificateDomainValidationOptionOutput)
	record, err := route53.NewRecord(ctx, name, &route53.RecordArgs{
		ZoneId:  pulumi.String(domain.ZoneID),
		Name:    asked.ResourceRecordName().Elem(),
		Type:    asked.ResourceRecordType().Elem(),
		Records: pulumi.StringArray{asked.ResourceRecordValue().Elem()},
		Ttl:     pulumi.Int(validationTTLSeconds),
	}, pulumi.Parent(c))
	if err != nil {
		return nil, fmt.Errorf("validation record of %s: %w", domain.Name, err)
	}
	return record, nil
}
