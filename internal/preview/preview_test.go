package preview_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/internal/preview"
	"github.com/magestack/magestack/pkg/layer"
)

var update = flag.Bool("update", false, "write the golden files")

// builder puts the stack of one project together.
type builder struct{ stack plan.Stack }

func stackOf(project, directory string, elapsed time.Duration, reads ...string) *builder {
	b := &builder{plan.Stack{
		Layer: layer.Layer{Project: project, Directory: directory}, Environment: "staging", Reads: reads, Elapsed: elapsed, Outputs: map[string]any{},
	}}
	b.add(plan.Resource{Type: plan.StackType, Name: project + "-staging"}, "", "")
	return b
}

// add appends a resource under a parent, both by name.
func (b *builder) add(r plan.Resource, parent, id string) {
	r.URN, r.ID = "urn:"+r.Type+"::"+r.Name, id
	for _, other := range b.stack.Resources {
		if other.Name == parent {
			r.Parent = other.URN
		}
	}
	if r.Parent == "" && len(b.stack.Resources) > 0 {
		r.Parent = b.stack.Resources[0].URN
	}
	b.stack.Resources = append(b.stack.Resources, r)
}

func (b *builder) custom(token, name, parent, id string, inputs map[string]any) {
	b.add(plan.Resource{Type: token, Name: name, Custom: true, Inputs: inputs}, parent, id)
}

func networking() plan.Stack {
	b := stackOf("magento-networking", "stacks/networking", 1234*time.Millisecond)
	b.custom("pulumi:providers:aws", "aws", "", "p", map[string]any{"region": "eu-central-1", "allowedAccountIds": []any{"123456789012"}})
	b.add(plan.Resource{Type: "magento:network:Network", Name: "shop"}, "", "")
	b.custom("aws:ec2/vpc:Vpc", "shop-vpc", "shop", "vpc-1", map[string]any{"cidrBlock": "10.0.0.0/16"})
	b.custom("aws:ec2/subnet:Subnet", "shop-private-10", "shop", "subnet-10",
		map[string]any{"cidrBlock": "10.0.10.0/24", "availabilityZone": "eu-central-1b"})
	b.custom("aws:ec2/subnet:Subnet", "shop-private-2", "shop", "subnet-2",
		map[string]any{"cidrBlock": "10.0.2.0/24", "availabilityZone": "eu-central-1a", "mapPublicIpOnLaunch": true})
	b.add(plan.Resource{Type: "magento:network:Groups", Name: "shop-groups"}, "shop", "")
	b.custom("aws:ec2/securityGroup:SecurityGroup", "nodes", "shop-groups", "sg-1", map[string]any{"description": "Nodes"})
	b.custom("aws:ec2/securityGroup:SecurityGroup", "database", "shop-groups", "sg-2", nil)
	b.custom("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "database-from-nodes", "shop-groups", "sgr-1", map[string]any{
		"ipProtocol": "tcp", "fromPort": 3306.0, "toPort": 3306.0, "referencedSecurityGroupId": "sg-1",
		"securityGroupId": "sg-2", "description": "ProxySQL to Aurora",
	})
	b.custom("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "nodes-out", "shop-groups", "sgr-2", map[string]any{
		"ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0", "securityGroupId": "sg-1",
	})
	b.custom("aws:moon/base:Base", "shop-unheard-of", "shop", "", nil)
	b.stack.Outputs = map[string]any{"vpcId": "vpc-1", "privateSubnetIds": []any{"subnet-2", "subnet-10"}, "token": plan.Secret}
	return b.stack
}

func data() plan.Stack {
	b := stackOf("magento-data", "stacks/data", 40*time.Millisecond, "magento-networking")
	b.add(plan.Resource{Type: plan.ReferenceType, Name: "organization/magento-networking/staging", Custom: true, External: true}, "", "")
	b.add(plan.Resource{Type: "aws:rds/cluster:Cluster", Name: "db", Custom: true, Protect: true, Inputs: map[string]any{
		"engine": "aurora-mysql", "engineVersion": "8.0", "storageEncrypted": true, "backupRetentionPeriod": 35.0,
		"serverlessv2ScalingConfiguration": map[string]any{"minCapacity": 0.5, "maxCapacity": 16.0},
	}}, "", "shop")
	b.add(plan.Resource{
		Type: "aws:s3/bucketV2:BucketV2", Name: "media", Custom: true,
		Inputs: map[string]any{}, Outputs: map[string]any{"arn": "arn:aws:s3:::media-1"},
	}, "", "media-1")
	b.custom("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "media-access", "", "media-1",
		map[string]any{"bucket": "media-1", "blockPublicAcls": true, "blockPublicPolicy": true})
	b.custom("aws:lb/loadBalancer:LoadBalancer", "inner", "", "lb",
		map[string]any{"loadBalancerType": "network", "internal": true, "securityGroups": []any{"sg-1", "sg-unknown"}})
	b.custom("aws:iam/role:Role", "long", "", "long", map[string]any{"name": strings.Repeat("long-", 30)})
	return b.stack
}

