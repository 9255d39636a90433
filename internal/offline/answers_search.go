package offline

import "strings"

// searchKinds is OpenSearch Service and what a domain needs to have around it.
func searchKinds() map[string]kind {
	return map[string]kind{
		"aws:opensearch/domain:Domain": {
			name: naming{property: "domainName", max: 28}, id: arnID, arn: regional("es", "domain/{name}"), tagged: true,
			outputs: searchDomainOutputs,
		},
		"aws:cloudwatch/logResourcePolicy:LogResourcePolicy": {
			name: naming{property: "policyName"}, id: nameID,
		},
		"aws:iam/serviceLinkedRole:ServiceLinkedRole": {
			id: arnID, tagged: true,
			arn: func(r *request) string {
				return r.provider.GlobalARN("iam", "role/aws-service-role/"+r.text("awsServiceName")+"/"+serviceRoleName(r))
			},
			outputs: func(r *request) fields {
				return fields{
					"name": serviceRoleName(r), "path": "/aws-service-role/" + r.text("awsServiceName") + "/",
					"uniqueId": uniqueID(r, "AROA"), "createDate": madeAt,
				}
			},
		},
	}
}

// searchDomainOutputs has the forms of endpoints of domains in a VPC and of public ones (Amazon OpenSearch Service
// Developer Guide, "Launching your domains within a VPC").
func searchDomainOutputs(r *request) fields {
	access := "search"
	if len(r.texts("vpcOptions.subnetIds")) > 0 {
		access = "vpc"
	}
	host := access + "-" + r.physical + "-" + r.alphanumeric("endpoint", 26)
	endpoint := host + "." + r.provider.Region + ".es." + domain(r.provider.Account)
	dualStack := host + ".aos." + r.provider.Region + ".on.aws"
	return fields{
		"domainId":                     r.provider.ID + "/" + r.physical,
		"endpoint":                     endpoint,
		"dashboardEndpoint":            endpoint + "/_dashboards",
		"endpointV2":                   dualStack,
		"dashboardEndpointV2":          dualStack + "/_dashboards",
		"domainEndpointV2HostedZoneId": madeUpZone(r.provider.Account, "aos"),
		"ipAddressType":                r.given("ipAddressType", "ipv4"),
	}
}

// serviceRoleName is what AWS calls the role of a service; where that is not known, it is made of the service.
func serviceRoleName(r *request) string {
	service := r.text("awsServiceName")
	if service == "opensearchservice.amazonaws.com" {
		return "AWSServiceRoleForAmazonOpenSearchService"
	}
	if service == "spot.amazonaws.com" {
		return "AWSServiceRoleForEC2Spot"
	}
	label, _, _ := strings.Cut(service, ".")
	return "AWSServiceRoleFor" + label
}
