package stacks_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/internal/guard"
	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/settings"
	"github.com/magestack/magestack/stacks"
)

var (
	documentedRange  = regexp.MustCompile(`(?:(\d+(?:\.\d+)?) )?to (\d+)\b`)
	documentedLeast  = regexp.MustCompile(`^\d+\b`)
	documentedWord   = regexp.MustCompile(`^[\w.-]+$`)
	documentedNumber = regexp.MustCompile(`^\d+$`)
	listSeparator    = regexp.MustCompile(`, or |, | or `)
	listBeginning    = regexp.MustCompile(`^(a list of: |days, one of |one of )`)
)

// documented are the extremes of the ranges and the members of the lists that the documentation of a setting names.
func documented(f settings.Field) []string {
	var values []string
	if f.Type == "integer" || strings.HasSuffix(f.Allowed, " in steps of 0.5") {
		for _, match := range documentedRange.FindAllStringSubmatch(f.Allowed, -1) {
			values = append(values, match[1:]...)
		}
		values = append(values, documentedLeast.FindString(f.Allowed)) // such as the 0 of "0, 3 or 5"
	}
	list, _, _ := strings.Cut(listBeginning.ReplaceAllString(f.Allowed, ""), ", in quotes")
	members, member := listSeparator.Split(list, -1), documentedWord
	if f.Type == "integer" {
		member = documentedNumber
	}
	if member.MatchString(members[0]) { // otherwise it is prose
		values = append(values, slices.DeleteFunc(members, func(text string) bool { return !member.MatchString(text) })...)
	}
	slices.Sort(values)
	return slices.DeleteFunc(slices.Compact(values), func(value string) bool { return value == "" })
}

// TestDocumentedValuesAreFound holds the reading of the documentation to one setting of each form.
func TestDocumentedValuesAreFound(t *testing.T) {
	want := map[string][]string{
		"magento-networking:nat": {"none", "single", "zone"}, "magento-networking:protectNetwork": {"false", "true"},
		"magento-data:readers": {"1", "15"}, "magento-data:searchMasters": {"0", "3", "5"}, "magento-data:minCapacity": {"1", "256"},
		"magento-data:searchMaxClauses": {"0", "1024", "65536"}, "magento-compute:nodeArchitectures": {"amd64", "arm64"},
		"magento-compute:kubernetesVersion": {"1.34", "1.35", "1.36"}, "magento-compute:webBurstCpus": {"10000"}, "magento-cdn:pagesLimit": {"10"},
		"magento-networking:domainName": nil,
	}
	for _, schema := range settings.Schemas() {
		for _, f := range schema.Fields {
			if values, ok := want[f.Key]; ok {
				assert.Equal(t, values, documented(f), f.Key)
				delete(want, f.Key)
			}
		}
	}
	assert.Empty(t, want, "no such setting")
}

