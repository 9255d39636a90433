package offline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
)

// function answers a call that looks something up. It refuses what it cannot know.
type function func(c *cloud, p provider, arguments resource.PropertyMap) (fields, error)

// knownFunctions is what programs may look up.
func knownFunctions() map[string]function {
	functions := map[string]function{
		"aws:index/getCallerIdentity:getCallerIdentity":          callerIdentity,
		"aws:index/getPartition:getPartition":                    partition,
		"aws:index/getRegion:getRegion":                          region,
		"aws:ec2/getManagedPrefixList:getManagedPrefixList":      managedPrefixList,
		"aws:ec2/getVpcEndpointService:getVpcEndpointService":    endpointService,
		"aws:eks/getCluster:getCluster":                          cluster,
		"aws:route53/getZone:getZone":                            zone,
		"aws:secretsmanager/getRandomPassword:getRandomPassword": randomPassword,
		"aws:ssm/getParameter:getParameter":                      parameter,
	}
	for token, policies := range managedPolicies() {
		functions[token] = managedPolicy(policies)
	}
	return functions
}

// Call answers a function.
func (m *monitor) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	result, err := m.call(args)
	if err != nil {
		return nil, m.refuse(args.Token, err)
	}
	return result, nil
}

func (m *monitor) call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	f, ok := m.cloud.functions[args.Token]
	if !ok {
		return nil, fmt.Errorf("the embedded cloud does not know the function %s; teach it in internal/offline", args.Token)
	}
	if err := checkProvider(args.Token, args.Provider, nil, nil); err != nil {
		return nil, err
	}
	if err := checkKnown("argument", args.Args, nil); err != nil {
		return nil, err
	}
	answer, err := f(m.cloud, m.cloud.providers[urnOf(args.Provider)], args.Args)
	if err != nil {
		return nil, err
	}
	return propertyOf(answer).ObjectValue(), nil
}

func callerIdentity(_ *cloud, p provider, _ resource.PropertyMap) (fields, error) {
	return fields{
		"id": p.ID, "accountId": p.ID, "userId": "AROAEXAMPLEEXAMPLE:offline",
		"arn": fmt.Sprintf("arn:%s:sts::%s:assumed-role/offline/offline", p.Partition(), p.ID),
	}, nil
}

func partition(_ *cloud, p provider, _ resource.PropertyMap) (fields, error) {
	suffix := domain(p.Account)
	labels := strings.Split(suffix, ".")
	slices.Reverse(labels)
	return fields{
		"id": p.Partition(), "partition": p.Partition(), "dnsSuffix": suffix,
		"reverseDnsPrefix": strings.Join(labels, "."),
	}, nil
}

func region(_ *cloud, p provider, arguments resource.PropertyMap) (fields, error) {
	name := textIn(arguments, "name")
	if name == "" {
		name = p.Region
	}
	return fields{
		"id": name, "name": name, "description": name,
		"endpoint": "ec2." + name + "." + domain(p.InRegion(name)),
	}, nil
}

// PrefixListID is the id of a prefix list that AWS maintains, other in each region.
func PrefixListID(a account.Account, name string) string { return "pl-" + hexOf(8, a.Region, name) }

// managedPrefixList knows the lists that AWS maintains in every region (Amazon VPC User Guide, "AWS-managed prefix lists").
func managedPrefixList(_ *cloud, p provider, arguments resource.PropertyMap) (fields, error) {
	name := textIn(arguments, "name")
	if name == "" {
		name = filterValue(arguments, "prefix-list-name")
	}
	known := []string{"com.amazonaws.global.cloudfront.origin-facing"}
	for _, service := range []string{"s3", "dynamodb", "ec2-instance-connect", "route53-healthchecks", "vpc-lattice"} {
		known = append(known, "com.amazonaws."+p.Region+"."+service)
	}
	if !slices.Contains(known, name) {
		return nil, fmt.Errorf("prefix list %q: must be one of %s", name, strings.Join(known, ", "))
	}
	id := PrefixListID(p.Account, name)
	return fields{
		"id": id, "name": name, "addressFamily": "IPv4", "ownerId": "AWS", "version": 1, "maxEntries": 55,
		"arn": fmt.Sprintf("arn:%s:ec2:%s:aws:prefix-list/%s", p.Partition(), p.Region, id),
	}, nil
}

