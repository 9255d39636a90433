package karpenter_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/naming"
)

// granted are the statements of the controller's policies, by the policies' names.
func granted(t *testing.T, p *plan.Environment) map[string][]policy.Parsed {
	t.Helper()
	all := map[string][]policy.Parsed{}
	for _, r := range p.Resources() {
		name, ours := strings.CutPrefix(r.Name, "karpenter-controller-")
		if !ours || r.Type != "aws:iam/rolePolicy:RolePolicy" {
			continue
		}
		statements, err := policy.Parse(r.Inputs["policy"].(string))
		require.NoError(t, err)
		all[name] = statements
	}
	return all
}

// with are the statements that grant an action on a resource.
func with(all map[string][]policy.Parsed, action, resource string) []policy.Parsed {
	var found []policy.Parsed
	for _, statements := range all {
		for _, s := range statements {
			if slices.Contains(s.Action, action) && slices.Contains(s.Resource, resource) {
				found = append(found, s)
			}
		}
	}
	return found
}

func TestTheControllersPoliciesAreSplit(t *testing.T) {
	names := func(p *plan.Environment) []string {
		var names []string
		for name := range granted(t, p) {
			names = append(names, name)
		}
		slices.Sort(names)
		return names
	}
	assert.Equal(t, []string{"eks-integration", "iam-integration", "interruption", "node-lifecycle", "resource-discovery"}, names(planned(t, args(t))))

	shifting := args(t)
	shifting.ZonalShift = true
	p := planned(t, shifting)
	assert.Contains(t, names(p), "zonal-shift")
	s := granted(t, p)["zonal-shift"][0]
	assert.Equal(t, []string{home.ARN("eks", "cluster/magento-staging")}, s.Condition["StringEquals"]["arc-zonal-shift:ResourceIdentifier"])
	values := offlinetest.Find(t, p, "karpenter-release").Inputs["values"].(map[string]any)
	assert.Equal(t, true, values["settings"].(map[string]any)["enableZonalShift"])
}

// maxInlinePolicies is the sum of all inline policies of a role, without white space (IAM User Guide, "IAM and STS
// character quotas").
const maxInlinePolicies = 10240

func TestPoliciesFit(t *testing.T) {
	a := args(t)
	a.ZonalShift = true
	a.Environment = naming.Environment(strings.Repeat("e", 20)) // the longest
	a.Account.Region = "ap-southeast-1"
	size := 0
	for _, r := range planned(t, a).Resources() {
		if strings.HasPrefix(r.Name, "karpenter-controller-") && r.Type == "aws:iam/rolePolicy:RolePolicy" {
			size += len(r.Inputs["policy"].(string))
		}
	}
	assert.Less(t, size, maxInlinePolicies)
}

