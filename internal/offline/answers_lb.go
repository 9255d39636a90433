package offline

import "strings"

// loadBalancerKinds is Elastic Load Balancing, whose names are short: 32 characters.
func loadBalancerKinds() map[string]kind {
	return map[string]kind{
		"aws:lb/loadBalancer:LoadBalancer": {
			name: named(32), id: arnID, tagged: true, outputs: loadBalancerOutputs,
			arn: func(r *request) string {
				return r.provider.ARN("elasticloadbalancing", "loadbalancer/"+loadBalancerSuffix(r))
			},
		},
		"aws:lb/targetGroup:TargetGroup": {
			name: named(32), id: arnID, arn: regional("elasticloadbalancing", "targetgroup/{name}/{digits}"), tagged: true,
			outputs: func(r *request) fields { return fields{"arnSuffix": r.expand("targetgroup/{name}/{digits}")} },
		},
		"aws:lb/listener:Listener": {
			id: arnID, tagged: true,
			arn: func(r *request) string {
				return strings.Replace(r.text("loadBalancerArn"), ":loadbalancer/", ":listener/", 1) + "/" + r.hex("digits", 16)
			},
		},
	}
}

// loadBalancerSuffix is what the metrics call a load balancer, such as net/shop/0123456789abcdef.
func loadBalancerSuffix(r *request) string {
	return loadBalancerForm(r) + r.expand("/{name}/{digits}")
}

func loadBalancerForm(r *request) string {
	switch r.text("loadBalancerType") {
	case "network":
		return "net"
	case "gateway":
		return "gwy"
	default:
		return "app"
	}
}

func loadBalancerOutputs(r *request) fields {
	form := loadBalancerForm(r)
	name := r.physical
	if form == "app" && r.flag("internal") {
		name = "internal-" + name
	}
	host := name + "-" + r.hex("digits", 16) + ".elb." + r.provider.Region + "." + domain(r.provider.Account)
	if form == "app" {
		host = name + "-" + r.decimal("host", 10) + "." + r.provider.Region + ".elb." + domain(r.provider.Account)
	}
	f := fields{
		"arnSuffix":        loadBalancerSuffix(r),
		"dnsName":          host,
		"zoneId":           madeUpZone(r.provider.Account, "elb-"+form),
		"internal":         r.given("internal", false),
		"loadBalancerType": r.given("loadBalancerType", "application"),
		"ipAddressType":    r.given("ipAddressType", "ipv4"),
	}
	if vpc := r.vpcOf(r.texts("subnets")); vpc != "" {
		f["vpcId"] = vpc
	}
	return f
}