func smallPlan() *plan.Environment {
	return &plan.Environment{Name: "staging", Stacks: []plan.Stack{networking(), data()}}
}

func written(t *testing.T, options preview.Options) string {
	t.Helper()
	var text bytes.Buffer
	require.NoError(t, preview.Write(&text, smallPlan(), options))
	return text.String()
}

func TestGolden(t *testing.T) {
	for name, options := range map[string]preview.Options{
		"plain":   {},
		"outputs": {Outputs: true, Projects: []string{"magento-networking"}},
		"narrow":  {Width: 80},
		"colors":  {Colors: true, Projects: []string{"magento-data"}},
		"timings": {Timings: true},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", name+".golden")
			got := written(t, options)
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
		})
	}
}

func TestNarrowLinesFit(t *testing.T) {
	for line := range strings.Lines(written(t, preview.Options{Width: 80, Projects: []string{"magento-networking"}})) {
		if strings.HasPrefix(line, "├") || strings.HasPrefix(line, "│") {
			assert.LessOrEqual(t, len([]rune(strings.TrimSuffix(line, "\n"))), 80, line)
		}
	}
}

func TestNamesComeFromStacksThatAreNotWritten(t *testing.T) {
	text := written(t, preview.Options{Projects: []string{"magento-data"}})
	assert.Contains(t, text, "network, internal, groups nodes sg-unknown")
	assert.NotContains(t, text, "shop-vpc")
	assert.Regexp(t, `magento-networking +8 `, text)
}

// TestAPlanPrintsTheSameTwice keeps out what differs from one planning to the next, so that two plans can be compared.
func TestAPlanPrintsTheSameTwice(t *testing.T) {
	slower := smallPlan()
	for i := range slower.Stacks {
		slower.Stacks[i].Elapsed += time.Minute
	}
	var text bytes.Buffer
	require.NoError(t, preview.Write(&text, slower, preview.Options{}))
	assert.Equal(t, written(t, preview.Options{}), text.String())
}

func TestSeveralProjectsAreWritten(t *testing.T) {
	both := written(t, preview.Options{Projects: []string{"magento-data", "magento-networking"}})
	assert.Equal(t, written(t, preview.Options{}), both)
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestErrorOfTheWriterIsReported(t *testing.T) {
	require.EqualError(t, preview.Write(brokenWriter{}, smallPlan(), preview.Options{}), "writing the plan of staging: disk full")
}

func TestConnectionsAreATable(t *testing.T) {
	b := stackOf("magento-data", "stacks/data", time.Second)
	b.add(plan.Resource{Type: "magento:aurora:ProxySQL", Name: "proxysql", Inputs: map[string]any{"connections": []any{
		map[string]any{"name": "max_connections at the minimum", "value": "192"},
		map[string]any{"name": "reserved", "value": "33"},
	}}}, "", "")
	var text bytes.Buffer
	require.NoError(t, preview.Write(&text, &plan.Environment{Name: "staging", Stacks: []plan.Stack{b.stack}}, preview.Options{}))
	assert.Contains(t, text.String(), "connections to the database\n  max_connections at the minimum  192\n  reserved                        33\n\n")
}

func TestNarrowTerminalsShowWhatMatters(t *testing.T) {
	var text bytes.Buffer
	recorded := &plan.Environment{Name: "staging", Stacks: []plan.Stack{networking()}}
	require.NoError(t, preview.Write(&text, recorded, preview.Options{Width: 80}))
	assert.Contains(t, text.String(), "private-10  ec2.Subnet  10.0.10.0/24, in eu-central-1b\n")
	for _, line := range strings.Split(text.String(), "\n") {
		assert.LessOrEqual(t, utf8.RuneCountInString(line), 80, line)
	}
}
