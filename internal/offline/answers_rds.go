package offline

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/magestack/magestack/pkg/aws/account"
)

const databaseClusterType = "aws:rds/cluster:Cluster"

// rdsKinds is Aurora (Amazon RDS User Guide, "Constructing ARNs"; Aurora User Guide, "Endpoint connections").
func rdsKinds() map[string]kind {
	return map[string]kind{
		databaseClusterType: {
			name: naming{property: "clusterIdentifier", max: 63}, id: nameID, arn: regional("rds", "cluster:{name}"),
			tagged: true, outputs: databaseClusterOutputs,
		},
		"aws:rds/clusterInstance:ClusterInstance": {
			name: naming{property: "identifier", max: 63}, id: nameID, arn: regional("rds", "db:{name}"),
			tagged: true, outputs: databaseInstanceOutputs,
		},
		"aws:rds/subnetGroup:SubnetGroup": {
			name: named(255), id: nameID, arn: regional("rds", "subgrp:{name}"), tagged: true, outputs: subnetGroupOutputs,
		},
		"aws:rds/clusterParameterGroup:ClusterParameterGroup": {
			name: named(255), id: nameID, arn: regional("rds", "cluster-pg:{name}"), tagged: true, outputs: described,
		},
		"aws:rds/parameterGroup:ParameterGroup": {
			name: named(255), id: nameID, arn: regional("rds", "pg:{name}"), tagged: true, outputs: described,
		},
		"aws:rds/globalCluster:GlobalCluster": {
			name: naming{property: "globalClusterIdentifier", max: 63}, id: nameID, arn: global("rds", "global-cluster:{name}"),
			tagged: true, outputs: globalClusterOutputs,
		},
		"aws:rds/eventSubscription:EventSubscription": {
			name: named(255), id: nameID, arn: regional("rds", "es:{name}"), tagged: true,
			outputs: func(r *request) fields { return fields{"customerAwsId": r.provider.ID} },
		},
	}
}

func described(r *request) fields {
	return fields{"description": r.given("description", "Managed by Pulumi")}
}

// databaseHost is the name of a cluster or an instance; the middle is the same for an account in a region.
func databaseHost(r *request, name, kind string) string {
	return name + "." + kind + databaseSuffix(r.provider.Account) + "." + r.provider.Region + ".rds." + domain(r.provider.Account)
}

func databaseSuffix(a account.Account) string { return "c" + alphanumericOf(11, a.ID, a.Region, "rds") }

func databaseClusterOutputs(r *request) fields {
	f := fields{
		"clusterResourceId":     "cluster-" + strings.ToUpper(r.alphanumeric("resource", 26)),
		"endpoint":              databaseHost(r, r.physical, "cluster-"),
		"readerEndpoint":        databaseHost(r, r.physical, "cluster-ro-"),
		"hostedZoneId":          madeUpZone(r.provider.Account, "rds"),
		"engineVersionActual":   r.text("engineVersion"),
		"port":                  r.given("port", databasePort(r.text("engine"))),
		"availabilityZones":     r.given("availabilityZones", r.zones(3)),
		"storageEncrypted":      r.given("storageEncrypted", false),
		"backupRetentionPeriod": r.given("backupRetentionPeriod", 1),
		"networkType":           r.given("networkType", "IPV4"),
		"engineMode":            r.given("engineMode", "provisioned"),
	}
	if r.flag("manageMasterUserPassword") {
		f["masterUserSecrets"] = []fields{{
			"secretArn":    r.provider.ARN("secretsmanager", "secret:rds!cluster-"+r.uuid("secret")+"-"+r.alphanumeric("secret", 6)),
			"secretStatus": "active",
			"kmsKeyId":     r.given("masterUserSecretKmsKeyId", r.provider.ARN("kms", "alias/aws/secretsmanager")),
		}}
	}
	return f
}

func databasePort(engine string) int {
	if strings.Contains(engine, "postgres") {
		return 5432
	}
	return 3306
}

// databaseInstanceOutputs leaves out which instance is the writer: it changes at every failover.
func databaseInstanceOutputs(r *request) fields {
	f := fields{
		"dbiResourceId":       "db-" + strings.ToUpper(r.alphanumeric("resource", 26)),
		"endpoint":            databaseHost(r, r.physical, ""),
		"engineVersionActual": r.text("engineVersion"),
		"port":                databasePort(r.text("engine")),
		"networkType":         "IPV4",
	}
	if cluster, ok := r.cloud.find(databaseClusterType, r.text("clusterIdentifier")); ok {
		f["storageEncrypted"] = cluster["storageEncrypted"]
		f["port"] = cluster["port"]
		f["engineVersionActual"] = cluster["engineVersionActual"]
		if key, ok := cluster["kmsKeyId"]; ok {
			f["kmsKeyId"] = key
		}
	}
	return f
}

// globalClusterOutputs takes after the cluster that the Global Database was made of.
func globalClusterOutputs(r *request) fields {
	f := fields{
		"globalClusterResourceId": "cluster-" + r.hex("resource", 16),
		"endpoint":                r.physical + ".global-" + r.alphanumeric("endpoint", 12) + ".global.rds." + domain(r.provider.Account),
	}
	primary, ok := r.cloud.findWhere(databaseClusterType, "arn", r.text("sourceDbClusterIdentifier"))
	if !ok {
		return f
	}
	for _, key := range []resource.PropertyKey{"engine", "engineVersion", "engineVersionActual", "databaseName", "storageEncrypted"} {
		f[string(key)] = primary[key]
	}
	f["globalClusterMembers"] = []fields{{"dbClusterArn": primary["arn"], "isWriter": true}}
	return f
}

func subnetGroupOutputs(r *request) fields {
	f := described(r)
	f["supportedNetworkTypes"] = []string{"IPV4"}
	if vpc := r.vpcOf(r.texts("subnetIds")); vpc != "" {
		f["vpcId"] = vpc
	}
	return f
}

// vpcOf is the VPC of the first of the subnets that was made in this run.
func (r *request) vpcOf(subnets []string) string {
	for _, id := range subnets {
		if subnet, ok := r.cloud.find("aws:ec2/subnet:Subnet", id); ok {
			return textOf(subnet["vpcId"])
		}
	}
	return ""
}
