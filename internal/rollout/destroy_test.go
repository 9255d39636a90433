package rollout

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/settings"
)

func TestDestroyGoesBackwards(t *testing.T) {
	f := newFake()
	r, output := f.of(t, nil)
	require.NoError(t, r.Destroy(context.Background(), DestroyOptions{Yes: true}))
	assert.Equal(t, []string{".", "stacks/cdn", "stacks/compute", "stacks/data", "stacks/networking"}, f.folders("destroy"))
	assert.Equal(t, "pulumi destroy --cwd . --stack staging --yes --non-interactive --skip-preview", f.ran[0])
	assert.Contains(t, output.String(), "This destroys staging in account 123456789012, eu-central-1, with all its data:\n  root       1 resources\n")
	assert.Contains(t, output.String(), "pulumi stack rm --preserve-config")
}

func TestDestroyAsks(t *testing.T) {
	f := newFake()
	r, _ := f.of(t, nil)
	assert.EqualError(t, r.Destroy(context.Background(), DestroyOptions{}), `asked: docs/operations.md, "Taking down", says what is kept. wants staging`)
	assert.Empty(t, f.ran)
}

func TestDestroyRefusesWhatIsProtected(t *testing.T) {
	for _, options := range []DestroyOptions{{}, {Yes: true}} {
		f := newFake()
		r, output := f.of(t, protected)
		assert.EqualError(t, r.Destroy(context.Background(), options), "cannot destroy staging: these settings protect it: "+protections+". "+
			"Set them to false and bring up their layers first: docs/operations.md, \"Protection\"")
		assert.Empty(t, f.ran)
		assert.Empty(t, f.asked)
		assert.Empty(t, output.String())
	}
}

// TestDryRunShowsWhatItWouldRefuse: what is protected is what one wants to see before.
func TestDryRunShowsWhatItWouldRefuse(t *testing.T) {
	f := newFake()
	r, output := f.of(t, protected)
	require.NoError(t, r.Destroy(context.Background(), DestroyOptions{DryRun: true}))
	assert.Contains(t, output.String(), "# refused as it is: cannot destroy staging: these settings protect it: "+protections+".")
	assert.Equal(t, 5, strings.Count(output.String(), "pulumi destroy"))
	assert.Empty(t, f.ran)
}

// TestDestroyOfAZoneThatIsGone: the hosted zone has been deleted by hand, and the gate would ask for its records for ever.
func TestDestroyOfAZoneThatIsGone(t *testing.T) {
	f := newFake()
	f.add("stacks/networking", "aws:route53/zone:Zone", "zone", "Z1")
	f.fails["route53 list-resource-record-sets"] = errors.New("exit status 254: An error occurred (NoSuchHostedZone) when calling the ListResourceRecordSets operation: No hosted zone found with ID: Z1")
	r, _ := f.of(t, nil)
	require.NoError(t, r.Destroy(context.Background(), DestroyOptions{Yes: true}))
	assert.Contains(t, f.folders("destroy"), "stacks/networking")

	f = newFake()
	f.add("stacks/networking", "aws:route53/zone:Zone", "zone", "Z1")
	f.fails["route53 list-resource-record-sets"] = errors.New("exit status 254: An error occurred (AccessDenied) when calling the ListResourceRecordSets operation: no")
	r, _ = f.of(t, nil)
	assert.ErrorContains(t, r.Destroy(context.Background(), DestroyOptions{Yes: true}), "checking that the hosted zone has no record that its stack did not make: ")
}

// TestDestroyRefusesProtectedStates is the step that is forgotten: the settings were changed, and not brought up.
func TestDestroyRefusesProtectedStates(t *testing.T) {
	f := newFake()
	for _, r := range f.states["stacks/data staging"] {
		r["protect"] = r["id"] == "thing-data"
	}
	r, _ := f.of(t, nil)
	assert.EqualError(t, r.Destroy(context.Background(), DestroyOptions{Yes: true}),
		"data: still protected in its state: thing. The settings no longer protect it: apply them first: magestack up staging --layer data")
	assert.Empty(t, f.ran)
}

func TestDestroyRefusesAnotherAccount(t *testing.T) {
	f := newFake()
	f.identity = "999999999999"
	r, _ := f.of(t, nil)
	assert.ErrorContains(t, r.Destroy(context.Background(), DestroyOptions{Yes: true}), "staging is in account 123456789012")
	assert.Empty(t, f.ran)
}

