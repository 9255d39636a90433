package search_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/data/search"
	"github.com/magestack/magestack/pkg/data/search/sizing"
)

func TestEncryptedAndAuthenticated(t *testing.T) {
	environment := planned(t, arguments())
	domain := offlinetest.Find(t, environment, "search-domain").Inputs
	assert.Equal(t, map[string]any{"enabled": true, "kmsKeyId": dataKey}, domain["encryptAtRest"])
	assert.Equal(t, map[string]any{"enabled": true}, domain["nodeToNodeEncryption"])
	assert.Equal(t, map[string]any{"enforceHttps": true, "tlsSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"}, domain["domainEndpointOptions"])
	assert.Equal(t, map[string]any{
		"enabled": true, "anonymousAuthEnabled": false, "internalUserDatabaseEnabled": true,
		"masterUserOptions": map[string]any{"masterUserName": "magento", "masterUserPassword": plan.Secret},
	}, domain["advancedSecurityOptions"])
	assert.Equal(t, secretsKey, offlinetest.Find(t, environment, "search-credential-secret").Inputs["kmsKeyId"])
}

func TestInsideTheVPC(t *testing.T) {
	environment := planned(t, arguments())
	domain := offlinetest.Find(t, environment, "search-domain").Inputs
	assert.Equal(t, map[string]any{
		"subnetIds": []any{"subnet-a", "subnet-b", "subnet-c"}, "securityGroupIds": []any{"sg-search"},
	}, domain["vpcOptions"])
	access := statement(t, domain["accessPolicies"])
	assert.Equal(t, "es:ESHttp*", access["Action"], "nothing of the domain's administration")
	assert.Equal(t, domainARN+"/*", access["Resource"])
}

func TestSpread(t *testing.T) {
	config := func(args search.DomainArgs) (map[string]any, []any) {
		domain := offlinetest.Find(t, planned(t, args), "search-domain").Inputs
		return domain["clusterConfig"].(map[string]any), domain["vpcOptions"].(map[string]any)["subnetIds"].([]any)
	}
	production, subnets := config(arguments())
	assert.Equal(t, map[string]any{
		"instanceType": "r7g.large.search", "instanceCount": 3.0, "multiAzWithStandbyEnabled": false,
		"zoneAwarenessEnabled": true, "zoneAwarenessConfig": map[string]any{"availabilityZoneCount": 3.0},
		"dedicatedMasterEnabled": true, "dedicatedMasterCount": 3.0, "dedicatedMasterType": "m7g.large.search",
	}, production)
	assert.Len(t, subnets, 3)

	args := arguments()
	args.Cluster = sizing.Cluster{DataNodes: 1, DataType: "m7g.medium.search", VolumeGiB: 10, Zones: 1}
	staging, subnets := config(args)
	assert.Equal(t, map[string]any{
		"instanceType": "m7g.medium.search", "instanceCount": 1.0, "multiAzWithStandbyEnabled": false,
		"zoneAwarenessEnabled": false, "dedicatedMasterEnabled": false,
	}, staging)
	assert.Equal(t, []any{"subnet-a"}, subnets)

	args.Cluster.DataNodes, args.Cluster.Zones = 4, 2
	_, subnets = config(args)
	assert.Equal(t, []any{"subnet-a", "subnet-b"}, subnets)
}

func TestAllLogsArePublishedAndOnlyByThisDomain(t *testing.T) {
	environment := planned(t, arguments())
	domain, granted := offlinetest.Find(t, environment, "search-domain"), offlinetest.Find(t, environment, "search-log-policy")
	published := map[string]any{}
	for _, option := range domain.Inputs["logPublishingOptions"].([]any) {
		o := option.(map[string]any)
		assert.Equal(t, true, o["enabled"])
		published[o["logType"].(string)] = o["cloudwatchLogGroupArn"]
	}
	var groups []any
	for logType, name := range map[string]string{
		"INDEX_SLOW_LOGS": "index-slow", "SEARCH_SLOW_LOGS": "search-slow", "ES_APPLICATION_LOGS": "error", "AUDIT_LOGS": "audit",
	} {
		group := offlinetest.Find(t, environment, "search-"+name+"-log")
		assert.Equal(t, "/aws/opensearch/magento-staging/"+name, group.ID)
		assert.Equal(t, dataKey, group.Inputs["kmsKeyId"])
		assert.EqualValues(t, 365, group.Inputs["retentionInDays"])
		assert.Equal(t, group.Outputs["arn"], published[logType])
		groups = append(groups, group.Outputs["arn"].(string)+":*")
	}
	assert.Len(t, published, 4)

	allowed := statement(t, granted.Inputs["policyDocument"])
	assert.Equal(t, map[string]any{"Service": "es.amazonaws.com"}, allowed["Principal"])
	assert.ElementsMatch(t, groups, allowed["Resource"])
	assert.Equal(t, map[string]any{
		"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"},
		"ArnEquals":    map[string]any{"aws:SourceArn": domainARN},
	}, allowed["Condition"])
	assert.Contains(t, domain.Dependencies, granted.URN, "the policy comes before the domain")
}

