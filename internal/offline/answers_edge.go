package offline

import "strings"

// edgeKinds is CloudFront and WAF, whose objects belong to an account and no region.
func edgeKinds() map[string]kind {
	etag := func(r *request) fields { return fields{"etag": "E" + strings.ToUpper(r.alphanumeric("etag", 13))} }
	return map[string]kind{
		"aws:cloudfront/distribution:Distribution": {
			id: lettered("E", 13), arn: global("cloudfront", "distribution/{id}"), tagged: true, outputs: distributionOutputs,
		},
		"aws:cloudfront/vpcOrigin:VpcOrigin": {
			id:  func(r *request) string { return "vo_" + r.alphanumeric("id", 22) },
			arn: global("cloudfront", "vpcorigin/{id}"), tagged: true, outputs: etag,
		},
		"aws:cloudfront/cachePolicy:CachePolicy": {
			name: named(128), id: uuidID, arn: global("cloudfront", "cache-policy/{id}"), outputs: etag,
		},
		"aws:cloudfront/originRequestPolicy:OriginRequestPolicy": {
			name: named(128), id: uuidID, arn: global("cloudfront", "origin-request-policy/{id}"), outputs: etag,
		},
		"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": {
			name: named(128), id: uuidID, arn: global("cloudfront", "response-headers-policy/{id}"), outputs: etag,
		},
		"aws:cloudfront/originAccessControl:OriginAccessControl": {
			name: named(64), id: lettered("E", 13), arn: global("cloudfront", "origin-access-control/{id}"), outputs: etag,
		},
		"aws:cloudfront/function:Function": {
			name: named(64), id: nameID, arn: global("cloudfront", "function/{name}"),
			outputs: func(r *request) fields {
				f := etag(r)
				f["liveStageEtag"], f["status"] = f["etag"], "UNASSOCIATED"
				return f
			},
		},
		"aws:cloudfront/continuousDeploymentPolicy:ContinuousDeploymentPolicy": {
			id: uuidID, arn: global("cloudfront", "continuous-deployment-policy/{id}"), outputs: etag,
		},
		"aws:cloudfront/monitoringSubscription:MonitoringSubscription": {id: like("{distributionId}")},
		"aws:cloudwatch/logDeliverySource:LogDeliverySource": {
			name: named(60), id: nameID, arn: regional("logs", "delivery-source:{name}"), tagged: true,
			outputs: func(*request) fields { return fields{"service": "cloudfront"} },
		},
		"aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": {
			name: named(60), id: nameID, arn: regional("logs", "delivery-destination:{name}"), tagged: true,
			outputs: func(*request) fields { return fields{"deliveryDestinationType": "S3"} },
		},
		"aws:cloudwatch/logDelivery:LogDelivery": {
			id: func(r *request) string { return r.alphanumeric("id", 16) }, arn: regional("logs", "delivery:{id}"), tagged: true,
		},
		"aws:wafv2/webAcl:WebAcl": {
			name: named(128), id: uuidID, tagged: true,
			arn: func(r *request) string { return firewallARN(r, "webacl") },
		},
		"aws:wafv2/ipSet:IpSet": {
			name: named(128), id: uuidID, tagged: true,
			arn: func(r *request) string { return firewallARN(r, "ipset") },
		},
		"aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {id: like("{resourceArn}")},
	}
}

// distributionZone is the hosted zone of every distribution (AWS General Reference, "Amazon CloudFront endpoints
// and quotas").
const distributionZone = "Z2FDTNDATAQYW2"

func distributionOutputs(r *request) fields {
	return fields{
		"domainName":       "d" + r.alphanumeric("domain", 13) + ".cloudfront.net",
		"hostedZoneId":     distributionZone,
		"callerReference":  "terraform-" + r.hex("caller", 26),
		"etag":             "E" + strings.ToUpper(r.alphanumeric("etag", 13)),
		"lastModifiedTime": madeAt,
		"status":           "Deployed",
	}
}

// firewallARN is "global" for a distribution's firewall, which lives in us-east-1 wherever the provider is.
func firewallARN(r *request, kind string) string {
	if r.text("scope") == "CLOUDFRONT" {
		return r.provider.InRegion("us-east-1").ARN("wafv2", "global/"+kind+"/"+r.expand("{name}/{id}"))
	}
	return r.provider.ARN("wafv2", "regional/"+kind+"/"+r.expand("{name}/{id}"))
}
