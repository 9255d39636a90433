package offline

import (
	"fmt"
	"strings"

	"github.com/magestack/magestack/pkg/aws/account"
)

// cacheKinds is ElastiCache (Amazon ElastiCache User Guide, "Finding connection endpoints").
func cacheKinds() map[string]kind {
	return map[string]kind{
		"aws:elasticache/replicationGroup:ReplicationGroup": {
			name: naming{property: "replicationGroupId", max: 40}, id: nameID,
			arn: regional("elasticache", "replicationgroup:{name}"), tagged: true, outputs: replicationGroupOutputs,
		},
		"aws:elasticache/subnetGroup:SubnetGroup": {
			name: named(255), id: nameID, arn: regional("elasticache", "subnetgroup:{name}"), tagged: true,
			outputs: cacheSubnetGroupOutputs,
		},
		"aws:elasticache/parameterGroup:ParameterGroup": {
			name: named(255), id: nameID, arn: regional("elasticache", "parametergroup:{name}"), tagged: true, outputs: described,
		},
	}
}

func cacheSubnetGroupOutputs(r *request) fields {
	f := described(r)
	if vpc := r.vpcOf(r.texts("subnetIds")); vpc != "" {
		f["vpcId"] = vpc
	}
	return f
}

// replicationGroupOutputs knows groups with cluster mode disabled; others have another kind of endpoint.
func replicationGroupOutputs(r *request) fields {
	count := 1
	if value, ok := valueIn(r.inputs, "numCacheClusters"); ok && value.IsNumber() {
		count = int(value.NumberValue())
	}
	members := make([]string, count)
	for i := range members {
		members[i] = fmt.Sprintf("%s-%03d", r.physical, i+1)
	}
	return fields{
		"primaryEndpointAddress":  cacheHost(r, "master"),
		"readerEndpointAddress":   cacheHost(r, "replica"),
		"memberClusters":          members,
		"numCacheClusters":        count,
		"numNodeGroups":           1,
		"replicasPerNodeGroup":    count - 1,
		"clusterEnabled":          false,
		"clusterMode":             r.given("clusterMode", "disabled"),
		"engineVersionActual":     r.text("engineVersion") + ".0",
		"networkType":             r.given("networkType", "ipv4"),
		"ipDiscovery":             r.given("ipDiscovery", "ipv4"),
		"port":                    r.given("port", 6379),
		"autoMinorVersionUpgrade": r.given("autoMinorVersionUpgrade", true),
	}
}

// cacheHost has the role in front with encryption in transit, and behind the name without it.
func cacheHost(r *request, role string) string {
	suffix := alphanumericOf(6, r.provider.ID, r.provider.Region, "elasticache")
	zone := regionCode(r.provider.Account) + ".cache." + domain(r.provider.Account)
	if r.flag("transitEncryptionEnabled") {
		return role + "." + r.physical + "." + suffix + "." + zone
	}
	if role == "replica" {
		return r.physical + "-ro." + suffix + ".ng.0001." + zone
	}
	return r.physical + "." + suffix + ".ng.0001." + zone
}

// regionCode is the short form of a region in host names of ElastiCache, such as euc1 or apse2.
func regionCode(a account.Account) string {
	parts := strings.Split(a.Region, "-")
	code := parts[0]
	for _, part := range parts[1:] {
		for _, direction := range []string{"north", "south"} {
			if rest, ok := strings.CutPrefix(part, direction); ok {
				code, part = code+direction[:1], rest
			}
		}
		if part != "" {
			code += part[:1]
		}
	}
	return code
}
