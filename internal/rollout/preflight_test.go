package rollout

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/availability"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
)

func planOf(project string, resources ...plan.Resource) plan.Stack {
	return plan.Stack{Layer: layer.Layer{Project: project}, Resources: resources}
}

func inPlan(kind string, inputs map[string]any) plan.Resource {
	return plan.Resource{Type: kind, Inputs: inputs}
}

// TestZonesThatAServiceDoesNotTake stands on each zone of the table and one beside it, whatever its name.
func TestZonesThatAServiceDoesNotTake(t *testing.T) {
	for _, c := range []struct{ region, id, want string }{
		{"us-east-1", "use1-az3", "EKS, for a control plane"}, {"us-east-1", "use1-az3", "CloudFront, for a VPC origin"}, {"us-east-1", "use1-az2", ""},
		{"us-west-1", "usw1-az2", "EKS, for a control plane"}, {"us-west-1", "usw1-az1", ""},
		{"ca-central-1", "cac1-az3", "CloudFront, for a VPC origin"}, {"ca-central-1", "cac1-az4", ""},
		{"ap-northeast-1", "apne1-az3", "CloudFront, for a VPC origin"}, {"ap-northeast-1", "apne1-az1", ""},
	} {
		f := newFake()
		f.answers["ec2 describe-availability-zones"] = []string{`{"AvailabilityZones":[{"ZoneName":"` + c.region + `a","ZoneId":"ok-az9"},{"ZoneName":"` + c.region + `e","ZoneId":"` + c.id + `"}]}`}
		r, _ := f.of(t, settings.Config{"aws:region": c.region, "magento-networking:zones": `["` + c.region + `a","` + c.region + `e"]`})
		err := r.Up(context.Background(), UpOptions{Yes: true})
		if c.want == "" {
			assert.NoError(t, err, c.id)
			continue
		}
		assert.ErrorContains(t, err, `magento-networking:zones: "`+c.region+`e": is `+c.id+", which is not supported by "+c.want)
		assert.ErrorContains(t, err, "allowed in this account: "+c.region+"a")
		assert.Empty(t, f.ran, "nothing is begun")
	}
	for _, id := range availability.Zones() {
		assert.NotEmpty(t, availability.WithoutZone(id))
	}
}

func TestZonesThatTheAccountDoesNotHave(t *testing.T) {
	f := newFake()
	r, _ := f.of(t, settings.Config{"magento-networking:zones": `["eu-central-1a","eu-central-1d"]`})
	assert.EqualError(t, r.Up(context.Background(), UpOptions{Yes: true}), `magento-networking:zones: "eu-central-1d": the account has no such zone; `+
		"zones can only be appended later; allowed in this account: eu-central-1a, eu-central-1b, eu-central-1c")

	f.fails["aws ec2"] = errors.New("AccessDenied")
	assert.ErrorContains(t, r.Up(context.Background(), UpOptions{Yes: true}), "listing the zones of the account: ")
}

