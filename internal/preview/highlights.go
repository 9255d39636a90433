package preview

import "strings"

// highlightsOf is what a reviewer cares about in a resource of the type, in the order of importance.
func highlightsOf(token string) []highlight {
	for _, table := range []map[string][]highlight{networkHighlights(), dataHighlights(), computeHighlights(), edgeHighlights()} {
		if found, ok := table[token]; ok {
			return found
		}
	}
	if strings.HasPrefix(token, "kubernetes:") {
		return append([]highlight{show("metadata.name"), label("in", "metadata.namespace")}, kubernetesHighlights()[token]...)
	}
	return nil
}

func networkHighlights() map[string][]highlight {
	return map[string][]highlight{
		"pulumi:providers:aws": {label("region", "region"), label("account", "allowedAccountIds")},
		"aws:ec2/vpc:Vpc":      {show("cidrBlock")},
		"aws:ec2/subnet:Subnet": {
			show("cidrBlock"), label("in", "availabilityZone"), flag("mapPublicIpOnLaunch", "public addresses", ""),
		},
		"aws:ec2/natGateway:NatGateway": {refer("in", "subnetId"), refer("with", "allocationId")},
		"aws:ec2/route:Route": {
			refer("", "routeTableId"), route,
		},
		"aws:ec2/routeTableAssociation:RouteTableAssociation": {refer("", "subnetId"), refer("uses", "routeTableId")},
		"aws:ec2/networkAclAssociation:NetworkAclAssociation": {refer("", "subnetId"), refer("uses", "networkAclId")},
		"aws:ec2/networkAclRule:NetworkAclRule":               {networkRule},
		"aws:ec2/securityGroup:SecurityGroup":                 {show("description")},
		"aws:ec2/vpcEndpoint:VpcEndpoint": {
			show("serviceName"), show("vpcEndpointType"), each("groups", "securityGroupIds"), count("subnetIds", "subnet"),
			count("routeTableIds", "route table"),
		},
		"aws:ec2/flowLog:FlowLog": {label("traffic", "trafficType"), refer("to", "logDestination")},
		"aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions": {show("internetGatewayBlockMode")},
		"aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion": {
			refer("", "subnetId"), refer("", "vpcId"), show("internetGatewayExclusionMode"),
		},
		"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {groupRule("from", "to")},
		"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":   {groupRule("to", "from")},
		"aws:kms/key:Key": {
			show("description"), flag("enableKeyRotation", "rotated", "NOT rotated"), flag("multiRegion", "multi-Region", ""),
		},
		"aws:kms/alias:Alias": {show("name"), refer("of", "targetKeyId")},
		"aws:iam/role:Role":   {show("name")},
		"aws:iam/rolePolicyAttachment:RolePolicyAttachment": {refer("", "policyArn"), refer("on", "role")},
		"aws:iam/rolePolicy:RolePolicy":                     {refer("on", "role")},
		"aws:cloudwatch/logGroup:LogGroup": {
			show("name"), unit("retentionInDays", "days"), refer("key", "kmsKeyId"),
		},
		"aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy": {refer("on", "logGroupName")},
	}
}

// route says where the traffic goes, such as "0.0.0.0/0 through shop-nat".
func route(v view) string {
	destination := firstOf(v, "destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
	target := firstOf(v, "natGatewayId", "gatewayId", "egressOnlyGatewayId", "vpcEndpointId", "transitGatewayId", "networkInterfaceId")
	return destination + " through " + v.names.of(target)
}

// networkRule is a rule of a network ACL, such as "100 ingress allow tcp 443 10.0.0.0/16".
func networkRule(v view) string {
	direction := "ingress"
	if out, _ := v.at("egress").(bool); out {
		direction = "egress"
	}
	return strings.Join([]string{
		v.text("ruleNumber"), direction, v.text("ruleAction"), ports(v, "protocol"), firstOf(v, "cidrBlock", "ipv6CidrBlock"),
		v.names.of(v.text("networkAclId")),
	}, " ")
}

// groupRule is a rule of a security group, such as "tcp 3306 from sg nodes to sg database — why".
func groupRule(peer, own string) highlight {
	return func(v view) string {
		other := firstOf(v, "cidrIpv4", "cidrIpv6", "prefixListId")
		if group := v.text("referencedSecurityGroupId"); group != "" {
			other = "sg " + v.names.of(group)
		}
		rule := strings.Join([]string{ports(v, "ipProtocol"), peer, other, own, "sg", v.names.of(v.text("securityGroupId"))}, " ")
		if description := v.text("description"); description != "" {
			rule += " — " + short(description, valueWidth)
		}
		return rule
	}
}

// ports is a protocol and its ports, such as "tcp 8080-8081".
func ports(v view, protocol string) string {
	name := v.text(protocol)
	from, to := v.text("fromPort"), v.text("toPort")
	switch {
	case name == "-1":
		return "all"
	case from == "" && to == "":
		return name
	case from == to:
		return name + " " + from
	default:
		return name + " " + from + "-" + to
	}
}

func firstOf(v view, paths ...string) string {
	for _, path := range paths {
		if value := v.text(path); value != "" {
			return value
		}
	}
	return ""
}