// companions are the settings that a value is documented to need beside it, by key and value.
func companions() map[string]settings.Config {
	const role = "arn:aws:iam::123456789012:role/break-glass"
	const intel = `["c6i","c7i","m6i","m7i","r6i","r7i"]`
	protected := settings.Config{"magento-data:protectData": "true", "magento-data:breakGlassRole": role}
	small := settings.Config{"magento-data:insights": "off", "magento-data:consumerProcesses": "0", "magento-data:cronProcesses": "0"}
	smallest := maps.Clone(small)
	smallest["magento-data:minCapacity"] = "1"
	firewall := settings.Config{"magento-cdn:firewallCapacity": "2000"}
	candidate := settings.Config{"magento-cdn:httpVersion": "http2"}
	return map[string]settings.Config{
		"magento-data:minCapacity 1":      small,
		"magento-data:minCapacity 256":    {"magento-data:maxCapacity": "256"},
		"magento-data:maxCapacity 1":      smallest,
		"magento-data:readSplit proxysql": {"magento-data:readDigests": `["0x0123456789ABCDEF"]`},
		"magento-data:globalRole primary": {"magento-data:minCapacity": "8"},
		"magento-data:globalRole secondary": {
			"magento-data:minCapacity": "8", "magento-data:globalCluster": "shop", "magento-data:primaryEnvironment": "main", "magento-data:primaryRegion": "eu-west-1",
			"magento-data:searchServiceLinkedRole": "false", "magento-compute:spotServiceLinkedRole": "false", "magento-compute:provesDomain": "false",
			"magento-networking:caaRecords": "made", "magento-networking:hostedZoneId": "lookup",
		},
		"magento-data:protectData true":       {"magento-data:breakGlassRole": role},
		"magento-data:backupLock compliance":  protected,
		"magento-data:airGappedBackups true":  protected,
		"magento-data:searchDataNodes 1":      {"magento-data:searchZones": "1"},
		"magento-data:searchZones 1":          {"magento-data:searchDataNodes": "1"},
		"magento-data:searchZones 3":          {"magento-data:searchDataNodes": "3", "magento-networking:zones": `["eu-central-1a","eu-central-1b","eu-central-1c"]`},
		"magento-data:dailyBackupDays 3653":   {"magento-data:monthlyBackupDays": "3653"},
		"magento-data:rotationWindowHours 12": {"magento-data:rotationStartHour": "0", "magento-compute:tradingHours": "14:00-22:00"}, // in Berlin
		"magento-data:monthlyBackupDays 7":    {"magento-data:dailyBackupDays": "7"},
		"magento-compute:nodeArchitectures amd64": {
			"magento-compute:webFamilies": intel, "magento-compute:consumersFamilies": intel, "magento-compute:batchFamilies": intel, "magento-compute:webBaseMemoryGib": "128",
		},
		"magento-compute:nodeMaxCpus 192":              {"magento-compute:webBaseCpus": "384", "magento-compute:webBaseMemoryGib": "1536"},
		"magento-compute:gitopsCredentials deploy-key": {"magento-compute:gitopsRepository": "ssh://git@git.example.com:443/shop/desired-state.git"},
		"magento-cdn:continuousDeployment header":      candidate,
		"magento-cdn:continuousDeployment weight":      candidate,
		"magento-cdn:continuousDeployment paused":      candidate,
		"magento-cdn:botControl common":                firewall,
		"magento-cdn:botControl targeted":              firewall,
		"magento-cdn:accountTakeoverPrevention true":   firewall,
	}
}

// TestDocumentedValuesPassTheGuard sets every extreme and every member that is documented, each alone, and wants that what
// settings take is what the guard takes: a plan of the layer concerned, and of those that it reads.
func TestDocumentedValuesPassTheGuard(t *testing.T) {
	for _, schema := range settings.Schemas() {
		programs := upTo(t, schema.Project)
		for _, f := range schema.Fields {
			if !strings.HasPrefix(f.Key, schema.Project+":") {
				continue
			}
			for _, value := range documented(f) {
				t.Run(f.Key+" "+value, func(t *testing.T) {
					config := fixture.Config(t, "staging")
					config[f.Key] = value
					if f.Type == "array" {
						config[f.Key] = `["` + value + `"]`
					}
					maps.Copy(config, companions()[f.Key+" "+value])
					require.NoError(t, settings.Check(config))
					recorded, err := offline.Run("staging", config, programs)
					require.NoError(t, err)
					assert.Empty(t, guard.Check(recorded))
				})
			}
		}
	}
}

// upTo are the program of a project and those that it reads.
func upTo(t *testing.T, project string) []plan.Program {
	t.Helper()
	var chosen []plan.Program
	all := stacks.Programs()
	at := slices.IndexFunc(all, func(p plan.Program) bool { return p.Project == project })
	require.NotEqual(t, -1, at)
	for _, p := range all {
		if p.Project == project || slices.Contains(all[at].Reads, p.Project) {
			chosen = append(chosen, p)
		}
	}
	return chosen
}
