package offline

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// managedPolicies lists CloudFront's own policies: by function, name and id, which are the same in every account
// (Amazon CloudFront Developer Guide, "Use managed cache policies", "… origin request policies", "… response
// headers policies").
func managedPolicies() map[string]map[string]string {
	return map[string]map[string]string{
		"aws:cloudfront/getCachePolicy:getCachePolicy": {
			"Managed-CachingDisabled":                        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
			"Managed-CachingOptimized":                       "658327ea-f89d-4fab-a63d-7e88639e58f6",
			"Managed-CachingOptimizedForUncompressedObjects": "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
			"UseOriginCacheControlHeaders":                   "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
			"UseOriginCacheControlHeaders-QueryStrings":      "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
		},
		"aws:cloudfront/getOriginRequestPolicy:getOriginRequestPolicy": {
			"Managed-AllViewer":                             "216adef6-5c7f-47e4-b989-5492eafa07d3",
			"Managed-AllViewerAndCloudFrontHeaders-2022-06": "33f36d7e-f396-46d9-90e0-52428a34d9dc",
			"Managed-AllViewerExceptHostHeader":             "b689b0a8-53d0-40ab-baf2-68738e2966ac",
			"Managed-CORS-CustomOrigin":                     "59781a5b-3903-41f3-afcb-af62929ccde1",
			"Managed-CORS-S3Origin":                         "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
		},
		"aws:cloudfront/getResponseHeadersPolicy:getResponseHeadersPolicy": {
			"Managed-SimpleCORS":                                    "60669652-455b-4ae9-85a4-c4c02393f86c",
			"Managed-CORS-With-Preflight":                           "5cc3b908-e619-4b99-88e5-2cf7f45965bd",
			"Managed-CORS-and-SecurityHeadersPolicy":                "e61eb60c-9c35-4d20-a928-2b84e02af89c",
			"Managed-CORS-with-preflight-and-SecurityHeadersPolicy": "eaab4381-ed33-4a86-88ca-d9558dc6cd63",
			"Managed-SecurityHeadersPolicy":                         "67f7725c-6f97-4210-82d7-5512b31e9d03",
		},
	}
}

// managedPolicy looks a policy up by its name or id. What is in it is not made up: it would have to be right.
func managedPolicy(policies map[string]string) function {
	return func(_ *cloud, _ provider, arguments resource.PropertyMap) (fields, error) {
		name, id := textIn(arguments, "name"), textIn(arguments, "id")
		for _, known := range slices.Sorted(maps.Keys(policies)) {
			if known == name || policies[known] == id {
				return fields{"id": policies[known], "name": known}, nil
			}
		}
		return nil, fmt.Errorf("policy %q: must be one of %s", name+id,
			strings.Join(slices.Sorted(maps.Keys(policies)), ", "))
	}
}
