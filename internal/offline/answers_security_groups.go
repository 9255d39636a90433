package offline

// securityGroupKinds is security groups, each rule of which is a resource of its own.
func securityGroupKinds() map[string]kind {
	rule := kind{
		id: prefixed("sgr"), arn: regional("ec2", "security-group-rule/{id}"), tagged: true,
		outputs: func(r *request) fields { return fields{"securityGroupRuleId": r.id} },
	}
	return map[string]kind{
		"aws:ec2/securityGroup:SecurityGroup": {
			name: named(255), id: prefixed("sg"), arn: regional("ec2", "security-group/{id}"), tagged: true,
			outputs: func(r *request) fields {
				return fields{"ownerId": r.provider.ID, "description": r.given("description", "Managed by Pulumi")}
			},
		},
		"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
			id: defaultSecurityGroupID, arn: regional("ec2", "security-group/{id}"), tagged: true,
			outputs: func(r *request) fields {
				return fields{"ownerId": r.provider.ID, "name": "default", "description": "default VPC security group"}
			},
		},
		"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule,
		"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":   rule,
	}
}

// defaultSecurityGroupID adopts the group that came with the VPC.
func defaultSecurityGroupID(r *request) string {
	if vpc, ok := r.cloud.find(vpcType, r.text("vpcId")); ok {
		return textOf(vpc["defaultSecurityGroupId"])
	}
	return r.longID("sg")
}
