// Package loadbalancer makes the internal load balancer that the shop answers through. CloudFront reaches it
// as a VPC origin; it has no address on the internet.
package loadbalancer

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/network/topology"
)

// LoadBalancerType is the type token of a LoadBalancer.
const LoadBalancerType = "magento:loadbalancer:LoadBalancer"

const (
	// tlsPolicy has TLS 1.3, and 1.2 with forward secrecy, which CloudFront speaks to origins (Application Load
	// Balancers, "Security policies").
	tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06"

	// idleTimeoutSeconds outlasts the longest answer that CloudFront waits for (edge.OriginReadTimeoutSeconds).
	idleTimeoutSeconds = 65

	// deregistrationDelaySeconds lets running requests end; a spot node has 120 seconds in all.
	deregistrationDelaySeconds = 60

	// healthCheckPath answers 200 while PHP reaches its database and cache (Magento, pub/health_check.php).
	healthCheckPath = "/health_check.php"
)

// LoadBalancerArgs configures a LoadBalancer.
type LoadBalancerArgs struct {
	VPCID           string
	SubnetIDs       []string // private, in two zones at least
	SecurityGroupID string
	CertificateARN  pulumi.StringInput // for the shop's host names: CloudFront forwards them
	Protect         bool               // refuse to delete the load balancer
}

// LoadBalancer is an internal application load balancer with the target group of the web pods.
type LoadBalancer struct {
	pulumi.ResourceState
	ARN               pulumi.StringOutput
	DNSName           pulumi.StringOutput
	WebTargetGroupARN pulumi.StringOutput
}

// NewLoadBalancer registers a LoadBalancer.
func NewLoadBalancer(ctx *pulumi.Context, name string, args LoadBalancerArgs, opts ...pulumi.ResourceOption) (*LoadBalancer, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("load balancer %q: %w", name, err)
	}
	l := &LoadBalancer{}
	if err := ctx.RegisterComponentResourceV2(LoadBalancerType, name, pulumi.Map{"subnetIds": pulumi.ToStringArray(args.SubnetIDs)}, l, opts...); err != nil {
		return nil, fmt.Errorf("load balancer %q: %w", name, err)
	}
	balancer, err := lb.NewLoadBalancer(ctx, name+"-load-balancer", &lb.LoadBalancerArgs{
		Internal:                 pulumi.Bool(true),
		LoadBalancerType:         pulumi.String("application"),
		Subnets:                  pulumi.ToStringArray(args.SubnetIDs),
		SecurityGroups:           pulumi.StringArray{pulumi.String(args.SecurityGroupID)},
		DropInvalidHeaderFields:  pulumi.Bool(true),
		DesyncMitigationMode:     pulumi.String("defensive"),
		EnableDeletionProtection: pulumi.Bool(args.Protect),
		IdleTimeout:              pulumi.Int(idleTimeoutSeconds),
	}, pulumi.Parent(l), pulumi.Protect(args.Protect))
	if err != nil {
		return nil, fmt.Errorf("load balancer %q: %w", name, err)
	}
	web, err := args.webTargets(ctx, name, l)
	if err != nil {
		return nil, fmt.Errorf("load balancer %q: %w", name, err)
	}
	if _, err := lb.NewListener(ctx, name+"-https", &lb.ListenerArgs{
		LoadBalancerArn: balancer.Arn,
		Port:            pulumi.Int(topology.HTTPSPort),
		Protocol:        pulumi.String("HTTPS"),
		SslPolicy:       pulumi.String(tlsPolicy),
		CertificateArn:  args.CertificateARN.ToStringOutput().ToStringPtrOutput(),
		DefaultActions: lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{
			Type: pulumi.String("forward"), TargetGroupArn: web.Arn,
		}},
	}, pulumi.Parent(l)); err != nil {
		return nil, fmt.Errorf("listener of load balancer %q: %w", name, err)
	}
	l.ARN, l.DNSName, l.WebTargetGroupARN = balancer.Arn, balancer.DnsName, web.Arn
	return l, ctx.RegisterResourceOutputs(l, pulumi.Map{
		"arn": l.ARN, "dnsName": l.DNSName, "webTargetGroupArn": l.WebTargetGroupARN,
	})
}

func (a LoadBalancerArgs) validate() error {
	var problems []error
	if a.VPCID == "" || a.SecurityGroupID == "" || a.CertificateARN == nil {
		problems = append(problems, errors.New("vpcId, securityGroupId and certificateArn: required"))
	}
	if len(a.SubnetIDs) < 2 {
		problems = append(problems, fmt.Errorf("subnetIds: %d given, at least 2 in different zones are required", len(a.SubnetIDs)))
	}
	return errors.Join(problems...)
}

// webTargets registers the target group of the pods that serve the storefront, by the addresses of the pods.
func (a LoadBalancerArgs) webTargets(ctx *pulumi.Context, name string, l *LoadBalancer) (*lb.TargetGroup, error) {
	group, err := lb.NewTargetGroup(ctx, name+"-web", &lb.TargetGroupArgs{
		VpcId:               pulumi.String(a.VPCID),
		TargetType:          pulumi.String("ip"),
		Port:                pulumi.Int(topology.MagentoPort),
		Protocol:            pulumi.String("HTTP"), // inside the VPC's private subnets, from the load balancer's group alone
		DeregistrationDelay: pulumi.Int(deregistrationDelaySeconds),
		HealthCheck: lb.TargetGroupHealthCheckArgs{
			Path: pulumi.String(healthCheckPath), Matcher: pulumi.String("200"),
			Interval: pulumi.Int(10), Timeout: pulumi.Int(5),
			HealthyThreshold: pulumi.Int(2), UnhealthyThreshold: pulumi.Int(3),
		},
	}, pulumi.Parent(l))
	if err != nil {
		return nil, fmt.Errorf("target group: %w", err)
	}
	return group, nil
}