func TestDestroyGoesOnWhereItStopped(t *testing.T) {
	f := newFake()
	f.fails["destroy stacks/compute"] = errors.New("exit status 255")
	r, _ := f.of(t, nil)
	assert.EqualError(t, r.Destroy(context.Background(), DestroyOptions{Yes: true}),
		"cannot destroy compute yet: exit status 255\nstill up: compute, data, networking\nremove the cause, then continue with: magestack destroy staging")

	delete(f.fails, "destroy stacks/compute")
	delete(f.states, ". staging")
	f.ran = nil
	r, output := f.of(t, nil)
	require.NoError(t, r.Destroy(context.Background(), DestroyOptions{Yes: true}))
	assert.Equal(t, []string{"stacks/compute", "stacks/data", "stacks/networking"}, f.folders("destroy"))
	assert.Contains(t, output.String(), "  root       has no stack\n  cdn        is down already\n")
}

func TestDestroyStopsWhenTold(t *testing.T) {
	f := newFake()
	ctx, cancel := context.WithCancelCause(context.Background())
	r, _ := f.of(t, nil)
	r.Confirm = func(string, string) error { cancel(errors.New("interrupted")); return nil }
	assert.ErrorContains(t, r.Destroy(ctx, DestroyOptions{}), "cannot destroy root yet: interrupted\nstill up: root, cdn, compute, data, networking")
	assert.Empty(t, f.ran)
}

func TestDryRunOfDestroy(t *testing.T) {
	f := newFake()
	r, output := f.of(t, nil)
	require.NoError(t, r.Destroy(context.Background(), DestroyOptions{DryRun: true}))
	assert.Empty(t, f.asked)
	assert.Equal(t, `# check that no stack that reads root is up
pulumi destroy --cwd . --stack staging --yes --non-interactive --skip-preview
# check that no stack that reads cdn is up
pulumi destroy --cwd stacks/cdn --stack staging --yes --non-interactive --skip-preview
# check that no stack that reads compute is up
# check that CloudFront has no VPC origin of its load balancer
pulumi destroy --cwd stacks/compute --stack staging --yes --non-interactive --skip-preview
# check that no stack that reads data is up
# check that the cluster has left no instance, load balancer or target group
# check that no standby replicates its database
pulumi destroy --cwd stacks/data --stack staging --yes --non-interactive --skip-preview
# check that no stack that reads networking is up
# check that the VPC has no resource that is in no state
# check that the hosted zone has no record that its stack did not make
pulumi destroy --cwd stacks/networking --stack staging --yes --non-interactive --skip-preview
`, output.String())
}

// TestGatesStopTheDestroy has each gate find something, and wants what it says and how far the destroy came.
func TestGatesStopTheDestroy(t *testing.T) {
	for _, c := range []struct {
		name    string
		answers map[string]string
		change  func(*fake)
		config  settings.Config
		want    string
		down    int // layers
	}{
		{
			name: "a VPC origin",
			answers: map[string]string{"cloudfront list-vpc-origins": `{"VpcOriginList":{"Items":[
				{"Id":"vo_1","Name":"magento","Status":"Deployed","OriginEndpointArn":"arn:balancer"},
				{"Id":"vo_2","Name":"another","Status":"Deployed","OriginEndpointArn":"arn:another"}]}}`},
			want: "cannot destroy compute yet: CloudFront still has a VPC origin of its load balancer\nVPC origin vo_1 (magento), made by a cdn stack, or by hand\n" +
				"  aws cloudfront delete-vpc-origin --id vo_1 --if-match $(aws cloudfront get-vpc-origin --id vo_1 --query ETag --output text) # first take it out of every distribution\n",
			down: 2,
		},
		{
			name: "a node of Karpenter",
			answers: map[string]string{"ec2 describe-instances": `{"Reservations":[{"Instances":[
				{"InstanceId":"i-1","State":{"Name":"running"},"Tags":[{"Key":"karpenter.sh/nodepool","Value":"web"}]}]}]}`},
			want: "cannot destroy data yet: the cluster has left instances, load balancers or target groups\n" +
				"instance i-1, made by Karpenter, for the NodePool web\n  aws ec2 terminate-instances --instance-ids i-1 --region eu-central-1\n",
			down: 3,
		},
		{
			name: "a standby",
			change: func(f *fake) {
				f.states["stacks/data moon"] = []map[string]any{resource("aws:x/thing:Thing", "thing", "thing")}
			},
			config: settings.Config{
				"magento-data:standbyEnvironment": "moon", "magento-data:standbyRegion": "eu-west-1",
				"magento-data:standbyMediaKeyArn":   "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555",
				"magento-data:standbySecretsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555",
				"magento-data:globalRole":           "primary", "magento-data:minCapacity": "8", "magento-data:maxCapacity": "16",
			},
			want: "cannot destroy data yet: a standby still replicates its database\nstack magento-data/moon, made by the standby, which replicates this environment's database\n  magestack destroy moon\n",
			down: 3,
		},
		{
			name: "a security group that is in no state",
			answers: map[string]string{"ec2 describe-security-groups": `{"SecurityGroups":[
				{"GroupId":"sg-default","GroupName":"default"},{"GroupId":"sg-ours","GroupName":"nodes"},{"GroupId":"sg-x","GroupName":"x"}]}`},
			want: "cannot destroy networking yet: the VPC still has resources that are in no state\n" +
				"security group sg-x (x), made by an unknown owner: no state has it, and it carries no tag that tells\n  aws ec2 delete-security-group --group-id sg-x --region eu-central-1\n",
			down: 4,
		},
		{
			name:   "a record that another owner made",
			change: func(f *fake) { f.add("stacks/networking", "aws:route53/zone:Zone", "zone", "Z1") },
			answers: map[string]string{"route53 list-resource-record-sets": `{"ResourceRecordSets":[
				{"Name":"a.","Type":"NS"},{"Name":"a.","Type":"SOA"},{"Name":"mail.a.","Type":"MX"}]}`},
			want: "cannot destroy networking yet: the hosted zone still has records that its stack did not make\nDNS record mail.a. MX, made by an unknown owner",
			down: 4,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake()
			for key, answer := range c.answers {
				f.answers[key] = []string{answer}
			}
			if c.change != nil {
				c.change(f)
			}
			r, _ := f.of(t, c.config)
			err := r.Destroy(context.Background(), DestroyOptions{Yes: true, Patience: time.Hour})
			require.Error(t, err)
			assert.True(t, strings.HasPrefix(err.Error(), c.want), err.Error())
			assert.Contains(t, err.Error(), "continue with: magestack destroy staging")
			assert.Len(t, f.folders("destroy"), c.down)
		})
	}
}