func TestRolesOfServices(t *testing.T) {
	const list = "iam list-roles"
	pool := func(capacity string) plan.Resource {
		return inPlan("kubernetes:karpenter.sh/v1:NodePool", map[string]any{"spec": map[string]any{"values": []any{capacity}}})
	}
	spotRole := inPlan(roleType, map[string]any{"awsServiceName": "spot.amazonaws.com"})
	there := `{"Roles":[{"RoleName":"AWSServiceRoleForEC2Spot","Arn":"arn:spot"}]}`
	for name, c := range map[string]struct {
		resources []plan.Resource
		answer    string
		owned     bool // the role is in the state
		want      string
	}{
		"missing, and made by the plan": {[]plan.Resource{pool("spot"), spotRole}, "{}", false, ""},
		"there, and not made":           {[]plan.Resource{pool("spot")}, there, false, ""},
		"there, and ours":               {[]plan.Resource{pool("spot"), spotRole}, there, true, ""},
		"not needed":                    {[]plan.Resource{pool("on-demand")}, "{}", false, ""},
		"missing": {[]plan.Resource{pool("spot")}, "{}", false, "the account has no service-linked role AWSServiceRoleForEC2Spot; " +
			"make it: aws iam create-service-linked-role --aws-service-name spot.amazonaws.com; or set magento-compute:spotServiceLinkedRole to true, in one environment of the account"},
		"there, and made once more": {[]plan.Resource{pool("spot"), spotRole}, there, false,
			`magento-compute:spotServiceLinkedRole: true: the account already has the role AWSServiceRoleForEC2Spot; set it to false`},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake()
			f.answers[list] = []string{c.answer}
			if c.owned {
				f.add("stacks/compute", roleType, "role", "arn:spot")
			}
			r, _ := f.of(t, nil)
			r.Plan = &plan.Environment{Stacks: []plan.Stack{planOf("magento-compute", c.resources...)}}
			err := r.Up(context.Background(), UpOptions{Yes: true})
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			assert.EqualError(t, err, c.want)
			assert.Empty(t, f.ran)
			assert.NoError(t, r.Up(context.Background(), UpOptions{Yes: true, Layers: []string{"networking"}}), "another layer does not need it")
		})
	}
}

func TestBackupsMustBeTurnedOn(t *testing.T) {
	f := newFake()
	r, _ := f.of(t, nil)
	selection := inPlan("aws:backup/selection:Selection", map[string]any{"resources": []any{"arn:aws:rds:eu-central-1:123456789012:cluster:x", "arn:aws:s3:::media"}})
	r.Plan = &plan.Environment{Stacks: []plan.Stack{planOf("magento-data", selection)}}
	for answer, off := range map[string]string{
		`{}`: "Aurora=true,S3=true",
		`{"ResourceTypeOptInPreference":{"Aurora":true,"S3":false}}`: "S3=true",
		`{"ResourceTypeOptInPreference":{"Aurora":true,"S3":true}}`:  "",
	} {
		f.answers["backup describe-region-settings"] = []string{answer}
		err := r.Up(context.Background(), UpOptions{Yes: true})
		if off == "" {
			assert.NoError(t, err)
			continue
		}
		assert.ErrorContains(t, err, "aws backup update-region-settings --region eu-central-1 --resource-type-opt-in-preference "+off)
	}
	selection.Inputs["resources"] = []any{"arn:aws:rds:eu-central-1:123456789012:cluster:x"}
	f.answers["backup describe-region-settings"] = []string{`{"ResourceTypeOptInPreference":{"Aurora":true}}`}
	assert.NoError(t, r.Up(context.Background(), UpOptions{Yes: true}), "what the plan does not back up need not be on")
}

// TestNamesThatAreTaken is the second up after a destroy.
func TestNamesThatAreTaken(t *testing.T) {
	const group = "aws:cloudwatch/logGroup:LogGroup"
	f := newFake()
	f.answers["logs describe-log-groups"] = []string{`{"logGroups":[{"logGroupName":"/aws/eks/magento-staging/cluster"}]}`}
	r, _ := f.of(t, nil)
	r.Plan = &plan.Environment{Stacks: []plan.Stack{planOf("magento-compute",
		plan.Resource{Type: "pulumi:providers:aws", URN: "urn:aws", Custom: true, Inputs: map[string]any{"region": "eu-central-1"}},
		plan.Resource{Type: group, Provider: "urn:aws", Inputs: map[string]any{"name": "/aws/eks/magento-staging/cluster"}})}}
	assert.EqualError(t, r.Up(context.Background(), UpOptions{Yes: true}), "a name of the plan is taken by what no state has: log group /aws/eks/magento-staging/cluster, "+
		"made by EKS, which writes on for a while after what it logs is deleted\n"+
		"  aws logs delete-log-group --log-group-name /aws/eks/magento-staging/cluster --region eu-central-1")
	assert.Empty(t, f.ran)

	f.add("stacks/compute", group, "cluster-log", "/aws/eks/magento-staging/cluster")
	assert.NoError(t, r.Up(context.Background(), UpOptions{Yes: true}), "what a state has is in nobody's way")
}
