package loadbalancer

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/compute/loadbalancer/timing"
)

// slowStartSeconds is how long a new pod gets fewer requests than the others, while PHP compiles what it needs for the first
// time.
const slowStartSeconds = 60

// targets registers the target group of pods, by their addresses. Sessions are in a store of their own, so that any pod
// may answer any request.
//
// The way to the pods is HTTP (docs/decisions/0024-http-from-the-load-balancer-to-the-pods.md): inside the VPC's private
// subnets, and from the load balancer's group alone.
func (a LoadBalancerArgs) targets(ctx *pulumi.Context, name string, l *LoadBalancer) (*lb.TargetGroup, error) {
	group, err := lb.NewTargetGroup(ctx, name, &lb.TargetGroupArgs{
		VpcId:                      pulumi.String(a.VPCID),
		TargetType:                 pulumi.String("ip"),
		Port:                       pulumi.Int(topology.MagentoPort),
		Protocol:                   pulumi.String("HTTP"),
		DeregistrationDelay:        pulumi.Int(timing.DeregistrationDelaySeconds),
		LoadBalancingAlgorithmType: pulumi.String("round_robin"), // the only one with a slow start
		SlowStart:                  pulumi.Int(slowStartSeconds),
		Stickiness:                 lb.TargetGroupStickinessArgs{Enabled: pulumi.Bool(false), Type: pulumi.String("lb_cookie")},
		HealthCheck: lb.TargetGroupHealthCheckArgs{
			Path: pulumi.String(timing.HealthCheckPath), Matcher: pulumi.String("200"),
			Interval: pulumi.Int(10), Timeout: pulumi.Int(5),
			HealthyThreshold: pulumi.Int(2), UnhealthyThreshold: pulumi.Int(3),
		},
	}, pulumi.Parent(l))
	if err != nil {
		return nil, fmt.Errorf("target group: %w", err)
	}
	return group, nil
}
