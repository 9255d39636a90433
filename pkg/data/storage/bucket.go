// Package storage makes private buckets: encrypted, versioned, TLS only, without ACLs.
//
// "S3UG" is the Amazon S3 User Guide.
package storage

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/naming"
)

// BucketType is the type token of a Bucket.
const BucketType = "magento:storage:Bucket"

// BucketArgs configures a Bucket.
type BucketArgs struct {
	// Name is the bucket's name in S3, for a bucket that another region must know (naming.For); empty for a name that
	// Pulumi makes.
	Name string

	KeyARN    pulumi.StringInput
	Lifecycle Lifecycle
	Protect   bool // refuse to delete the bucket and what it is configured with, and never empty it

	// LockDays keeps every version of every object from being deleted for so long, unless somebody is allowed to
	// bypass it (S3 Object Lock in governance mode). Zero is no lock.
	LockDays int

	// AccessLogs is the bucket that S3 writes to who asked for what (S3.9); nil for no log.
	AccessLogs *Bucket

	Objects []Object // that it comes with

	Statements func(bucket pulumi.StringInput) []policy.Statement // who may do what, given the bucket's ARN; nil for nobody else

	encryption encryption
}

// Bucket is a private S3 bucket.
type Bucket struct {
	pulumi.ResourceState
	Name       pulumi.StringOutput
	ARN        pulumi.StringOutput
	DomainName pulumi.StringOutput // regional: the global one redirects while a new bucket's name spreads

	name       string
	args       BucketArgs
	bucket     *s3.BucketV2
	closed     pulumi.Resource // the block of public access
	encrypted  pulumi.Resource
	versioning pulumi.Resource
	filled     []pulumi.Resource
	policy     pulumi.Resource
}

// NewBucket registers a Bucket.
func NewBucket(ctx *pulumi.Context, name string, args BucketArgs, opts ...pulumi.ResourceOption) (*Bucket, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("bucket %q: %w", name, err)
	}
	b := &Bucket{name: name, args: args}
	if err := ctx.RegisterComponentResourceV2(BucketType, name, args.inputs(), b, opts...); err != nil {
		return nil, fmt.Errorf("bucket %q: %w", name, err)
	}
	for _, step := range []func(*pulumi.Context) error{
		b.make, b.closeToPublic, b.encrypt, b.version, b.lock, b.expire, b.fill, b.authorize, b.logAccess,
	} {
		if err := step(ctx); err != nil {
			return nil, fmt.Errorf("bucket %q: %w", name, err)
		}
	}
	return b, ctx.RegisterResourceOutputs(b, pulumi.Map{"bucket": b.Name, "arn": b.ARN, "domainName": b.DomainName})
}

func (a BucketArgs) validate() error {
	problems := []error{a.Lifecycle.validate()}
	if a.encryption == withKey && a.KeyARN == nil {
		problems = append(problems, errors.New("keyArn: required"))
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

func (a BucketArgs) inputs() pulumi.Map {
	inputs := pulumi.Map{"encryption": pulumi.String(a.encryption.algorithm()), "lockDays": pulumi.Int(a.LockDays)}
	if a.KeyARN != nil {
		inputs["keyArn"] = a.KeyARN
	}
	return inputs
}

func (b *Bucket) make(ctx *pulumi.Context) (err error) {
	args := &s3.BucketV2Args{
		ForceDestroy:      pulumi.Bool(!b.args.Protect),
		ObjectLockEnabled: pulumi.Bool(b.args.LockDays > 0),
	}
	if b.args.Name != "" {
		args.Bucket = pulumi.String(b.args.Name)
	}
	b.bucket, err = s3.NewBucketV2(ctx, b.name+"-bucket", args, pulumi.Parent(b), pulumi.Protect(b.args.Protect))
	if err != nil {
		return err
	}
	b.Name, b.ARN, b.DomainName = b.bucket.Bucket, b.bucket.Arn, b.bucket.BucketRegionalDomainName
	return nil
}

// part are the options of what the bucket is configured with. It is protected as the bucket is: a bucket that stays without
// its block of public access, its policy or its versions is no safer than one that is gone.
func (b *Bucket) part(opts ...pulumi.ResourceOption) []pulumi.ResourceOption {
	return append([]pulumi.ResourceOption{pulumi.Parent(b), pulumi.Protect(b.args.Protect)}, opts...)
}

func (b *Bucket) closeToPublic(ctx *pulumi.Context) (err error) {
	b.closed, err = s3.NewBucketPublicAccessBlock(ctx, b.name+"-public-access-block", &s3.BucketPublicAccessBlockArgs{
		Bucket:                b.bucket.ID(),
		BlockPublicAcls:       pulumi.Bool(true),
		BlockPublicPolicy:     pulumi.Bool(true),
		IgnorePublicAcls:      pulumi.Bool(true),
		RestrictPublicBuckets: pulumi.Bool(true),
	}, b.part()...)
	if err != nil {
		return fmt.Errorf("blocking public access: %w", err)
	}
	_, err = s3.NewBucketOwnershipControls(ctx, b.name+"-ownership", &s3.BucketOwnershipControlsArgs{
		Bucket: b.bucket.ID(),
		Rule:   s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String("BucketOwnerEnforced")},
	}, b.part()...)
	if err != nil {
		return fmt.Errorf("turning ACLs off: %w", err)
	}
	return nil
}
