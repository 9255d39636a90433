package settings_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/settings"
)

// read returns the settings of a fixture.
func read(t *testing.T, environment string) settings.Config {
	t.Helper()
	return fixture.Config(t, environment)
}

// own returns the settings of a file of the repository, which a user has adapted.
func own(t *testing.T, environment string) settings.Config {
	t.Helper()
	config, err := settings.ReadFile(filepath.Join(root, settings.FileName(environment)))
	require.NoError(t, err)
	return config
}

func TestSettingsFilesAreRight(t *testing.T) {
	environments, err := settings.Environments(root)
	require.NoError(t, err)
	require.NotEmpty(t, environments)
	for _, environment := range environments {
		assert.NoError(t, settings.Check(own(t, environment)), environment)
	}
}

// TestStagingIsNeverLaxer lets environments differ in nothing but what is tagged so.
func TestStagingIsNeverLaxer(t *testing.T) {
	environments, err := settings.Environments(root)
	require.NoError(t, err)
	if !slices.Contains(environments, "staging") || !slices.Contains(environments, "production") {
		t.Skip("there are no two files of these names to compare")
	}
	staging, production := own(t, "staging"), own(t, "production")
	value := func(config settings.Config, f settings.Field) string {
		if text, ok := config[f.Key]; ok {
			return text
		}
		return f.Default
	}
	for _, schema := range settings.Schemas() {
		for _, f := range schema.Fields {
			switch f.Differs {
			case "":
				assert.Equal(t, value(production, f), value(staging, f), "%s must be the same in Pulumi.staging.yaml and Pulumi.production.yaml (docs/settings.md, Differs)", f.Key)
			case "size", "replicas", "domain", "purpose", "owner":
			default:
				t.Errorf("%s: differs %q: unknown", f.Key, f.Differs)
			}
		}
	}
}

// TestWhatAnAccountHasOnceHasOneOwner keeps two environments of one account and region from switching each other's
// protection off.
func TestWhatAnAccountHasOnceHasOneOwner(t *testing.T) {
	environments, err := settings.Environments(root)
	require.NoError(t, err)
	blocking, roles := map[account.Account]string{}, map[string]string{}
	for _, environment := range environments {
		networking, err := settings.LoadNetworking(own(t, environment))
		require.NoError(t, err)
		if networking.PublicAccess == topology.PublicAccessBlocked {
			assert.Empty(t, blocking[networking.Account()], "%s owns the account's switch as well", environment)
			blocking[networking.Account()] = environment
		}
		data, err := settings.LoadData(own(t, environment))
		require.NoError(t, err)
		if data.SearchServiceLinkedRole {
			assert.Empty(t, roles[data.Account().ID], "%s makes the account's role for OpenSearch as well", environment)
			roles[data.Account().ID] = environment
		}
	}
}

func TestProductionIsProtected(t *testing.T) {
	data, err := settings.LoadData(read(t, "production"))
	require.NoError(t, err)
	compute, err := settings.LoadCompute(read(t, "production"))
	require.NoError(t, err)
	assert.True(t, data.ProtectData)
	assert.True(t, compute.ProtectCluster)
}

