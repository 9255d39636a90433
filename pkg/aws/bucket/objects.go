package bucket

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Object is something that a bucket comes with.
type Object struct {
	Key          string
	Content      string
	ContentType  string
	CacheControl string
}

// fill puts in what the bucket comes with, after it encrypts and keeps versions and before the policy lets it be read.
func (b *builder) fill() error {
	for _, object := range b.args.Objects {
		made, err := s3.NewBucketObjectv2(b.Ctx, b.Child(object.Key), &s3.BucketObjectv2Args{
			Bucket:       b.bucket.ID(),
			Key:          pulumi.String(object.Key),
			Content:      pulumi.String(object.Content),
			ContentType:  pulumi.String(object.ContentType),
			CacheControl: pulumi.String(object.CacheControl),
		}, b.Parent, pulumi.DependsOn([]pulumi.Resource{b.encrypted, b.Versioning}))
		if err != nil {
			return fmt.Errorf("object %s: %w", object.Key, err)
		}
		b.filled = append(b.filled, made)
	}
	return nil
}
