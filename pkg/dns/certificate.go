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
	DomainName string

	// ZoneID is the hosted zone to put the validation record in. Empty where another certificate for the same
	// domain has put it there already: the record depends on the account and the domain alone, not on the
	// region (AWS Certificate Manager User Guide, "DNS validation"), so that two owners would be one too many.
	ZoneID string
}

// Certificate is a certificate for a domain and every name one label below it, issued and renewed by AWS.
type Certificate struct {
	pulumi.ResourceState
	ARN pulumi.StringOutput // known once the certificate is issued
}

// NewCertificate registers a Certificate in the region of its provider.
func NewCertificate(ctx *pulumi.Context, name string, args CertificateArgs, opts ...pulumi.ResourceOption) (*Certificate, error) {
	if args.DomainName == "" {
		return nil, fmt.Errorf("certificate %q: %w", name, errors.New("domainName: required"))
	}
	c := &Certificate{}
	if err := ctx.RegisterComponentResourceV2(CertificateType, name, pulumi.Map{"domainName": pulumi.String(args.DomainName)}, c, opts...); err != nil {
		return nil, fmt.Errorf("certificate %q: %w", name, err)
	}
	certificate, err := acm.NewCertificate(ctx, name+"-certificate", &acm.CertificateArgs{
		DomainName:              pulumi.String(args.DomainName),
		SubjectAlternativeNames: pulumi.StringArray{pulumi.String("*." + args.DomainName)},
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
	if args.ZoneID != "" {
		proof := certificate.DomainValidationOptions.Index(pulumi.Int(0))
		record, err := route53.NewRecord(ctx, name+"-validation", &route53.RecordArgs{
			ZoneId:  pulumi.String(args.ZoneID),
			Name:    proof.ResourceRecordName().Elem(),
			Type:    proof.ResourceRecordType().Elem(),
			Records: pulumi.StringArray{proof.ResourceRecordValue().Elem()},
			Ttl:     pulumi.Int(validationTTLSeconds),
		}, pulumi.Parent(parent))
		if err != nil {
			return nil, fmt.Errorf("validation record: %w", err)
		}
		validation.ValidationRecordFqdns = pulumi.StringArray{record.Fqdn}
	}
	issued, err := acm.NewCertificateValidation(ctx, name+"-issued", validation, pulumi.Parent(parent))
	if err != nil {
		return nil, fmt.Errorf("waiting for the certificate: %w", err)
	}
	return issued, nil
}