func TestBadInput(t *testing.T) {
	for name, c := range map[string]struct {
		set   settings.Config
		unset string
		want  []string // one for each problem
	}{
		"block too small for the zones": {
			set:  settings.Config{"magento-networking:vpcCidr": "10.20.0.0/22"},
			want: []string{`magento-networking:vpcCidr: "10.20.0.0/22": `},
		},
		"malformed block": {
			set:  settings.Config{"magento-networking:vpcCidr": "10.20.0.0"},
			want: []string{`magento-networking:vpcCidr: "10.20.0.0": must be an IPv4 block`},
		},
		"block with host bits": {
			set:  settings.Config{"magento-networking:vpcCidr": "10.20.1.0/16"},
			want: []string{`magento-networking:vpcCidr: "10.20.1.0/16": must be an IPv4 block`},
		},
		"block over another network": {
			set:  settings.Config{"magento-networking:vpcCidr": "10.30.0.0/16"},
			want: []string{`magento-networking:vpcCidr: "10.30.0.0/16": `},
		},
		"zone of another region": {
			set:  settings.Config{"magento-networking:zones": `["eu-central-1a","eu-west-1b"]`},
			want: []string{`eu-west-1b`},
		},
		"one zone": {
			set:  settings.Config{"magento-networking:zones": `["eu-central-1a"]`, "magento-data:searchZones": "1", "magento-data:searchDataNodes": "1"},
			want: []string{`magento-networking:zones: `},
		},
		"not a list": {
			set:  settings.Config{"magento-networking:zones": "eu-central-1a"},
			want: []string{`magento-networking:zones: "eu-central-1a": must be a list of 2 to 4 zones`},
		},
		"misspelt key": {
			set:  settings.Config{"magento-networking:vpcCIDR": "10.20.0.0/16"},
			want: []string{"magento-networking:vpcCIDR: \"10.20.0.0/16\": unknown key; did you mean magento-networking:vpcCidr?"},
		},
		"unknown key": {
			set: settings.Config{"magento-cdn:somethingElse": "1", "magento-cdn:somethingNew": "2"},
			want: []string{
				`magento-cdn:somethingElse: "1": unknown key; there are: aws:allowedAccountIds, `,
				`magento-cdn:somethingNew: "2": unknown key (allowed keys are listed above)`,
			},
		},
		"misspelt project": {
			set:  settings.Config{"magento-netwroking:nat": "zone"},
			want: []string{`magento-netwroking:nat: "zone": unknown project; there are: magento-networking, `},
		},
		"missing key": {
			unset: "magento-data:minCapacity",
			want:  []string{"magento-data:minCapacity: missing; must be 1 to 256"},
		},
		"minimum above the maximum": {
			set:  settings.Config{"magento-data:minCapacity": "16"},
			want: []string{`magento-data:maxCapacity: "16 to 8 ACU": `},
		},
		"capacity between the steps": {
			set:  settings.Config{"magento-data:minCapacity": "0.25"},
			want: []string{`magento-data:minCapacity: "0.25": `},
		},
		"another engine": {
			set:  settings.Config{"magento-data:engineVersion": "5.7.mysql_aurora.2.11.0"},
			want: []string{`magento-data:engineVersion: "5.7.mysql_aurora.2.11.0": `},
		},
		"retention out of range": {
			set:  settings.Config{"magento-data:backupRetentionDays": "36"},
			want: []string{`magento-data:backupRetentionDays: "36": must be 7 to 35 days`},
		},
		"not a number": {
			set:  settings.Config{"magento-data:backupRetentionDays": "many"},
			want: []string{`magento-data:backupRetentionDays: "many": must be 7 to 35 days`},
		},
		"a read split of nothing": {
			set:  settings.Config{"magento-data:readSplit": "proxysql"},
			want: []string{`magento-data:readDigests: "0 digests": must be named with read split proxysql`},
		},
		"a digest that is none": {
			set:  settings.Config{"magento-data:readSplit": "proxysql", "magento-data:readDigests": `["SELECT 1"]`},
			want: []string{`item 1, "SELECT 1": must be 0x and sixteen digits`},
		},
		"a vault for ever in an environment to throw away": {
			set:  settings.Config{"magento-data:backupLock": "compliance"},
			want: []string{`magento-data:backupLock: "compliance": must be governance where protectData is false`},
		},
		"a second vault for ever in an environment to throw away": {
			set:  settings.Config{"magento-data:airGappedBackups": "true"},
			want: []string{`magento-data:airGappedBackups: "true": must be false where protectData is false`},
		},
		"keys that nobody could change": {
			set:  settings.Config{"magento-data:protectData": "true"},
			want: []string{`magento-data:breakGlassRole: must be the ARN of an IAM role of account 123456789012 where protectData is true`},
		},
		"keys for another account to change": {
			set:  settings.Config{"magento-data:breakGlassRole": "arn:aws:iam::999999999999:role/break-glass"},
			want: []string{`magento-data:breakGlassRole: "arn:aws:iam::999999999999:role/break-glass": must be the ARN of an IAM role of account 123456789012`},
		},
		"consumers cut off earlier than without a configuration": {
			set:  settings.Config{"magento-data:consumerTimeoutMinutes": "29"},
			want: []string{`magento-data:consumerTimeoutMinutes: "29": must be 30 to 1440 minutes`},
		},
		"consumers that nobody misses": {
			set:  settings.Config{"magento-data:consumerTimeoutMinutes": "1441"},
			want: []string{`magento-data:consumerTimeoutMinutes: "1441": must be 30 to 1440 minutes`},
		},
		"fewer clauses than the service has": {
			set:  settings.Config{"magento-data:searchMaxClauses": "1023"},
			want: []string{`magento-data:searchMaxClauses: "1023": must be 0, or 1024 to 65536`},
		},
		"more pods than connections": {
			set:  settings.Config{"magento-data:proxysqlPods": "40"},
			want: []string{`magento-data:proxysqlPods: "40": `},
		},
		"a minimum that carries no ProxySQL": {
			set:  settings.Config{"magento-data:minCapacity": "0.5", "magento-data:insights": "off"},
			want: []string{`magento-data:proxysqlPods: "2": `},
		},
		"a minimum too small to be watched": {
			set:  settings.Config{"magento-data:minCapacity": "1", "magento-data:consumerProcesses": "0"},
			want: []string{`magento-data:minCapacity: "1 to 8 ACU": `},
		},
		"more consumers than connections": {
			set:  settings.Config{"magento-data:consumerProcesses": "16"},
			want: []string{`magento-data:consumerProcesses: "16": 16 consumers and 4 processes of cron do not fit: `},
		},
		"more processes of cron than connections": {
			set:  settings.Config{"magento-data:consumerProcesses": "15", "magento-data:cronProcesses": "5"},
			want: []string{`magento-data:consumerProcesses: "15": 15 consumers and 5 processes of cron do not fit: `},
		},
		"fewer processes than none": {
			set: settings.Config{"magento-data:consumerProcesses": "-1", "magento-data:cronProcesses": "-1"},
			want: []string{
				`magento-data:consumerProcesses: "-1": must be 0 or more`,
				`magento-data:cronProcesses: "-1": must be 0 or more`,
			},
		},
		"a minimum too small for a Global Database": {
			set:  settings.Config{"magento-data:globalRole": "primary"},
			want: []string{`magento-data:minCapacity: "2 to 8 ACU": `},
		},
		"a secondary of nobody": {
			set: settings.Config{"magento-data:globalRole": "secondary"},
			want: []string{
				`magento-compute:provesDomain: "true": must be false for a secondary`,
				`magento-compute:spotServiceLinkedRole: "true": must be false for a secondary`,
				"magento-data:globalCluster: must be set for a secondary",
				"magento-data:primaryEnvironment: must be set for a secondary",
				"magento-data:primaryRegion: must be another region for a secondary",
				`magento-data:searchServiceLinkedRole: "true": must be false for a secondary`,
				`magento-networking:caaRecords: "all": must be made for a secondary`,
				`magento-networking:hostedZoneId: "make": must be the primary's zone for a secondary`,
			},
		},
		"a cache node that does not exist": {
			set:  settings.Config{"magento-data:cacheNodeType": "cache.m9g.large"},
			want: []string{`magento-data:cacheNodeType: "cache.m9g.large": `},
		},
		"a cache of one node": {
			set:  settings.Config{"magento-data:cacheNodes": "1"},
			want: []string{`magento-data:cacheNodes: "1": must be 2 to 6`},
		},
		"snapshots for a week": {
			set:  settings.Config{"magento-data:snapshotRetentionDays": "7"},
			want: []string{`magento-data:snapshotRetentionDays: "7": must be 15 to 35 days`},
		},
		"search nodes that do not spread": {
			set:  settings.Config{"magento-data:searchDataNodes": "3"},
			want: []string{`magento-data:searchDataNodes: "3 nodes in 2 zones": `},
		},
		"search in more zones than there are": {
			set:  settings.Config{"magento-data:searchDataNodes": "3", "magento-data:searchZones": "3"},
			want: []string{`magento-data:searchZones: "3": must be at most the 2 of magento-networking:zones`},
		},
		"an old search": {
			set:  settings.Config{"magento-data:searchVersion": "OpenSearch_1.3"},
			want: []string{`magento-data:searchVersion: "OpenSearch_1.3": `},
		},
		"a queue of another kind": {
			set:  settings.Config{"magento-data:queue": "kafka"},
			want: []string{`magento-data:queue: "kafka": `},
		},
		"a broker that does not exist": {
			set:  settings.Config{"magento-data:queueInstanceType": "mq.x9.large"},
			want: []string{`magento-data:queueInstanceType: "mq.x9.large": `},
		},
		"months that go before days": {
			set:  settings.Config{"magento-data:monthlyBackupDays": "10"},
			want: []string{`magento-data:dailyBackupDays: "35 and 10 days": `},
		},
		"half a standby": {
			set: settings.Config{"magento-data:standbyEnvironment": "staging-dr", "magento-data:standbyRegion": "eu-central-1"},
			want: []string{
				"magento-data:standbyMediaKeyArn: must be the ARN of a KMS key in standbyRegion",
				`magento-data:standbyRegion: "eu-central-1": must be another region`,
				"magento-data:standbySecretsKeyArn: must be the ARN of a KMS key in standbyRegion",
			},
		},
		"not a truth value": {
			set:  settings.Config{"magento-data:protectData": "ture"},
			want: []string{`magento-data:protectData: "ture": must be true or false`},
		},
		"a region without CloudFront": {
			set:  settings.Config{"aws:region": "cn-north-1"},
			want: []string{`aws:region: "cn-north-1": must be a region that CloudFront has VPC origins in: af-south-1, `},
		},
		"a region that is none": {
			set:  settings.Config{"aws:region": "eu-moon-1"},
			want: []string{`aws:region: "eu-moon-1": must be a region that`},
		},
		"two accounts": {
			set:  settings.Config{"aws:allowedAccountIds": `["123456789012","210987654321"]`},
			want: []string{`aws:allowedAccountIds: "2 accounts": must be a list of exactly one account`},
		},
		"not an account": {
			set:  settings.Config{"aws:allowedAccountIds": `["12345"]`},
			want: []string{`aws:allowedAccountIds: "[\"12345\"]": item 1, "12345": must be an AWS account number`},
		},
		"unsupported Kubernetes": {
			set:  settings.Config{"magento-compute:kubernetesVersion": "1.29"},
			want: []string{`magento-compute:kubernetesVersion: "1.29": must be one of 1.34, 1.35, 1.36`},
		},
		"the whole internet": {
			set:  settings.Config{"magento-compute:publicEndpointCidrs": `["0.0.0.0/0"]`},
			want: []string{`magento-compute:publicEndpointCidrs: "0.0.0.0/0": must be /8 or smaller, not the whole internet`},
		},
		"x86 nodes": {
			set:  settings.Config{"magento-compute:systemInstanceTypes": `["m7i.large"]`},
			want: []string{`magento-compute:systemInstanceTypes: "m7i.large": must be a Graviton instance type`},
		},
		"one system node": {
			set:  settings.Config{"magento-compute:systemNodes": "1"},
			want: []string{`magento-compute:systemNodes: "1": must be 2 to 10`},
		},
		"host outside the domain": {
			set:  settings.Config{"magento-cdn:hostNames": `["shop.example.org"]`},
			want: []string{`magento-cdn:hostNames: "shop.example.org": must be staging.example.com or one label below it`},
		},
		"half of the internet": {
			set:  settings.Config{"magento-compute:publicEndpointCidrs": `["128.0.0.0/1"]`},
			want: []string{`magento-compute:publicEndpointCidrs: "128.0.0.0/1": must be /8 or smaller`},
		},
		"an administrator of another account": {
			set:  settings.Config{"magento-compute:administratorRoles": `["arn:aws:iam::999999999999:role/other"]`},
			want: []string{`magento-compute:administratorRoles: "arn:aws:iam::999999999999:role/other": must be a role of the environment's account, 123456789012`},
		},
		"a role with two kinds of access": {
			set: settings.Config{
				"magento-compute:administratorRoles": `["arn:aws:iam::123456789012:role/a"]`,
				"magento-compute:deployerRoles":      `["arn:aws:iam::123456789012:role/a","arn:aws:iam::999999999999:role/b"]`,
				"magento-compute:readerRoles":        `["arn:aws:iam::123456789012:role/a"]`,
			},
			want: []string{
				`magento-compute:deployerRoles: "arn:aws:iam::123456789012:role/a": named twice`,
				`magento-compute:deployerRoles: "arn:aws:iam::999999999999:role/b": must be a role of the environment's account, 123456789012`,
				`magento-compute:readerRoles: "arn:aws:iam::123456789012:role/a": named twice`,
			},
		},
		"access for nobody": {
			set:  settings.Config{"magento-compute:readerRoles": `[""]`},
			want: []string{`magento-compute:readerRoles: "[\"\"]": item 1, "": must be the ARN of an IAM role`},
		},
		"an administrator named twice": {
			set:  settings.Config{"magento-compute:administratorRoles": `["arn:aws:iam::123456789012:role/a","arn:aws:iam::123456789012:role/a"]`},
			want: []string{`magento-compute:administratorRoles: "arn:aws:iam::123456789012:role/a": named twice`},
		},
		"neither NAT nor endpoints": {
			set:  settings.Config{"magento-networking:nat": "none", "magento-networking:interfaceEndpoints": `["sqs","secretsmanager","ecr.api","ecr.dkr","sts","logs","ec2","kms","ssm","eks"]`},
			want: []string{`magento-networking:interfaceEndpoints: "eks-auth": missing; nodes without NAT need it`},
		},
		"keys that no program reads": {
			set: settings.Config{"aws:profile": "shop", "magneto-networking:nat": "single", "nat": "single"},
			want: []string{
				`aws:profile: "shop": unknown key; there are: aws:allowedAccountIds, aws:defaultTags, aws:region`,
				`magneto-networking:nat: "single": unknown project`,
				`nat: "single": unknown project`,
			},
		},
		"all that the others may hide": {
			set: settings.Config{
				"magento-networking:natt": "zone", "magento-networking:vpcCidr": "10.30.0.0/22",
				"magento-networking:zones": `["eu-central-1a","eu-west-1b"]`, "magento-data:protectDta": "true",
				"magento-data:minCapacity": "16",
			},
			unset: "magento-cdn:hostNames",
			want: []string{
				"magento-cdn:hostNames: missing",
				`magento-data:maxCapacity: "16 to 8 ACU": `,
				`magento-data:protectDta: "true": unknown key; did you mean magento-data:protectData?`,
				`magento-networking:natt: "zone": unknown key; did you mean magento-networking:nat?`,
				"too small", "must not overlap",
				`zone "eu-west-1b": must be a zone of eu-central-1`,
			},
		},
		"an admin that is guessed": {
			set:  settings.Config{"magento-cdn:adminPath": "admin_2024"},
			want: []string{`magento-cdn:adminPath: "admin_2024": can be guessed; must be `},
		},
		"an admin for nobody": {
			set:  settings.Config{"magento-cdn:adminNetworks": "[]"},
			want: []string{`magento-cdn:adminNetworks: "[]": must name the networks of the staff, or adminOpen must be false`},
		},
		"a firewall with everything wrong": {
			set: settings.Config{
				"magento-cdn:adminNetworks": `["0.0.0.0/0"]`, "magento-cdn:blockedNetworks": `["198.51.100.0/24","198.51.100.0/24"]`,
				"magento-cdn:allowedCountries": `["DE"]`, "magento-cdn:blockedCountries": `["XX"]`, "magento-cdn:callbackPaths": `["/paid"]`,
				"magento-cdn:uploadPaths": `["/x/y","/x/y"]`, "magento-cdn:storeCodes": `["de-at"]`, "magento-cdn:countedRules": `["sqli_cookie","SQLi"]`,
				"magento-cdn:customerLoginLimit": "9", "magento-cdn:firewallMode": "off", "magento-cdn:botControl": "some",
				"magento-cdn:firewallCapacity": "1000",
			},
			want: []string{
				`magento-cdn:adminNetworks: "0.0.0.0/0": must not be every address`,
				`magento-cdn:blockedCountries: "XX": must be a code of ISO 3166-1, such as DE`,
				`magento-cdn:blockedCountries: "XX": must be empty beside allowedCountries`,
				`magento-cdn:blockedNetworks: "198.51.100.0/24": named twice`,
				`magento-cdn:botControl: "some": must be off, common or targeted`,
				`magento-cdn:callbackPaths: "/paid": must be of 2 to 8 segments in lower case`,
				`magento-cdn:countedRules: "sqli_cookie": must be written as AWS writes it: SQLi_COOKIE`,
				`magento-cdn:countedRules: "SQLi": must be the name of a rule in one of the groups`,
				`magento-cdn:customerLoginLimit: "9": must be 10 or more, the least that WAF counts to`,
				`magento-cdn:firewallCapacity: "1000": must be 1500 to 5000`,
				`magento-cdn:firewallMode: "off": must be block or count`,
				`magento-cdn:storeCodes: "de-at": must be the code of a store view`,
				`magento-cdn:uploadPaths: "/x/y": named twice`,
			},
		},
		"an edge with everything wrong": {
			set: settings.Config{
				"magento-cdn:contentCookies": `["PHPSESSID","theme","a b","store"]`, "magento-cdn:privateCookies": `["theme"]`,
				"magento-cdn:trackingParameters": `["a|b","q"]`, "magento-cdn:pageLifetimeSeconds": "0", "magento-cdn:cacheBehaviors": "70",
				"magento-cdn:standbyLoadBalancerArn": "arn:aws:s3:::x", "magento-cdn:cspReportUrl": "http://csp.example.com",
				"magento-cdn:continuousDeployment": "some", "magento-cdn:candidatePercent": "16", "magento-cdn:healthCheckSeconds": "20",
			},
			want: []string{
				`magento-cdn:cacheBehaviors: "70": must be 75 to 250`,
				`magento-cdn:candidatePercent: "16": must be 1 to 15`,
				`magento-cdn:contentCookies: "a b": must be a name that HTTP allows`,
				`magento-cdn:contentCookies: "store": is Magento's own, and part of the key always`,
				`magento-cdn:contentCookies: "PHPSESSID": must stand for nobody, or each visitor would have pages of his own`,
				`magento-cdn:contentCookies: "theme": is in privateCookies, too`,
				`magento-cdn:continuousDeployment: "some": must be off, header, weight or paused`,
				`magento-cdn:cspReportUrl: "http://csp.example.com": must be an https:// URL`,
				`magento-cdn:healthCheckSeconds: "20": must be 10 or 30`,
				`magento-cdn:pageLifetimeSeconds: "0": must be 1 to 86400`,
				`magento-cdn:standbyLoadBalancerArn: "arn:aws:s3:::x": must be the ARN of an application load balancer`,
				`magento-cdn:standbyLoadBalancerDnsName: "\"\"": must be given with the other two`,
				`magento-cdn:standbyMediaBucketDomainName: "\"\"": must be given with the other two`,
				`magento-cdn:trackingParameters: "a|b": must be the name of a query parameter`,
				`magento-cdn:trackingParameters: "q": must not match q, which Magento's pages depend on`,
			},
		},
		"an edge that CloudFront refuses": {
			set: settings.Config{
				"magento-cdn:continuousDeployment": "paused", "magento-cdn:originShield": "true", "aws:region": "eu-central-2",
				"magento-networking:zones":                 `["eu-central-2a","eu-central-2b"]`,
				"magento-cdn:standbyLoadBalancerArn":       "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/ingress/0123456789abcdef",
				"magento-cdn:standbyLoadBalancerDnsName":   "internal-ingress-1.eu-west-1.elb.amazonaws.com",
				"magento-cdn:standbyMediaBucketDomainName": "media.s3.eu-west-1.amazonaws.com",
			},
			want: []string{
				`magento-cdn:httpVersion: "http2and3": must be http2 while continuousDeployment is paused`,
				`magento-cdn:originShield: "true": must be false: CloudFront has no Origin Shield for eu-central-2; it has one for af-south-1, `,
				`magento-cdn:standbyLoadBalancerArn: "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/ingress/0123456789abcdef": must be of the account 123456789012`,
			},
		},
		"paths that no behaviour can have": {
			set:  settings.Config{"magento-cdn:sessionPaths": `["*.css","static"]`},
			want: []string{`path "*.css": must be the front name`, `path "static": is a folder of files`},
		},
		"words that stand in the paths of pages": {
			set: settings.Config{"magento-cdn:sessionPaths": `["html","index","rma","b2b","faq","rma"]`, "magento-cdn:pagePaths": `["/checkout/*","blog"]`},
			want: []string{`pagePaths: page "/checkout/*": matches /checkout/, which a session decides`, `pagePaths: page "blog": must begin with / or *`,
				`sessionPaths: path "html": is no front name`, `sessionPaths: path "index": is no front name`, `sessionPaths: path "rma": named twice`},
		},
		"no page at all": {
			set:  settings.Config{"magento-cdn:pagePaths": `[]`},
			want: []string{`magento-cdn:pagePaths: "[]": must name a pattern at least`},
		},
		"more behaviours than the quota": {
			set:  settings.Config{"magento-cdn:pagePaths": `["*"]`, "magento-cdn:sessionPaths": `["mod_0001","mod_0002","mod_0003","mod_0004","mod_0005","mod_0006","mod_0007","mod_0008","mod_0009","mod_0010","mod_0011","mod_0012","mod_0013","mod_0014"]`},
			want: []string{`magento-cdn:cacheBehaviors: 78 behaviours: the distribution may have 75; have AWS raise the quota and say so in cacheBehaviors, or name what is a page in pagePaths`},
		},
		"a closed shop that nobody can look at": {
			set:  settings.Config{"magento-cdn:maintenance": "true", "magento-cdn:adminOpen": "false"},
			want: []string{`maintenance: no network could reach the shop`},
		},
		"more rules than are included": {
			set:  settings.Config{"magento-cdn:botControl": "targeted", "magento-cdn:accountTakeoverPrevention": "true"},
			want: []string{`magento-cdn:firewallCapacity: "1500": the rules need `},
		},
		"a repository without a revision": {
			set:   settings.Config{"magento-compute:gitopsPath": "/gitops/"},
			unset: "magento-compute:gitopsRevision",
			want: []string{
				`magento-compute:gitopsPath: "/gitops/": must be a folder of the repository`,
				`magento-compute:gitopsRevision: missing beside gitopsRepository`,
			},
		},
		"a revision that moves by itself": {
			set:  settings.Config{"magento-compute:gitopsRevision": "head"},
			want: []string{`magento-compute:gitopsRevision: "head": must be a branch, a tag or a commit: HEAD is whatever is made the default branch`},
		},
		"SSH without a deploy key": {
			set:  settings.Config{"magento-compute:gitopsRepository": "ssh://git@ssh.github.com:443/shop/desired.git"},
			want: []string{`magento-compute:gitopsCredentials: "none": must be deploy-key for ssh://git@ssh.github.com:443/shop/desired.git`},
		},
		"SSH by a port that is closed": {
			set:  settings.Config{"magento-compute:gitopsRepository": "ssh://git@github.com/shop/desired.git", "magento-compute:gitopsCredentials": "deploy-key"},
			want: []string{`magento-compute:gitopsRepository: "ssh://git@github.com/shop/desired.git": must be https://host/path.git or ssh://git@host:443/path.git, without a password, or nothing: nothing but port 443 is open`},
		},
		"a password in the address": {
			set:  settings.Config{"magento-compute:gitopsRepository": "https://x:secret@git.example.com/desired.git"},
			want: []string{`must be https://host/path.git or ssh://git@host:443/path.git, without a password, or nothing: credentials belong into Secrets Manager`},
		},
		"a deploy key for HTTPS, and a folder above": {
			set: settings.Config{"magento-compute:gitopsCredentials": "deploy-key", "magento-compute:gitopsPath": "../gitops"},
			want: []string{
				`magento-compute:gitopsCredentials: "deploy-key": must be none or token for https://git.example.com/shop/desired-state.git`,
				`magento-compute:gitopsPath: "../gitops": must be a folder of the repository`,
			},
		},
		"settings of no repository": {
			set: settings.Config{"magento-compute:gitopsRepository": "", "magento-compute:gitopsCredentials": "token"},
			want: []string{
				`magento-compute:gitopsCredentials: "token": are of no repository`,
				`magento-compute:gitopsRevision: "main": is of no repository`,
			},
		},
		"a login with everything wrong": {
			set: settings.Config{
				"magento-compute:argocdIssuer": "http://login.example.com", "magento-compute:argocdClientId": "a b",
				"magento-compute:argocdOperatorGroups": `["role:admin","a,b"]`, "magento-compute:argocdReaderGroups": `["*"]`,
			},
			want: []string{
				`magento-compute:argocdOperatorGroups: "[\"role:admin\",\"a,b\"]": item 1, "role:admin": must be a group's name or id`,
				`magento-compute:argocdOperatorGroups: "[\"role:admin\",\"a,b\"]": item 2, "a,b": must be a group's name or id`,
				`magento-compute:argocdReaderGroups: "[\"*\"]": item 1, "*": must be a group's name or id`,
			},
		},
		"a login by half": {
			set: settings.Config{"magento-compute:argocdIssuer": "http://login.example.com", "magento-compute:argocdClientId": ""},
			want: []string{
				`magento-compute:argocdClientId: missing beside argocdIssuer`,
				`magento-compute:argocdIssuer: "http://login.example.com": must be https://host/path`,
			},
		},
		"a login without groups": {
			set:  settings.Config{"magento-compute:argocdOperatorGroups": "[]", "magento-compute:argocdReaderGroups": "[]"},
			want: []string{`magento-compute:argocdOperatorGroups: "[]": must name a group, here or in argocdReaderGroups`},
		},
		"groups without a login": {
			set:  settings.Config{"magento-compute:argocdIssuer": "", "magento-compute:argocdClientId": ""},
			want: []string{`magento-compute:argocdIssuer: missing beside argocdClientId and the groups`},
		},
		"several at once, in several projects": {
			set: settings.Config{
				"magento-networking:nat": "some", "magento-networking:publicAccess": "yes",
				"magento-data:maxCapacity": "1000", "magento-cdn:priceClass": "cheap",
			},
			want: []string{
				`magento-cdn:priceClass: "cheap": must be PriceClass_100, PriceClass_200 or PriceClass_All`,
				`magento-data:maxCapacity: "1000": `,
				`magento-networking:nat: "some": `,
				`magento-networking:publicAccess: "yes": `,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			config := read(t, "staging")
			maps.Copy(config, c.set)
			delete(config, c.unset)
			err := settings.Check(config)
			require.Error(t, err)
			lines := strings.Split(err.Error(), "\n")
			require.Len(t, lines, len(c.want), err.Error())
			for i, want := range c.want {
				assert.Contains(t, lines[i], want)
			}
		})
	}
}

