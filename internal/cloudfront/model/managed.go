package model

import "time"

const day = 24 * time.Hour

// managedCaches are AWS's own cache policies, by their ids (CloudFront Developer Guide, "Use managed cache policies").
func managedCaches() map[string]CachePolicy {
	none := Selection{Mode: None}
	return map[string]CachePolicy{
		"4135ea2d-6df8-44a3-9df3-4b5a84be39ad": {Name: "CachingDisabled", Headers: none, Cookies: none, Queries: none},
		"658327ea-f89d-4fab-a63d-7e88639e58f6": {
			Name: "CachingOptimized", MinTTL: time.Second, DefaultTTL: day, MaxTTL: 365 * day,
			Headers: none, Cookies: none, Queries: none, AcceptGzip: true, AcceptBro: true,
		},
		"b2884449-e4de-46a7-ac36-70bc7f1ddd6d": {
			Name: "CachingOptimizedForUncompressedObjects", MinTTL: time.Second, DefaultTTL: day, MaxTTL: 365 * day,
			Headers: none, Cookies: none, Queries: none,
		},
		"83da9c7e-98b4-4e11-a168-04f0df8e2c65": {
			Name: "UseOriginCacheControlHeaders", MaxTTL: 365 * day, Cookies: Selection{Mode: All}, Queries: none, AcceptGzip: true, AcceptBro: true,
			Headers: Selection{Whitelist, []string{"host", "origin", "x-http-method-override", "x-http-method", "x-method-override"}},
		},
		"4cc15a8a-d715-48a4-82b8-cc0b614638fe": {
			Name: "UseOriginCacheControlHeaders-QueryStrings", MaxTTL: 365 * day, Cookies: Selection{Mode: All}, Queries: Selection{Mode: All},
			AcceptGzip: true, AcceptBro: true,
			Headers: Selection{Whitelist, []string{"host", "origin", "x-http-method-override", "x-http-method", "x-method-override"}},
		},
	}
}

// managedRequests are AWS's own origin request policies (same guide, "Use managed origin request policies").
func managedRequests() map[string]RequestPolicy {
	all := Selection{Mode: All}
	return map[string]RequestPolicy{
		"216adef6-5c7f-47e4-b989-5492eafa07d3": {Name: "AllViewer", Headers: Selection{Mode: AllViewer}, Cookies: all, Queries: all},
		"33f36d7e-f396-46d9-90e0-52428a34d9dc": {Name: "AllViewerAndCloudFrontHeaders-2022-06", Headers: Selection{Mode: AllViewerAndCloudFront}, Cookies: all, Queries: all},
		"b689b0a8-53d0-40ab-baf2-68738e2966ac": {Name: "AllViewerExceptHostHeader", Headers: Selection{AllExcept, []string{"host"}}, Cookies: all, Queries: all},
		"59781a5b-3903-41f3-afcb-af62929ccde1": {Name: "CORS-CustomOrigin", Headers: Selection{Whitelist, []string{"origin"}}, Cookies: Selection{Mode: None}, Queries: Selection{Mode: None}},
	}
}

// managedHeaders are AWS's own response headers policies (same guide, "Use managed response headers policies").
func managedHeaders() map[string]HeadersPolicy {
	return map[string]HeadersPolicy{
		"67f7725c-6f97-4210-82d7-5512b31e9d03": {Name: "SecurityHeadersPolicy", Set: []HeaderValue{
			{"Strict-Transport-Security", "max-age=31536000", false}, {"X-Content-Type-Options", "nosniff", true},
			{"X-Frame-Options", "SAMEORIGIN", false}, {"Referrer-Policy", "strict-origin-when-cross-origin", false},
			{"X-XSS-Protection", "1; mode=block", false},
		}},
	}
}
