package offline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

const vpcType = "aws:ec2/vpc:Vpc"

// ec2Kinds is networking without its security groups (Amazon EC2 API Reference; ids: EC2 User Guide, "Resource IDs").
func ec2Kinds() map[string]kind {
	return map[string]kind{
		vpcType: {id: prefixed("vpc"), arn: regional("ec2", "vpc/{id}"), tagged: true, outputs: vpcOutputs},
		"aws:ec2/subnet:Subnet": {
			id: prefixed("subnet"), arn: regional("ec2", "subnet/{id}"), tagged: true, outputs: subnetOutputs,
		},
		"aws:ec2/internetGateway:InternetGateway": {
			id: prefixed("igw"), arn: regional("ec2", "internet-gateway/{id}"), tagged: true, outputs: owned,
		},
		"aws:ec2/eip:Eip":               {id: prefixed("eipalloc"), tagged: true, outputs: addressOutputs},
		"aws:ec2/natGateway:NatGateway": {id: prefixed("nat"), tagged: true, outputs: natOutputs},
		"aws:ec2/routeTable:RouteTable": {
			id: prefixed("rtb"), arn: regional("ec2", "route-table/{id}"), tagged: true, outputs: owned,
		},
		"aws:ec2/defaultRouteTable:DefaultRouteTable": {
			id: like("{defaultRouteTableId}"), arn: regional("ec2", "route-table/{id}"), tagged: true,
			outputs: defaultRouteTableOutputs,
		},
		"aws:ec2/route:Route": {
			id:      func(r *request) string { return "r-" + r.text("routeTableId") + r.hex("id", 10) },
			outputs: func(*request) fields { return fields{"origin": "CreateRoute", "state": "active"} },
		},
		"aws:ec2/routeTableAssociation:RouteTableAssociation": {id: prefixed("rtbassoc")},
		"aws:ec2/networkAcl:NetworkAcl": {
			id: prefixed("acl"), arn: regional("ec2", "network-acl/{id}"), tagged: true, outputs: owned,
		},
		"aws:ec2/networkAclRule:NetworkAclRule": {
			id: func(r *request) string { return "nacl-" + r.hex("id", 10) },
		},
		"aws:ec2/networkAclAssociation:NetworkAclAssociation": {id: prefixed("aclassoc")},
		"aws:ec2/vpcEndpoint:VpcEndpoint": {
			id: prefixed("vpce"), arn: regional("ec2", "vpc-endpoint/{id}"), tagged: true, outputs: endpointOutputs,
		},
		"aws:ec2/flowLog:FlowLog": {id: prefixed("fl"), arn: regional("ec2", "vpc-flow-log/{id}"), tagged: true},
		"aws:ec2/launchTemplate:LaunchTemplate": {
			name: named(128), id: prefixed("lt"), arn: regional("ec2", "launch-template/{id}"), tagged: true,
			outputs: func(r *request) fields {
				return fields{"latestVersion": 1, "defaultVersion": r.given("defaultVersion", 1)}
			},
		},
		"aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions": {
			id: like("{region}"),
			outputs: func(r *request) fields {
				return fields{"awsAccountId": r.provider.ID, "awsRegion": r.provider.Region}
			},
		},
		"aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion": {
			id: prefixed("vpcbpa-exclude"), tagged: true, outputs: exclusionOutputs,
		},
	}
}

func owned(r *request) fields { return fields{"ownerId": r.provider.ID} }

func vpcOutputs(r *request) fields {
	return fields{
		"ownerId":                r.provider.ID,
		"defaultNetworkAclId":    r.longID("acl"),
		"defaultRouteTableId":    r.longID("rtb"),
		"mainRouteTableId":       r.longID("rtb"),
		"defaultSecurityGroupId": r.longID("sg"),
		"dhcpOptionsId":          r.longID("dopt"),
		"instanceTenancy":        r.given("instanceTenancy", "default"),
		"enableDnsSupport":       r.given("enableDnsSupport", true),
		"enableDnsHostnames":     r.given("enableDnsHostnames", false),
	}
}

func subnetOutputs(r *request) fields {
	zone := r.given("availabilityZone", r.provider.Region+"a")
	return fields{
		"ownerId":             r.provider.ID,
		"availabilityZone":    zone,
		"availabilityZoneId":  r.given("availabilityZoneId", zoneID(textOf(propertyOf(zone)))),
		"mapPublicIpOnLaunch": r.given("mapPublicIpOnLaunch", false),
	}
}

