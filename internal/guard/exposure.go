package guard

import (
	"fmt"
	"slices"
	"strings"
)

const (
	ingressRule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressRule  = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
)

func exposureControls() []Control {
	return []Control{
		{"nothing-public", "RDS.2, EC2.15, EC2.25, EKS.1, ELB: nothing is public but the edge and NAT", checkNothingPublic},
		{"buckets-private", "S3.8, S3.12", checkBucketsPrivate},
		{"rules-named", "EC2.18: every rule says what it is for, and none admits the internet", checkRules},
		{"routes", "private and data subnets have no route from the internet, data subnets none at all", checkRoutes},
		{"instances-hardened", "EC2.170, EC2.8", require(
			requirement{"aws:ec2/launchTemplate:LaunchTemplate", "metadataOptions.httpTokens", "required", "lets IMDSv1 be used"},
			requirement{"aws:ec2/launchTemplate:LaunchTemplate", "metadataOptions.httpPutResponseHopLimit", float64(1), "lets pods reach the instance's credentials"},
		)},
		{"load-balancer-hardened", "ELB.4, ELB.12", require(
			requirement{balancerType, "dropInvalidHeaderFields", true, "passes invalid headers on"},
			requirement{balancerType, "desyncMitigationMode", "defensive", "lets requests be smuggled"},
		)},
		{"load-balancer-logged", "ELB.5, ELB.13", require(
			requirement{balancerType, "accessLogs.enabled", true, "does not record who asks"},
			requirement{balancerType, "accessLogs.bucket", nil, "does not record who asks"},
			requirement{balancerType, "connectionLogs.enabled", true, "does not record who connects"},
			requirement{balancerType, "subnets.1", nil, "is in one zone"},
		)},
		{"images-hardened", "ECR.1, ECR.2, ECR.3", checkRepositories},
	}
}

func checkNothingPublic(g *graph) []Violation {
	found := require(
		requirement{"aws:rds/clusterInstance:ClusterInstance", "publiclyAccessible", false, "is public"},
		requirement{"aws:ec2/subnet:Subnet", "mapPublicIpOnLaunch", false, "gives instances public addresses"},
		requirement{balancerType, "internal", true, "is public"},
		requirement{"eks:index:Cluster", "endpointPrivateAccess", true, "has no private endpoint"},
		requirement{queueType, "publiclyAccessible", false, "is public"},
		requirement{searchType, "vpcOptions.subnetIds.0", nil, "is public"},
	)(g)
	for _, cluster := range g.of("eks:index:Cluster") {
		blocks := texts(cluster, "publicAccessCidrs")
		if at(cluster, "endpointPublicAccess") != (len(blocks) > 0) || slices.Contains(blocks, "0.0.0.0/0") {
			found = append(found, Violation{URN: cluster.URN, Problem: "its public endpoint is not limited to named networks"})
		}
	}
	return found
}

func checkBucketsPrivate(g *graph) []Violation {
	var found []Violation
	for _, flag := range []string{"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"} {
		found = append(found, checkBuckets(g, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", flag, true)...)
	}
	return append(found, checkBuckets(g, "aws:s3/bucketOwnershipControls:BucketOwnershipControls", "rule.objectOwnership", "BucketOwnerEnforced")...)
}

func checkRules(g *graph) []Violation {
	var found []Violation
	for _, rule := range g.of(ingressRule, egressRule) {
		if at(rule, "description") == nil {
			found = append(found, Violation{URN: rule.URN, Problem: "does not say what it is for"})
		}
	}
	for _, rule := range g.of(ingressRule) {
		if at(rule, "cidrIpv4") != nil || at(rule, "cidrIpv6") != nil {
			found = append(found, Violation{URN: rule.URN, Problem: "admits addresses; a rule admits a group or a prefix list of AWS"})
		}
	}
	for _, group := range g.of("aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup") {
		if at(group, "ingress") != nil || at(group, "egress") != nil {
			found = append(found, Violation{URN: group.URN, Problem: "has rules of its own; rules are resources of their own"})
		}
	}
	return found
}

// checkRoutes follows each subnet to its route table, and that to its routes.
func checkRoutes(g *graph) []Violation {
	var found []Violation
	for _, subnet := range g.of("aws:ec2/subnet:Subnet") {
		tables := g.referring("aws:ec2/routeTableAssociation:RouteTableAssociation", "subnetId", subnet.ID)
		if len(tables) != 1 {
			found = append(found, Violation{URN: subnet.URN, Problem: fmt.Sprintf("has %d route tables of its own, not one", len(tables))})
			continue
		}
		for _, route := range g.referring("aws:ec2/route:Route", "routeTableId", at(tables[0], "routeTableId")) {
			switch {
			case strings.Contains(subnet.Name, "-data-"):
				found = append(found, Violation{URN: route.URN, Problem: "leads out of the data subnets"})
			case strings.Contains(subnet.Name, "-private-") && at(route, "gatewayId") != nil:
				found = append(found, Violation{URN: route.URN, Problem: "leads from the internet into a private subnet"})
			}
		}
	}
	return found
}

// checkRepositories wants images that are looked at when they come, and that stay what they are; and an end to old ones.
func checkRepositories(g *graph) []Violation {
	found := require(
		requirement{repositoryType, "imageScanningConfiguration.scanOnPush", true, "does not look at what is pushed"},
		requirement{repositoryType, "imageTagMutability", "IMMUTABLE", "lets a tag become another image"},
	)(g)
	for _, repository := range g.of(repositoryType) {
		for kind, problem := range map[string]string{
			"aws:ecr/lifecyclePolicy:LifecyclePolicy":   "keeps every image for ever",
			"aws:ecr/repositoryPolicy:RepositoryPolicy": "lets other accounts in",
		} {
			if len(g.referring(kind, "repository", at(repository, "name"))) != 1 {
				found = append(found, Violation{URN: repository.URN, Problem: problem})
			}
		}
	}
	return found
}