// TestReadersBlock is what a destroy cannot meet by itself: another run brings a layer up meanwhile.
func TestReadersBlock(t *testing.T) {
	f := newFake()
	r, _ := f.of(t, nil)
	found, err := r.readersOf(context.Background(), programs[2])
	require.NoError(t, err)
	var ids []string
	for _, l := range found {
		ids = append(ids, l.ID)
	}
	assert.Equal(t, []string{"magento-cdn/staging", "magento/staging"}, ids)
	assert.Equal(t, "stack magento-cdn/staging, made by the cdn layer, with 1 resources\n  pulumi destroy --cwd stacks/cdn --stack staging --yes --non-interactive --skip-preview", found[0].String())
}

// fading is the control plane's interface, which EKS removes after the cluster.
const fading = `{"NetworkInterfaces":[{"NetworkInterfaceId":"eni-1","Status":"in-use","Description":"Amazon EKS magento-staging","RequesterManaged":true}]}`

func TestDestroyWaitsForWhatFades(t *testing.T) {
	f := newFake()
	f.answers["ec2 describe-network-interfaces"] = []string{fading, fading, `{}`}
	r, output := f.of(t, nil)
	var pauses []time.Duration
	r.Pause = func(_ context.Context, d time.Duration) error { pauses = append(pauses, d); return nil }
	require.NoError(t, r.Destroy(context.Background(), DestroyOptions{Yes: true, Patience: time.Hour}))
	assert.Equal(t, []time.Duration{pollInterval, pollInterval}, pauses)
	assert.Equal(t, 1, strings.Count(output.String(), "waiting for up to 1h0m0s: network interface eni-1, made by EKS, for the control plane of a cluster"))
}

func TestDestroyWaitsNotForEver(t *testing.T) {
	f := newFake()
	f.answers["ec2 describe-network-interfaces"] = []string{fading}
	r, _ := f.of(t, nil)
	pauses := 0
	r.Pause = func(context.Context, time.Duration) error { pauses++; return nil }
	err := r.Destroy(context.Background(), DestroyOptions{Yes: true, Patience: 2 * pollInterval})
	assert.ErrorContains(t, err, "the VPC still has resources that are in no state, after waiting for 1m0s\nnetwork interface eni-1")
	assert.Equal(t, 2, pauses)

	r.Pause = func(context.Context, time.Duration) error { return errors.New("interrupted") }
	assert.ErrorContains(t, r.Destroy(context.Background(), DestroyOptions{Yes: true, Patience: time.Hour}),
		"waiting until the VPC has no resource that is in no state: interrupted")
}

func TestDestroyReportsOrphans(t *testing.T) {
	f := newFake()
	f.answers["ec2 describe-volumes"] = []string{`{"Volumes":[{"VolumeId":"vol-1"}]}`}
	r, output := f.of(t, nil)
	require.NoError(t, r.Destroy(context.Background(), DestroyOptions{Yes: true}))
	assert.Contains(t, output.String(), "orphaned, but blocks nothing: volume vol-1, made by the cluster\n  aws ec2 delete-volume --volume-id vol-1 --region eu-central-1\n")
}
