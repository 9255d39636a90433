package edge

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/edge/page"
)

// UnavailablePageType is the type token of an UnavailablePage.
const UnavailablePageType = "magento:edge:UnavailablePage"

// unavailableKey is where the page lies in the media bucket, which answers when Magento does not.
const unavailableKey = "media/errors/unavailable.html"

// UnavailablePagePath is the path of the page.
const UnavailablePagePath = "/" + unavailableKey

// UnavailablePageArgs configures an UnavailablePage.
type UnavailablePageArgs struct {
	Bucket string // of the media
}

// UnavailablePage is what visitors see when no origin answers. Its provider is of the bucket's region.
type UnavailablePage struct{ pulumi.ResourceState }

// NewUnavailablePage registers an UnavailablePage.
func NewUnavailablePage(ctx *pulumi.Context, name string, args UnavailablePageArgs, opts ...pulumi.ResourceOption) (*UnavailablePage, error) {
	if args.Bucket == "" {
		return nil, fmt.Errorf("page %q: %w", name, errors.New("bucket: required"))
	}
	p := &UnavailablePage{}
	if err := ctx.RegisterComponentResourceV2(UnavailablePageType, name, pulumi.Map{"bucket": pulumi.String(args.Bucket)}, p, opts...); err != nil {
		return nil, fmt.Errorf("page %q: %w", name, err)
	}
	if _, err := s3.NewBucketObjectv2(ctx, name+"-object", &s3.BucketObjectv2Args{
		Bucket:       pulumi.String(args.Bucket),
		Key:          pulumi.String(unavailableKey),
		Content:      pulumi.String(page.Unavailable),
		ContentType:  pulumi.String("text/html; charset=utf-8"),
		CacheControl: pulumi.String("max-age=300"),
	}, pulumi.Parent(p)); err != nil {
		return nil, fmt.Errorf("page %q: %w", name, err)
	}
	return p, ctx.RegisterResourceOutputs(p, pulumi.Map{})
}