// TestTheFirewallHasRoomForItsSettings holds that settings which cost no more do not ask for a larger allowance.
func TestTheFirewallHasRoomForItsSettings(t *testing.T) {
	for _, environment := range []string{"staging", "production"} {
		config := read(t, environment)
		maps.Copy(config, settings.Config{"magento-cdn:soap": "true", "magento-cdn:blockedCountries": `["KP"]`})
		_, err := settings.LoadCDN(config)
		require.NoError(t, err, environment)
	}
}

func TestSecretsAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "Pulumi.staging.yaml")
	write(t, path, "config:\n  magento-data:minCapacity:\n    secure: AAABAKd\n")
	_, err := settings.ReadFile(path)
	assert.ErrorContains(t, err, "magento-data:minCapacity: is a secret")
}

func TestConfigurationFromTheEngine(t *testing.T) {
	t.Setenv("PULUMI_CONFIG", `{"magento-networking:nat":"single"}`)
	config, err := settings.FromEngine()
	require.NoError(t, err)
	assert.Equal(t, settings.Config{"magento-networking:nat": "single"}, config)
	t.Setenv("PULUMI_CONFIG", `{`)
	_, err = settings.FromEngine()
	assert.ErrorContains(t, err, "configuration passed by the engine")
	t.Setenv("PULUMI_CONFIG", `{"magento-data:minCapacity":"2"}`)
	t.Setenv("PULUMI_CONFIG_SECRET_KEYS", `["magento-data:minCapacity"]`)
	_, err = settings.FromEngine()
	assert.ErrorContains(t, err, "magento-data:minCapacity: is a secret")
}