// endpointService knows the services of AWS in the provider's region, each in every zone.
func endpointService(_ *cloud, p provider, arguments resource.PropertyMap) (fields, error) {
	name := textIn(arguments, "serviceName")
	service, ok := strings.CutPrefix(name, "com.amazonaws."+p.Region+".")
	if !ok || service == "" {
		return nil, fmt.Errorf("endpoint service %q: must be com.amazonaws.%s. and a service", name, p.Region)
	}
	kind := textIn(arguments, "serviceType")
	zones := (&request{provider: p}).zones(maxZones)
	return fields{
		"id": "vpce-svc-" + hexOf(17, p.Region, service), "serviceName": name, "service": name, "serviceId": "vpce-svc-" + hexOf(17, p.Region, service),
		"serviceType": kind, "region": p.Region, "serviceRegion": p.Region, "owner": "amazon", "availabilityZones": zones,
		"vpcEndpointPolicySupported": false, "acceptanceRequired": false, "managesVpcEndpoints": false,
		"privateDnsName": service + "." + p.Region + "." + domain(p.Account), "privateDnsNames": []string{service + "." + p.Region + "." + domain(p.Account)},
		"baseEndpointDnsNames": []string{service + "." + p.Region + ".vpce." + domain(p.Account)}, "supportedIpAddressTypes": []string{"ipv4"},
		"tags": fields{}, "arn": p.ARN("ec2", "vpc-endpoint-service/vpce-svc-"+hexOf(17, p.Region, service)),
	}, nil
}

// maxZones is how many zones a region has in the embedded cloud.
const maxZones = 6

// filterValue is the value of the filter of that name.
func filterValue(arguments resource.PropertyMap, name string) string {
	filters := bare(arguments["filters"])
	if !filters.IsArray() {
		return ""
	}
	for _, filter := range filters.ArrayValue() {
		filter = bare(filter)
		if filter.IsObject() && textIn(filter.ObjectValue(), "name") == name {
			return firstText(filter.ObjectValue()["values"])
		}
	}
	return ""
}

func cluster(c *cloud, _ provider, arguments resource.PropertyMap) (fields, error) {
	name := textIn(arguments, "name")
	state, ok := c.clusters[name]
	if !ok {
		return nil, fmt.Errorf("EKS cluster %q: no program made it before", name)
	}
	answer := fields{}
	for key, value := range state {
		answer[string(key)] = value
	}
	return answer, nil
}

// zone gives a zone that a program made, or else one that was there before: a shop's domain is registered by hand.
func zone(c *cloud, p provider, arguments resource.PropertyMap) (fields, error) {
	name, id := strings.TrimSuffix(textIn(arguments, "name"), "."), textIn(arguments, "zoneId")
	if state, ok := c.find(zoneType, id); ok && id != "" {
		name = textOf(state["name"])
	} else if state, ok := c.findWhere(zoneType, "name", name); ok && name != "" {
		id = textOf(state["zoneId"])
	}
	if name == "" {
		return nil, fmt.Errorf("hosted zone %q: the name of a zone that exists, or the id of one that a program made, is required", id)
	}
	if id == "" {
		id = "Z" + strings.ToUpper(alphanumericOf(20, p.ID, name))
	}
	servers := nameServers(id)
	found := fields{
		"id": id, "zoneId": id, "name": name, "nameServers": servers, "primaryNameServer": servers[0],
		"arn": fmt.Sprintf("arn:%s:route53:::hostedzone/%s", p.Partition(), id), "privateZone": false,
	}
	c.made[zoneType+"|"+id] = propertyOf(found).ObjectValue()
	return found, nil
}

// parameter knows the images that AWS publishes for nodes of EKS (Amazon EKS User Guide, "Retrieve recommended
// Amazon Linux AMI IDs" and "Retrieve recommended Bottlerocket AMI IDs").
func parameter(_ *cloud, p provider, arguments resource.PropertyMap) (fields, error) {
	name := textIn(arguments, "name")
	if !strings.HasPrefix(name, "/aws/service/eks/optimized-ami/") && !strings.HasPrefix(name, "/aws/service/bottlerocket/") {
		return nil, fmt.Errorf("parameter %q: only those of the images for EKS nodes are known", name)
	}
	var value string
	switch lastPart(name) {
	case "image_id":
		value = "ami-0" + hexOf(16, p.Region, name)
	case "release_version", "image_version":
		value = "1.0.0-20260101"
	default:
		return nil, fmt.Errorf("parameter %q: must end in image_id, release_version or image_version", name)
	}
	return fields{
		"id": name, "name": name, "type": "String", "value": value, "insecureValue": value, "version": 1,
		"arn": fmt.Sprintf("arn:%s:ssm:%s::parameter%s", p.Partition(), p.Region, name),
	}, nil
}

// randomPassword gives a password that nobody could take for a real one, of the length that was asked for.
func randomPassword(_ *cloud, _ provider, arguments resource.PropertyMap) (fields, error) {
	length := defaultPasswordLength
	if asked := arguments["passwordLength"]; asked.IsNumber() {
		length = int(asked.NumberValue())
	}
	password := strings.Repeat("Offline0", length/8+1)[:length]
	if lower := arguments["excludeUppercase"]; lower.IsBool() && lower.BoolValue() {
		password = strings.ToLower(password)
	}
	return fields{"id": password, "randomPassword": password}, nil
}

// defaultPasswordLength is what Secrets Manager draws unless told otherwise (AWS Secrets Manager API Reference,
// GetRandomPassword, PasswordLength).
const defaultPasswordLength = 32