// A category rule or a search over many attributes may have more parts than the 1,024 that a domain begins with.
func TestClauses(t *testing.T) {
	const foreign = "advancedOptions.override_main_response_version"
	domain := offlinetest.Find(t, planned(t, arguments()), "search-domain")
	assert.NotContains(t, domain.Inputs, "advancedOptions", "any of them replaces all nodes of a domain that is there")
	assert.NotContains(t, domain.IgnoreChanges, foreign, "the engine would refuse to take the setting back")

	args := arguments()
	args.Cluster.MaxClauses = 16384
	domain = offlinetest.Find(t, planned(t, args), "search-domain")
	assert.Equal(t, map[string]any{
		"indices.query.bool.max_clause_count": "16384", "rest.action.multi.allow_explicit_index": "true",
	}, domain.Inputs["advancedOptions"])
	assert.Contains(t, domain.IgnoreChanges, foreign, "the service shows it and refuses it")

	for clauses, valid := range map[int]bool{-1: false, 0: true, 1: false, 1023: false, 1024: true, 65536: true, 65537: false} {
		args.Cluster.MaxClauses = clauses
		if _, err := planOf(args); valid {
			assert.NoError(t, err, clauses)
		} else {
			assert.ErrorContains(t, err, "clauses in a query: must be 0, or 1024 to 65536", clauses)
		}
	}
}

func TestMaintenanceWaitsForTheNight(t *testing.T) {
	domain := offlinetest.Find(t, planned(t, arguments()), "search-domain").Inputs
	assert.Equal(t, map[string]any{"autoSoftwareUpdateEnabled": true}, domain["softwareUpdateOptions"])
	assert.Equal(t, map[string]any{"desiredState": "ENABLED", "rollbackOnDisable": "NO_ROLLBACK", "useOffPeakWindow": true}, domain["autoTuneOptions"])
	assert.Equal(t, map[string]any{
		"enabled": true, "offPeakWindow": map[string]any{"windowStartTime": map[string]any{"hours": 21.0, "minutes": 0.0}},
	}, domain["offPeakWindowOptions"])
}

func TestServiceLinkedRoleOnlyOnRequest(t *testing.T) {
	roles := func(environment *plan.Environment) (roles []plan.Resource) {
		for _, r := range environment.Resources() {
			if r.Type == "aws:iam/serviceLinkedRole:ServiceLinkedRole" {
				roles = append(roles, r)
			}
		}
		return roles
	}
	assert.Empty(t, roles(planned(t, arguments())), "the account has it once")
	args := arguments()
	args.CreateServiceLinkedRole = true
	environment := planned(t, args)
	made := roles(environment)
	require.Len(t, made, 1)
	assert.Equal(t, "opensearchservice.amazonaws.com", made[0].Inputs["awsServiceName"])
	assert.Equal(t, "arn:aws:iam::123456789012:role/aws-service-role/opensearchservice.amazonaws.com/AWSServiceRoleForAmazonOpenSearchService",
		made[0].ID)
	assert.Contains(t, offlinetest.Find(t, environment, "search-domain").Dependencies, made[0].URN, "the role comes before the domain")
}

func TestOutputsAndNames(t *testing.T) {
	outputs := planned(t, arguments()).Stacks[0].Outputs["search"].(map[string]any)
	assert.Equal(t, "magento-staging", outputs["name"])
	assert.Equal(t, domainARN, outputs["arn"])
	assert.Regexp(t, `^vpc-magento-staging-[a-z0-9]{26}\.eu-central-1\.es\.amazonaws\.com$`, outputs["endpoint"])
	assert.Equal(t, "magento/staging/search", outputs["secret"])
}

// The program draws another password at every run: neither the domain nor the secret may follow it, and it may
// stand nowhere in the open.
func TestThePasswordIsSecretAndStays(t *testing.T) {
	environment := planned(t, arguments())
	domain, value := offlinetest.Find(t, environment, "search-domain"), offlinetest.Find(t, environment, "search-credential-value")
	password := "advancedSecurityOptions.masterUserOptions.masterUserPassword"
	assert.Equal(t, []string{"advancedSecurityOptions"}, domain.IgnoreChanges, "the engine prints the whole of an input that is not as planned")
	assert.Equal(t, []string{password}, domain.SecretInputs)
	assert.Equal(t, plan.Secret, domain.Outputs["advancedSecurityOptions"])
	assert.Equal(t, []string{"secretString"}, value.SecretInputs)
	assert.Equal(t, []string{"secretString", "versionStages"}, value.IgnoreChanges)
	assert.Contains(t, value.Dependencies, domain.URN, "the password is that of the domain, not another draw")
	var record strings.Builder
	require.NoError(t, environment.WriteJSON(&record))
	assert.NotContains(t, record.String(), "Offline0", "the password that the embedded cloud draws")
}

func TestEveryResourceIsInTheComponent(t *testing.T) {
	for _, protect := range []bool{true, false} {
		args := arguments()
		args.Protect = protect
		environment := planned(t, args)
		assert.Empty(t, offlinetest.Find(t, environment, "search").SecretInputs)
		assert.Equal(t, protect, offlinetest.Find(t, environment, "search-domain").Protect)
		offlinetest.CheckChildren(t, environment, search.DomainType, "search")
	}
}

func TestArgsAreRefusedAllAtOnce(t *testing.T) {
	_, err := planOf(search.DomainArgs{
		Environment: "a-rather-long-environment",
		Cluster:     sizing.Cluster{DataNodes: 5, Zones: 2, Masters: 2},
		SubnetIDs:   []string{"subnet-a"},
	})
	for _, want := range []string{
		`magento:search:Domain "search": `,
		`version "": must be`,
		"5 data nodes over 2 zones: must be a multiple of 2, such as 6",
		"2 dedicated masters: must be 0, 3 or 5",
		"volume of 0 GiB",
		`domain name "magento-a-rather-long-environment" has 33 characters: must be 3 to 28`,
		`account "" in region "": must be`,
		"environment and securityGroupId: required",
		"subnetIds: 1 given for 2 zones",
		"log retention of 0 days",
		"keyArn and secretsKeyArn: required",
	} {
		assert.ErrorContains(t, err, want)
	}
}
