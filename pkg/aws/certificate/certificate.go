// Package certificate makes the certificates of the shop's domains: that of the load balancer and that of the edge.
package certificate

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/zones"
	"github.com/magestack/magestack/pkg/component"
)

// CertificateType is the type token of a Certificate.
const CertificateType = "magento:dns:Certificate"

// validationTTLSeconds is short, since a wrong record keeps a certificate from being issued.
const validationTTLSeconds = 60

// Args configures a Certificate.
type Args struct {
	Domains zones.Domains // the first is the certificate's subject

	// Proves makes the validation records, each in its domain's zone. Off where another certificate for the same domains
	// has put them there already: the record depends on the account and the domain alone, not on the region (AWS
	// Certificate Manager User Guide, "DNS validation"), so that two owners would be one too many.
	Proves bool
}

// Certificate is a certificate for domains and every name one label below them, issued and renewed by AWS.
type Certificate struct {
	pulumi.ResourceState
	ARN pulumi.StringOutput // known once the certificate is issued
}

// builder makes the children, one concern after the other.
type builder struct {
	component.Scope
	*Certificate
	args Args

	certificate *acm.Certificate
	proofs      pulumi.StringArray // names of the validation records
}

// New registers a Certificate in the region of its provider.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Certificate, error) {
	c := &Certificate{}
	return c, component.New(ctx, CertificateType, name, args, c, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, Certificate: c, args: args}
		err := component.Steps(b.ask, b.prove, b.await)
		return pulumi.Map{"arn": c.ARN}, err
	}, opts...)
}

// Inputs returns what the component shows in a plan.
func (a Args) Inputs() pulumi.Map {
	return pulumi.Map{"domains": pulumi.ToStringArray(a.Domains.Names())}
}

// Validate refuses domains that no certificate could be asked for, or that no record could prove.
func (a Args) Validate() error {
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

// ask requests the certificate.
func (b *builder) ask() (err error) {
	covered := b.args.Domains.Covered()
	b.certificate, err = acm.NewCertificate(b.Ctx, b.Child("certificate"), &acm.CertificateArgs{
		DomainName:              pulumi.String(covered[0]),
		SubjectAlternativeNames: pulumi.ToStringArray(covered[1:]),
		ValidationMethod:        pulumi.String("DNS"),
		KeyAlgorithm:            pulumi.String("EC_prime256v1"),
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	return nil
}

// prove makes the validation records, where this certificate is the one that does.
func (b *builder) prove() error {
	if !b.args.Proves {
		return nil
	}
	for i, domain := range b.args.Domains {
		record, err := b.proof(b.Child(proofPart(i, domain)), domain)
		if err != nil {
			return fmt.Errorf("validation record of %s: %w", domain.Name, err)
		}
		b.proofs = append(b.proofs, record.Fqdn)
	}
	return nil
}

// await waits until the certificate is issued: CloudFront and load balancers take no other.
func (b *builder) await() error {
	args := &acm.CertificateValidationArgs{CertificateArn: b.certificate.Arn}
	if b.args.Proves {
		args.ValidationRecordFqdns = b.proofs
	}
	issued, err := acm.NewCertificateValidation(b.Ctx, b.Child("issued"), args, b.Parent)
	if err != nil {
		return fmt.Errorf("waiting for the certificate: %w", err)
	}
	b.ARN = issued.CertificateArn
	return nil
}

// proofPart names a domain's record. The main one's name stays when further domains come.
func proofPart(i int, domain zones.Domain) string {
	if i == 0 {
		return "validation"
	}
	return "validation-" + domain.Name
}

// proof registers the record that ACM asks for a domain. A wildcard has the same as the domain that it stands under.
func (b *builder) proof(name string, domain zones.Domain) (*route53.Record, error) {
	asked := b.certificate.DomainValidationOptions.ApplyT(func(options []acm.CertificateDomainValidationOption) (acm.CertificateDomainValidationOption, error) {
		for _, option := range options { // in no order that means anything
			complete := option.ResourceRecordName != nil && option.ResourceRecordType != nil && option.ResourceRecordValue != nil
			if option.DomainName != nil && *option.DomainName == domain.Name && complete {
				return option, nil
			}
		}
		return acm.CertificateDomainValidationOption{}, fmt.Errorf("the certificate asks for no record of %s", domain.Name)
	}).(acm.CertificateDomainValidationOptionOutput)
	return route53.NewRecord(b.Ctx, name, &route53.RecordArgs{
		ZoneId:  pulumi.String(domain.ZoneID),
		Name:    asked.ResourceRecordName().Elem(),
		Type:    asked.ResourceRecordType().Elem(),
		Records: pulumi.StringArray{asked.ResourceRecordValue().Elem()},
		Ttl:     pulumi.Int(validationTTLSeconds),
	}, b.Parent)
}
