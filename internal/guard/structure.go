package guard

import (
	"fmt"
	"strings"

	"github.com/magestack/magestack/internal/plan"
)

func structureControls() []Control {
	return []Control{
		{"parents", "Pulumi, component design guidelines: every child belongs to its component", checkParents},
		{"providers", "every resource names its provider, which knows its account", checkProviders},
		{"tags", "cost allocation and the watch rely on the environment's tags", checkTags},
		{"name-lengths", "AWS refuses longer names, some of them only when the resource is made", checkNameLengths},
	}
}

// checkParents wants every resource below a component, except what configures or reads.
func checkParents(g *graph) []Violation {
	var found []Violation
	for _, r := range g.resources {
		if r.Type == plan.StackType || r.IsProvider() || r.External {
			continue
		}
		parent, known := g.byURN[r.Parent]
		switch {
		case !known:
			found = append(found, Violation{URN: r.URN, Problem: "has no parent"})
		case r.IsComponent() && !r.Remote:
		case !parent.IsComponent():
			found = append(found, Violation{URN: r.URN, Problem: "belongs to no component"})
		case !strings.HasPrefix(r.Name, parent.Name+"-"):
			found = append(found, Violation{URN: r.URN, Problem: fmt.Sprintf("is not named after its component: %s-…", parent.Name)})
		}
	}
	return found
}

func checkProviders(g *graph) []Violation {
	var found []Violation
	for _, r := range g.resources {
		if !r.Custom || r.IsProvider() || r.External {
			continue
		}
		provider, known := g.byURN[r.Provider]
		if !known {
			found = append(found, Violation{URN: r.URN, Problem: "has no explicit provider"})
			continue
		}
		if strings.HasPrefix(r.Type, "aws:") && len(texts(provider, "allowedAccountIds")) != 1 {
			found = append(found, Violation{URN: provider.URN, Problem: "does not name the one account that it may act on"})
		}
	}
	return found
}

// requiredTags are on everything that AWS lets be tagged.
var requiredTags = []string{"project", "environment", "layer", "managed-by"}

func checkTags(g *graph) []Violation {
	var found []Violation
	for _, provider := range g.of("pulumi:providers:aws") {
		for _, tag := range requiredTags {
			if at(provider, "defaultTags.tags."+tag) == nil {
				found = append(found, Violation{URN: provider.URN, Problem: "lacks the default tag " + tag})
			}
		}
		if environment := at(provider, "defaultTags.tags.environment"); environment != g.environment {
			found = append(found, Violation{URN: provider.URN, Problem: fmt.Sprintf("tags with environment %v", environment)})
		}
	}
	// A provider's default tags do not reach what is launched from a template.
	for _, template := range g.of("aws:ec2/launchTemplate:LaunchTemplate") {
		for i, kind := range []string{"instance", "volume", "network-interface"} {
			specification := fmt.Sprintf("tagSpecifications.%d", i)
			if at(template, specification+".resourceType") != kind || at(template, specification+".tags.environment") != g.environment {
				found = append(found, Violation{URN: template.URN, Problem: "does not tag what it launches: " + kind})
			}
		}
	}
	return found
}

// nameLimits are the longest physical names, by type and the input that holds them (AWS service quotas and
// API references of each service).
var nameLimits = map[string]struct {
	input string
	limit int
}{
	"aws:rds/cluster:Cluster":                                {"clusterIdentifier", 63},
	"aws:rds/clusterInstance:ClusterInstance":                {"identifier", 63},
	"aws:elasticache/replicationGroup:ReplicationGroup":      {"replicationGroupId", 40},
	"aws:opensearch/domain:Domain":                           {"domainName", 28},
	"aws:cloudfront/cachePolicy:CachePolicy":                 {"name", 128},
	"aws:cloudfront/originAccessControl:OriginAccessControl": {"name", 64},
	"aws:wafv2/webAcl:WebAcl":                                {"name", 128},
	"eks:index:Cluster":                                      {"name", 100},
	"aws:kms/alias:Alias":                                    {"name", 256},
}

// autonamed are the types whose physical name Pulumi makes of the logical one and eight more characters.
var autonamed = map[string]int{
	"aws:lb/loadBalancer:LoadBalancer":                    32,
	"aws:lb/targetGroup:TargetGroup":                      32,
	"aws:eks/nodeGroup:NodeGroup":                         63,
	"aws:iam/role:Role":                                   64,
	"aws:s3/bucketV2:BucketV2":                            63,
	"aws:ec2/launchTemplate:LaunchTemplate":               128,
	"aws:rds/subnetGroup:SubnetGroup":                     255,
	"aws:rds/parameterGroup:ParameterGroup":               255,
	"aws:rds/clusterParameterGroup:ClusterParameterGroup": 255,
}

// autonameSuffix is a hyphen and seven random digits (Pulumi, "Resource names: autonaming").
const autonameSuffix = 8

func checkNameLengths(g *graph) []Violation {
	var found []Violation
	for _, r := range g.resources {
		if limit, ok := nameLimits[r.Type]; ok {
			name := fmt.Sprint(at(r, limit.input))
			if at(r, limit.input) == nil || len(name) > limit.limit {
				found = append(found, Violation{URN: r.URN, Problem: fmt.Sprintf("%s %q: must be set and have at most %d characters", limit.input, name, limit.limit)})
			}
		}
		if limit, ok := autonamed[r.Type]; ok && at(r, "name") == nil && len(r.Name)+autonameSuffix > limit {
			found = append(found, Violation{URN: r.URN, Problem: fmt.Sprintf("name %q: leaves no room for the suffix below %d characters", r.Name, limit)})
		}
	}
	return found
}