// TestWhatTheControllerMay launches and ends instances of its own cluster alone.
func TestWhatTheControllerMay(t *testing.T) {
	all := granted(t, planned(t, args(t)))
	const owned, pool = "kubernetes.io/cluster/magento-staging", "karpenter.sh/nodepool"
	one := func(action, resource string) policy.Parsed {
		found := with(all, action, resource)
		require.Len(t, found, 1, "%s on %s", action, resource)
		return found[0]
	}
	for _, c := range [][2]string{
		{"ec2:TerminateInstances", home.ARN("ec2", "instance/*")},
		{"ec2:DeleteLaunchTemplate", home.ARN("ec2", "launch-template/*")},
	} {
		s := one(c[0], c[1])
		assert.Equal(t, []string{"owned"}, s.Condition["StringEquals"]["aws:ResourceTag/"+owned], c[0])
		assert.Equal(t, []string{"*"}, s.Condition["StringLike"]["aws:ResourceTag/"+pool], c[0])
	}
	for _, kind := range []string{"fleet", "instance", "volume", "network-interface", "spot-instances-request"} {
		for _, action := range []string{"ec2:RunInstances", "ec2:CreateFleet"} {
			s := one(action, home.ARN("ec2", kind+"/*"))
			assert.Equal(t, []string{"owned"}, s.Condition["StringEquals"]["aws:RequestTag/"+owned], kind)
			assert.Equal(t, []string{"magento-staging"}, s.Condition["StringEquals"]["aws:RequestTag/eks:eks-cluster-name"], kind)
			assert.Equal(t, []string{"*"}, s.Condition["StringLike"]["aws:RequestTag/"+pool], kind)
		}
	}
	for _, resource := range []string{
		"arn:aws:ec2:eu-central-1::image/*", "arn:aws:ec2:eu-central-1::snapshot/*",
		home.ARN("ec2", "subnet/subnet-0123456789abcdef0"), home.ARN("ec2", "subnet/subnet-0123456789abcdef1"),
		home.ARN("ec2", "security-group/sg-0123456789abcdef0"), home.ARN("ec2", "security-group/sg-0123456789abcdef1"), home.ARN("ec2", "capacity-reservation/*"), home.ARN("ec2", "placement-group/*"),
	} {
		assert.Empty(t, one("ec2:RunInstances", resource).Condition, resource)
	}
	for _, resource := range []string{home.ARN("ec2", "subnet/*"), home.ARN("ec2", "security-group/*"), "*"} {
		assert.Empty(t, with(all, "ec2:RunInstances", resource), "an instance among the stores")
	}
	templates := with(all, "ec2:RunInstances", home.ARN("ec2", "launch-template/*"))
	require.Len(t, templates, 2, "templates that are its own, and those that it makes")
	for _, s := range templates {
		assert.NotEmpty(t, s.Condition)
	}
	tags := with(all, "ec2:CreateTags", home.ARN("ec2", "instance/*"))
	require.Len(t, tags, 2)
	for _, s := range tags {
		made := len(s.Condition["StringEquals"]["ec2:CreateAction"]) == 3 && s.Condition["StringEquals"]["aws:RequestTag/"+owned] != nil
		named := slices.Equal(s.Condition["ForAllValues:StringEquals"]["aws:TagKeys"], []string{"eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"}) &&
			s.Condition["StringEquals"]["aws:ResourceTag/"+owned] != nil
		assert.True(t, made || named, "tags of anything, at any time: %v", s)
	}
	for _, s := range all["resource-discovery"] {
		if s.Sid == "DescribeRegion" {
			assert.Len(t, s.Action, 11)
			assert.Contains(t, s.Action, "ec2:DescribeInstanceStatus")
			assert.Equal(t, []string{"eu-central-1"}, s.Condition["StringEquals"]["aws:RequestedRegion"])
		}
	}
}

// TestWhatTheControllerMayNot make roles or profiles, pass another role, or read another queue or cluster.
func TestWhatTheControllerMayNot(t *testing.T) {
	p := planned(t, args(t))
	all := granted(t, p)
	for name, statements := range all {
		for _, s := range statements {
			assert.Equal(t, "Allow", s.Effect)
			assert.Empty(t, s.Except)
			for _, action := range s.Action {
				assert.NotContains(t, action, "*", "%s names no single action", name)
				service, verb, _ := strings.Cut(action, ":")
				reads := strings.HasPrefix(verb, "Get") || strings.HasPrefix(verb, "List") || strings.HasPrefix(verb, "Describe")
				if slices.Contains(s.Resource, "*") {
					assert.True(t, reads, "%s on everything", action)
				}
				if service == "iam" && !reads {
					assert.Equal(t, "iam:PassRole", action)
				}
			}
		}
	}
	pass := all["iam-integration"][0]
	assert.Equal(t, []string{offlinetest.Find(t, p, "karpenter-node-role").Outputs["arn"].(string)}, pass.Resource)
	assert.Equal(t, []string{"ec2.amazonaws.com"}, pass.Condition["StringEquals"]["iam:PassedToService"])
	assert.Equal(t, []string{home.ARN("eks", "cluster/magento-staging")}, all["eks-integration"][0].Resource)
	assert.Equal(t, []string{offlinetest.Find(t, p, "karpenter-interruptions").Outputs["arn"].(string)}, all["interruption"][0].Resource)
	assert.ElementsMatch(t, []string{"sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"}, all["interruption"][0].Action)
}

