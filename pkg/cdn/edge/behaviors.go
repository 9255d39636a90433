package edge

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/cdn/edge/behaviors"
	"github.com/magestack/magestack/pkg/cdn/edge/functions"
)

// parts are the policies and functions that the behaviours of a variant share.
type parts struct {
	caches    map[behaviors.Caching]pulumi.StringPtrInput
	requests  map[behaviors.Caching]pulumi.StringPtrInput // what is forwarded beside the key; nil for nothing
	headers   map[behaviors.Caching]pulumi.StringPtrInput
	functions map[behaviors.Function]pulumi.StringInput
}

// behaviors turns the typed behaviours into the distribution's.
func (b *builder) behaviors(v variant) (cloudfront.DistributionOrderedCacheBehaviorArray, cloudfront.DistributionDefaultCacheBehaviorArgs, error) {
	var ordered cloudfront.DistributionOrderedCacheBehaviorArray
	var byDefault cloudfront.DistributionDefaultCacheBehaviorArgs
	shared, err := b.parts(v)
	if err != nil {
		return nil, byDefault, err
	}
	for _, behavior := range b.args.Behaviors {
		associations := cloudfront.DistributionOrderedCacheBehaviorFunctionAssociationArray{}
		forDefault := cloudfront.DistributionDefaultCacheBehaviorFunctionAssociationArray{}
		if arn := shared.functions[behavior.Function]; arn != nil {
			associations = append(associations, cloudfront.DistributionOrderedCacheBehaviorFunctionAssociationArgs{EventType: pulumi.String("viewer-request"), FunctionArn: arn})
			forDefault = append(forDefault, cloudfront.DistributionDefaultCacheBehaviorFunctionAssociationArgs{EventType: pulumi.String("viewer-request"), FunctionArn: arn})
		}
		rendered := cloudfront.DistributionOrderedCacheBehaviorArgs{
			PathPattern:             pulumi.String(behavior.PathPattern),
			TargetOriginId:          pulumi.String(b.target(behavior)),
			ViewerProtocolPolicy:    pulumi.String("redirect-to-https"),
			AllowedMethods:          pulumi.ToStringArray(behavior.Methods),
			CachedMethods:           pulumi.ToStringArray([]string{"GET", "HEAD"}),
			Compress:                pulumi.Bool(behavior.Caching != behaviors.Uncached),
			CachePolicyId:           shared.caches[behavior.Caching],
			OriginRequestPolicyId:   shared.requests[behavior.Caching],
			ResponseHeadersPolicyId: shared.headers[behavior.Caching],
			FunctionAssociations:    associations,
		}
		if behavior.PathPattern != behaviors.Default {
			ordered = append(ordered, rendered)
			continue
		}
		byDefault = cloudfront.DistributionDefaultCacheBehaviorArgs{
			TargetOriginId:          rendered.TargetOriginId,
			ViewerProtocolPolicy:    rendered.ViewerProtocolPolicy,
			AllowedMethods:          rendered.AllowedMethods,
			CachedMethods:           rendered.CachedMethods,
			Compress:                rendered.Compress,
			CachePolicyId:           rendered.CachePolicyId,
			OriginRequestPolicyId:   rendered.OriginRequestPolicyId,
			ResponseHeadersPolicyId: rendered.ResponseHeadersPolicyId,
			FunctionAssociations:    forDefault,
		}
	}
	return ordered, byDefault, nil
}

// parts registers what the behaviours of a variant need.
func (b *builder) parts(v variant) (parts, error) {
	made := parts{
		caches: map[behaviors.Caching]pulumi.StringPtrInput{behaviors.Uncached: pulumi.String(managedCachingDisabled)},
		requests: map[behaviors.Caching]pulumi.StringPtrInput{
			// CachingDisabled forwards nothing by itself, and cannot have a key: AllViewer brings cookies, queries and headers
			// to Magento, and the Host that the visitor asked for. Of shared pages the function has taken off all of it.
			behaviors.Uncached: pulumi.String(managedAllViewer),
			behaviors.Pages:    pulumi.String(managedAllViewer),
		},
		headers:   map[behaviors.Caching]pulumi.StringPtrInput{},
		functions: map[behaviors.Function]pulumi.StringInput{},
	}
	for _, caching := range behaviors.Kept() {
		if !b.has(v, caching) {
			continue
		}
		policy, err := b.cachePolicy(caching, v)
		if err != nil {
			return made, err
		}
		made.caches[caching] = policy.ID().ToStringOutput().ToStringPtrOutput()
	}
	if err := b.responseHeaders(v, made.headers); err != nil {
		return made, err
	}
	return made, b.functions(v, made.functions)
}

// functions registers the code that runs on requests.
func (b *builder) functions(v variant, made map[behaviors.Function]pulumi.StringInput) error {
	private, err := functions.Private()
	if err != nil {
		return err
	}
	codes := map[behaviors.Function]string{behaviors.PrivateRequest: private}
	list := []behaviors.Function{behaviors.PrivateRequest}
	if b.has(v, behaviors.Pages) {
		if codes[behaviors.PagesFunction], err = functions.Pages(b.args.Pages.options(b.standbyOfPages(), b.sharedOrigin())); err != nil {
			return err
		}
		list = append(list, behaviors.PagesFunction)
	}
	for _, name := range list {
		function, err := cloudfront.NewFunction(b.Ctx, b.Child(string(name)+"-function"+v.Suffix), &cloudfront.FunctionArgs{
			Name:    pulumi.String(b.args.Environment.Name(string(name)) + v.Suffix),
			Comment: pulumi.String("Magento " + string(b.args.Environment) + ": viewer requests, " + string(name)),
			Runtime: pulumi.String(functions.Runtime),
			Code:    pulumi.String(codes[name]),
			Publish: pulumi.Bool(true),
		}, b.Parent, v.frozen("code"))
		if err != nil {
			return fmt.Errorf("function %s: %w", name, err)
		}
		made[name] = function.Arn
	}
	return nil
}
