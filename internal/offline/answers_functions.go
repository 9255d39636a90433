package offline

// functionKinds is Lambda, whose functions are qualified by version in one of their ARNs.
func functionKinds() map[string]kind {
	return map[string]kind{
		"aws:lambda/function:Function": {
			name: named(64), id: nameID, arn: regional("lambda", "function:{name}"), tagged: true,
			outputs: func(r *request) fields {
				arn := r.provider.ARN("lambda", "function:"+r.physical)
				return fields{
					"version": "$LATEST", "qualifiedArn": arn + ":$LATEST", "packageType": r.given("packageType", "Zip"),
					"invokeArn": "arn:" + r.provider.Partition() + ":apigateway:" + r.provider.Region + ":lambda:path/2015-03-31/functions/" + arn + "/invocations",
				}
			},
		},
		"aws:lambda/permission:Permission": {
			id: func(r *request) string { return r.name + "-" + r.hex("statement", 26) },
			outputs: func(r *request) fields {
				return fields{"statementId": r.given("statementId", "terraform-"+r.hex("statement", 26))}
			},
		},
	}
}
