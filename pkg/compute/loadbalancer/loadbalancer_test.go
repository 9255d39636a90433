package loadbalancer_test

import (
	"testing"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/compute/loadbalancer"
	"github.com/magestack/magestack/pkg/layer"
)

var home = offlinetest.Account()

func arguments() loadbalancer.Args {
	return loadbalancer.Args{
		Account: home, VPCID: "vpc-1", SubnetIDs: []string{"subnet-1", "subnet-2"}, SecurityGroupID: "sg-1",
		CertificateARN: pulumi.String("arn:certificate"), AdminPath: "backstage_7f3", Protect: true,
	}
}

func balanced(args loadbalancer.Args) (*plan.Environment, error) {
	return offlinetest.Run(layer.Compute{}.Layer(), func(ctx *pulumi.Context, opt pulumi.ResourceOption) error {
		_, err := loadbalancer.New(ctx, "ingress", args, opt)
		return err
	})
}

// TestLoadBalancer holds what it does with what it does not understand, with whom it speaks, and that it stays.
func TestLoadBalancer(t *testing.T) {
	recorded, err := balanced(arguments())
	require.NoError(t, err)
	offlinetest.CheckChildren(t, recorded, loadbalancer.LoadBalancerType, "ingress")
	balancer := offlinetest.Find(t, recorded, "ingress-load-balancer")
	for input, want := range map[string]any{
		"internal": true, "loadBalancerType": "application", "dropInvalidHeaderFields": true, "desyncMitigationMode": "defensive",
		"enableDeletionProtection": true, "enableZonalShift": true, "idleTimeout": 65.0, "securityGroups": []any{"sg-1"},
	} {
		assert.Equal(t, want, balancer.Inputs[input], input)
	}
	assert.True(t, balancer.Protect)
	listener := offlinetest.Find(t, recorded, "ingress-https")
	assert.Equal(t, "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", listener.Inputs["sslPolicy"])
	assert.Equal(t, "HTTPS", listener.Inputs["protocol"])
	assert.Equal(t, false, listener.Inputs["routingHttpResponseServerEnabled"])
	assert.True(t, offlinetest.Find(t, recorded, "ingress-logs-bucket").Protect)
}

func TestThrowAwayLoadBalancersGo(t *testing.T) {
	args := arguments()
	args.Protect, args.AdminPath = false, ""
	recorded, err := balanced(args)
	require.NoError(t, err)
	balancer := offlinetest.Find(t, recorded, "ingress-load-balancer")
	assert.Equal(t, false, balancer.Inputs["enableDeletionProtection"])
	assert.False(t, balancer.Protect)
	assert.Equal(t, true, offlinetest.Find(t, recorded, "ingress-logs-bucket").Inputs["forceDestroy"])
	for _, r := range recorded.Resources() {
		assert.NotEqual(t, "aws:lb/listenerRule:ListenerRule", r.Type, "there is no admin path")
	}
}

func TestArgsAreRefusedAllAtOnce(t *testing.T) {
	_, err := balanced(loadbalancer.Args{SubnetIDs: []string{"subnet-1"}, AdminPath: "a/*"})
	for _, want := range []string{
		"vpcId, securityGroupId and certificateArn: required", "subnetIds: 1 given, at least 2", `account "" in ""`,
		`adminPath "a/*": allowed are letters, digits, _ and -`,
	} {
		assert.ErrorContains(t, err, want)
	}
}

func bound(args loadbalancer.BindingArgs) (*plan.Environment, error) {
	return offlinetest.Run(layer.Compute{}.Layer(), offlinetest.InCluster(func(ctx *pulumi.Context, _, cluster pulumi.ResourceOption) (err error) {
		controller, err := corev1.NewNamespace(ctx, "controller", nil, cluster)
		if err != nil {
			return err
		}
		args.Controller = []pulumi.Resource{controller}
		_, err = loadbalancer.NewBinding(ctx, "web", args, cluster)
		return err
	}))
}

// TestBinding holds the whole object: its definition is in no Go module that is served to us, and a field that the
// controller does not know would be dropped in silence (aws-load-balancer-controller, apis/elbv2/v1beta1).
func TestBinding(t *testing.T) {
	recorded, err := bound(loadbalancer.BindingArgs{
		Namespace: "magento", Service: "magento-web", Port: 8080, TargetGroupARN: pulumi.String("arn:target-group"),
	})
	require.NoError(t, err)
	binding := offlinetest.Find(t, recorded, "web-binding")
	assert.Equal(t, map[string]any{
		"apiVersion": "elbv2.k8s.aws/v1beta1", "kind": "TargetGroupBinding",
		"metadata": map[string]any{"name": "magento-web", "namespace": "magento"},
		"spec": map[string]any{
			"serviceRef": map[string]any{"name": "magento-web", "port": 8080.0}, "targetType": "ip", "targetGroupARN": "arn:target-group",
		},
	}, binding.Inputs)
	assert.Contains(t, binding.Dependencies, offlinetest.Find(t, recorded, "controller").URN, "the controller would go first, and the binding never")

	_, err = bound(loadbalancer.BindingArgs{Port: 70000})
	assert.ErrorContains(t, err, "namespace, service and targetGroupArn: required")
	assert.ErrorContains(t, err, "port 70000: must be 1 to 65535")
}
