// Package bucket makes private buckets: encrypted, versioned, TLS only, without ACLs.
//
// "S3UG" is the Amazon S3 User Guide.
package bucket

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/naming"
)

// BucketType is the type token of a Bucket.
const BucketType = "magento:storage:Bucket"

// Args configures a Bucket.
type Args struct {
	// Name is the bucket's name in S3, for a bucket that another region must know (naming.Environment.Bucket); empty for a
	// name that Pulumi makes.
	Name string

	Encryption Encryption
	KeyARN     pulumi.StringInput // of EncryptionKMS alone
	Lifecycle  Lifecycle
	Protect    bool // refuse to delete the bucket and what it is configured with, and never empty it

	// LockDays keeps every version of every object from being deleted for so long, but by a principal that may bypass it
	// (S3 Object Lock in governance mode). Zero is no lock.
	LockDays int

	// AccessLogs is the bucket that S3 writes to who asked for what (S3.9); nil for no log.
	AccessLogs *Bucket

	Objects []Object // that it comes with

	// Statements are who may do what, given the bucket's ARN; nil grants nothing beside IAM's policies.
	Statements func(bucket pulumi.StringInput) []policy.Statement
}

// Bucket is a private S3 bucket.
type Bucket struct {
	pulumi.ResourceState
	Name       pulumi.StringOutput
	ARN        pulumi.StringOutput
	DomainName pulumi.StringOutput // regional: the global one redirects while a new bucket's name spreads

	KeyARN     pulumi.StringInput // nil with EncryptionS3
	Versioning pulumi.Resource    // comes before replication
	Policy     pulumi.Resource    // comes before a service that writes to the bucket, which checks first that it may
}

// New registers a Bucket.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Bucket, error) {
	made := &Bucket{KeyARN: args.KeyARN}
	return made, component.New(ctx, BucketType, name, args, made, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, Bucket: made, args: args}
		err := component.Steps(b.make, b.closeToPublic, b.encrypt, b.version, b.lock, b.expire, b.fill, b.authorize, b.logAccess)
		return pulumi.Map{"bucket": made.Name, "arn": made.ARN, "domainName": made.DomainName}, err
	}, opts...)
}

// builder makes the children, one concern after the other.
type builder struct {
	component.Scope
	*Bucket
	args Args

	bucket    *s3.BucketV2
	closed    pulumi.Resource // the block of public access
	encrypted pulumi.Resource
	filled    []pulumi.Resource
}

// Validate refuses arguments that S3 would, and a lock that outlasts the objects.
func (a Args) Validate() error {
	problems := []error{a.Lifecycle.validate()}
	if a.Encryption == EncryptionKMS && a.KeyARN == nil {
		problems = append(problems, errors.New("keyArn: required"))
	}
	if a.Encryption == EncryptionS3 && a.KeyARN != nil {
		problems = append(problems, errors.New("keyArn: S3 encrypts with a key of its own"))
	}
	if a.Name != "" {
		problems = append(problems, naming.ValidateBucket(a.Name))
	}
	if a.LockDays < 0 {
		problems = append(problems, fmt.Errorf("lockDays: %d given, 0 or more are allowed", a.LockDays))
	}
	if a.LockDays > 0 && a.Lifecycle.ExpireDays > 0 && a.LockDays > a.Lifecycle.ExpireDays {
		problems = append(problems, fmt.Errorf("lockDays: objects are locked for %d days and should go after %d", a.LockDays, a.Lifecycle.ExpireDays))
	}
	return errors.Join(problems...)
}

// Inputs returns what the component shows in a plan.
func (a Args) Inputs() pulumi.Map {
	inputs := pulumi.Map{"encryption": pulumi.String(a.Encryption.algorithm()), "lockDays": pulumi.Int(a.LockDays)}
	if a.KeyARN != nil {
		inputs["keyArn"] = a.KeyARN
	}
	return inputs
}

// make registers the bucket itself.
func (b *builder) make() (err error) {
	args := &s3.BucketV2Args{
		ForceDestroy:      pulumi.Bool(!b.args.Protect),
		ObjectLockEnabled: pulumi.Bool(b.args.LockDays > 0),
	}
	if b.args.Name != "" {
		args.Bucket = pulumi.String(b.args.Name)
	}
	b.bucket, err = s3.NewBucketV2(b.Ctx, b.Child("bucket"), args, b.Parent, pulumi.Protect(b.args.Protect))
	if err != nil {
		return err
	}
	b.Bucket.Name, b.ARN, b.DomainName = b.bucket.Bucket, b.bucket.Arn, b.bucket.BucketRegionalDomainName
	return nil
}

// part are the options of what the bucket is configured with. It is protected as the bucket is: a bucket that stays without
// its block of public access, its policy or its versions is no safer than one that is gone.
func (b *builder) part(opts ...pulumi.ResourceOption) []pulumi.ResourceOption {
	return append([]pulumi.ResourceOption{b.Parent, pulumi.Protect(b.args.Protect)}, opts...)
}

// closeToPublic blocks public access, and turns ACLs off.
func (b *builder) closeToPublic() (err error) {
	b.closed, err = s3.NewBucketPublicAccessBlock(b.Ctx, b.Child("public-access-block"), &s3.BucketPublicAccessBlockArgs{
		Bucket:                b.bucket.ID(),
		BlockPublicAcls:       pulumi.Bool(true),
		BlockPublicPolicy:     pulumi.Bool(true),
		IgnorePublicAcls:      pulumi.Bool(true),
		RestrictPublicBuckets: pulumi.Bool(true),
	}, b.part()...)
	if err != nil {
		return fmt.Errorf("blocking public access: %w", err)
	}
	_, err = s3.NewBucketOwnershipControls(b.Ctx, b.Child("ownership"), &s3.BucketOwnershipControlsArgs{
		Bucket: b.bucket.ID(),
		Rule:   s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String("BucketOwnerEnforced")},
	}, b.part()...)
	if err != nil {
		return fmt.Errorf("turning ACLs off: %w", err)
	}
	return nil
}