// TestTheNodesRole is EC2's to assume, and has what a node needs and nothing of the shop's.
func TestTheNodesRole(t *testing.T) {
	p := planned(t, args(t))
	role := offlinetest.Find(t, p, "karpenter-node-role")
	trust, err := policy.Parse(role.Inputs["assumeRolePolicy"].(string))
	require.NoError(t, err)
	assert.Equal(t, map[string][]string{"Service": {"ec2.amazonaws.com"}}, trust[0].Principal)
	var policies []string
	for _, r := range p.Resources() {
		if r.Type == "aws:iam/rolePolicyAttachment:RolePolicyAttachment" {
			assert.Equal(t, role.ID, r.Inputs["role"])
			policies = append(policies, strings.TrimPrefix(r.Inputs["policyArn"].(string), "arn:aws:iam::aws:policy/"))
		}
		if r.Type == "aws:iam/rolePolicy:RolePolicy" {
			assert.NotEqual(t, role.ID, r.Inputs["role"], "the nodes' role has a policy of ours, which every pod on the node's network could use")
		}
	}
	assert.ElementsMatch(t, []string{"AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryPullOnly", "AmazonSSMManagedInstanceCore"}, policies)
	entry := offlinetest.Find(t, p, "karpenter-node-access")
	assert.Equal(t, "EC2_LINUX", entry.Inputs["type"])
	assert.Equal(t, role.Outputs["arn"], entry.Inputs["principalArn"])
}

// TestTheQueue takes events from our five rules and from nobody else, over TLS alone, and forgets them.
func TestTheQueue(t *testing.T) {
	p := planned(t, args(t))
	queue := offlinetest.Find(t, p, "karpenter-interruptions")
	assert.Equal(t, 300.0, queue.Inputs["messageRetentionSeconds"])
	assert.Equal(t, true, queue.Inputs["sqsManagedSseEnabled"])
	statements, err := policy.Parse(offlinetest.Find(t, p, "karpenter-interruptions-policy").Inputs["policy"].(string))
	require.NoError(t, err)
	require.Len(t, statements, 2)

	want := map[string]string{
		"health":      `{"detail-type":["AWS Health Event"],"source":["aws.health"]}`,
		"spot":        `{"detail-type":["EC2 Spot Instance Interruption Warning"],"source":["aws.ec2"]}`,
		"rebalance":   `{"detail-type":["EC2 Instance Rebalance Recommendation"],"source":["aws.ec2"]}`,
		"state":       `{"detail-type":["EC2 Instance State-change Notification"],"source":["aws.ec2"]}`,
		"reservation": `{"detail-type":["EC2 Capacity Reservation Instance Interruption Warning"],"source":["aws.ec2"]}`,
	}
	var rules []string
	for part, pattern := range want {
		rule := offlinetest.Find(t, p, "karpenter-event-"+part)
		assert.JSONEq(t, pattern, rule.Inputs["eventPattern"].(string))
		rules = append(rules, rule.Outputs["arn"].(string))
		target := offlinetest.Find(t, p, "karpenter-event-"+part+"-target")
		assert.Equal(t, rule.ID, target.Inputs["rule"])
		assert.Equal(t, queue.Outputs["arn"], target.Inputs["arn"])
	}
	assert.Equal(t, map[string][]string{"Service": {"events.amazonaws.com"}}, statements[0].Principal)
	assert.Equal(t, []string{"sqs:SendMessage"}, statements[0].Action)
	assert.ElementsMatch(t, rules, statements[0].Condition["ArnEquals"]["aws:SourceArn"])
	assert.Equal(t, "Deny", statements[1].Effect)
	assert.Equal(t, []string{"sqs:*"}, statements[1].Action)
	assert.Equal(t, []string{"false"}, statements[1].Condition["Bool"]["aws:SecureTransport"])
	for _, s := range statements {
		assert.Equal(t, []string{queue.Outputs["arn"].(string)}, s.Resource)
	}
}
