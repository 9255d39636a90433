package offline

// observabilityKinds is logs and the groups that resources are listed in.
func observabilityKinds() map[string]kind {
	return map[string]kind{
		"aws:cloudwatch/logGroup:LogGroup": {
			name: named(512), id: nameID, arn: regional("logs", "log-group:{name}"), tagged: true,
			outputs: func(r *request) fields { return fields{"logGroupClass": r.given("logGroupClass", "STANDARD")} },
		},
		"aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy": {
			id: func(r *request) string { return r.text("logGroupName") },
		},
		"aws:resourcegroups/group:Group": {
			name: named(300), id: nameID, arn: regional("resource-groups", "group/{name}"), tagged: true,
		},
	}
}