// zoneID is the id of a zone, such as euc1-az2 of eu-central-1b. Which letter stands for which zone differs
// between accounts; here they follow the alphabet.
func zoneID(zone string) string {
	parts := strings.Split(zone, "-")
	last := parts[len(parts)-1]
	if len(parts) < 3 || len(last) != 2 {
		return ""
	}
	short := parts[0]
	for _, part := range parts[1 : len(parts)-1] {
		switch part {
		case "northeast", "northwest", "southeast", "southwest":
			short += part[:1] + part[5:6]
		default:
			short += part[:1]
		}
	}
	return short + last[:1] + "-az" + string('1'+last[1]-'a')
}

func addressOutputs(r *request) fields {
	ip := r.publicIP()
	region := r.provider.Region + ".compute"
	if r.provider.Region == "us-east-1" {
		region = "compute-1"
	}
	return fields{
		"allocationId":       r.id,
		"domain":             r.given("domain", "vpc"),
		"publicIp":           ip,
		"publicDns":          "ec2-" + strings.ReplaceAll(ip, ".", "-") + "." + region + "." + domain(r.provider.Account),
		"publicIpv4Pool":     r.given("publicIpv4Pool", "amazon"),
		"networkBorderGroup": r.given("networkBorderGroup", r.provider.Region),
	}
}

func natOutputs(r *request) fields {
	f := fields{
		"networkInterfaceId": r.longID("eni"),
		"connectivityType":   r.given("connectivityType", "public"),
	}
	if subnet, ok := r.cloud.find("aws:ec2/subnet:Subnet", r.text("subnetId")); ok {
		f["privateIp"] = r.given("privateIp", r.hostIn(textOf(subnet["cidrBlock"])))
	}
	if address, ok := r.cloud.find("aws:ec2/eip:Eip", r.text("allocationId")); ok {
		f["associationId"], f["publicIp"] = r.longID("eipassoc"), address["publicIp"]
	}
	return f
}

func defaultRouteTableOutputs(r *request) fields {
	f := owned(r)
	if vpc, ok := r.cloud.findWhere(vpcType, "defaultRouteTableId", r.id); ok {
		f["vpcId"] = r.cloud.idOf(vpcType, vpc)
	}
	return f
}

// endpointOutputs: a gateway endpoint adds a prefix list to route tables, an interface endpoint has an address
// and a name in each of its subnets (AWS PrivateLink Guide).
func endpointOutputs(r *request) fields {
	service := r.text("serviceName")
	f := fields{
		"ownerId":           r.provider.ID,
		"state":             "available",
		"requesterManaged":  false,
		"vpcEndpointType":   r.given("vpcEndpointType", "Gateway"),
		"privateDnsEnabled": r.given("privateDnsEnabled", false),
	}
	if textOf(propertyOf(f["vpcEndpointType"])) == "Gateway" {
		f["prefixListId"] = PrefixListID(r.provider.Account, service)
		return f
	}
	var interfaces []string
	for _, subnet := range r.texts("subnetIds") {
		interfaces = append(interfaces, "eni-0"+r.hex(subnet, 16))
	}
	labels := strings.Split(strings.TrimPrefix(service, "com.amazonaws."+r.provider.Region+"."), ".")
	slices.Reverse(labels) // ecr.dkr is called dkr.ecr
	host := fmt.Sprintf("%s-%s.%s.%s.vpce.%s", r.id, r.hex("dns", 8), strings.Join(labels, "."),
		r.provider.Region, domain(r.provider.Account))
	f["networkInterfaceIds"] = interfaces
	f["dnsEntries"] = []fields{{"dnsName": host, "hostedZoneId": madeUpZone(r.provider.Account, "vpce")}}
	return f
}

// exclusionOutputs names what is excluded.
func exclusionOutputs(r *request) fields {
	if subnet := r.text("subnetId"); subnet != "" {
		return fields{"resourceArn": r.provider.ARN("ec2", "subnet/"+subnet)}
	}
	return fields{"resourceArn": r.provider.ARN("ec2", "vpc/"+r.text("vpcId"))}
}

// idOf is the id under which a state was made.
func (c *cloud) idOf(token string, state resource.PropertyMap) string {
	arn := textOf(state["arn"])
	return arn[strings.LastIndex(arn, "/")+1:]
}
