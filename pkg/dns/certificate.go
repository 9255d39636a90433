package dns

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// CertificateType is the type token of a Certificate.
const CertificateType = "magento:dns:Certificate"

// validationTTLSeconds is short, since a wrong record keeps a certificate from being issued.
const validationTTLSeconds = 60

// CertificateArgs configures a Certificate.
type CertificateArgs struct {
	DomainNames []string // the main one first

	// ZoneIDs are the hosted zones to put the validation records in, in the order of DomainNames. Empty where another
	// certificate for the same domains has put them there already: the record depends on the account and the domain alone,
	// not on the region (AWS Certificate Manager User Guide, "DNS validation"), so that two owners would be one too many.
	ZoneIDs []string
}

// Certificate is a certificate for domains and every name one label below them, issued and renewed by AWS.
type Certificate struct {
	pulumi.ResourceState
	ARN pulumi.StringOutput // known once the certificate is issued
}

// NewCertificate registers a Certificate in the region of its provider.
func NewCertificate(ctx *pulumi.Context, name string, args CertificateArgs, opts ...pulumi.ResourceOption) (*Certificate, error) {
	if len(args.DomainNames) == 0 {
		return nil, fmt.Errorf("certificate %q: %w", name, errors.New("domainNames: required"))
	}
	if len(args.ZoneIDs) > 0 && len(args.ZoneIDs) != len(args.DomainNames) {
		return nil, fmt.Errorf("certificate %q: %d zoneIds for %d domainNames", name, len(args.ZoneIDs), len(args.DomainNames))
	}
	c := &Certificate{}
	if err := ctx.RegisterComponentResourceV2(CertificateType, name, pulumi.Map{"domainNames": pulumi.ToStringArray(args.DomainNames)}, c, opts...); err != nil {
		return nil, fmt.Errorf("certificate %q: %w", name, err)
	}
	certificate, err := acm.NewCertificate(ctx, name+"-certificate", &acm.CertificateArgs{
		DomainName:              pulumi.String(args.DomainNames[0]),
		SubjectAlternativeNames: alternatives(args.DomainNames),
		ValidationMethod:        pulumi.String("DNS"),
		KeyAlgorithm:            pulumi.String("EC_prime256v1"),
	}, pulumi.Parent(c))
	if err != nil {
		return nil, fmt.Errorf("certificate %q: %w", name, err)
	}
	issued, err := validate(ctx, name, args, certificate, c)
	if err != nil {
		return nil, fmt.Errorf("certificate %q: %w", name, err)
	}
	c.ARN = issued.CertificateArn
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{"arn": c.ARN})
}

// validate proves that the domain is ours, and waits until the certificate is issued. A wildcard has the same
// validation record as the domain that it stands under.
func validate(ctx *pulumi.Context, name string, args CertificateArgs, certificate *acm.Certificate, parent pulumi.Resource) (*acm.CertificateValidation, error) {
	validation := &acm.CertificateValidationArgs{CertificateArn: certificate.Arn}
	var proofs pulumi.StringArray
	for i, zone := range args.ZoneIDs {
		proof := proofOf(certificate, args.DomainNames[i])
		suffix := "-validation"
		if i > 0 {
			suffix += "-" + args.DomainNames[i]
		}
		record, err := route53.NewRecord(ctx, name+suffix, &route53.RecordArgs{
			ZoneId:  pulumi.String(zone),
			Name:    proof.ResourceRecordName().Elem(),
			Type:    proof.ResourceRecordType().Elem(),
			Records: pulumi.StringArray{proof.ResourceRecordValue().Elem()},
			Ttl:     pulumi.Int(validationTTLSeconds),
		}, pulumi.Parent(parent))
		if err != nil {
			return nil, fmt.Errorf("validation record of %s: %w", args.DomainNames[i], err)
		}
		proofs = append(proofs, record.Fqdn)
	}
	if len(proofs) > 0 {
		validation.ValidationRecordFqdns = proofs
	}
	issued, err := acm.NewCertificateValidation(ctx, name+"-issued", validation, pulumi.Parent(parent))
	if err != nil {
		return nil, fmt.Errorf("waiting for the certificate: %w", err)
	}
	return issued, nil
}

// alternatives are the names of a certificate beside its first.
func alternatives(domains []string) pulumi.StringArray {
	names := pulumi.StringArray{pulumi.String("*." + domains[0])}
	for _, domain := range domains[1:] {
		names = append(names, pulumi.String(domain), pulumi.String("*."+domain))
	}
	return names
}

// proofOf is the record that proves a domain: ACM lists them in an order of its own.
func proofOf(certificate *acm.Certificate, domain string) acm.CertificateDomainValidationOptionOutput {
	return certificate.DomainValidationOptions.ApplyT(func(options []acm.CertificateDomainValidationOption) (acm.CertificateDomainValidationOption, error) {
		for _, option := range options {
			if option.DomainName != nil && *option.DomainName == domain {
				return option, nil
			}
		}
		return acm.CertificateDomainValidationOption{}, fmt.Errorf("the certificate has no validation record for %s", domain)
	}).(acm.CertificateDomainValidationOptionOutput)
}
