// Package loadbalancer makes the internal load balancer that the shop answers through. CloudFront reaches it
// as a VPC origin; it has no address on the internet.
package loadbalancer

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/data/storage"
)

// LoadBalancerType is the type token of a LoadBalancer.
const LoadBalancerType = "magento:loadbalancer:LoadBalancer"

const (
	// tlsPolicy has TLS 1.3, with a key exchange that a quantum computer does not break, and 1.2 with forward secrecy and
	// authenticated encryption alone, which CloudFront speaks to origins. It is the one that AWS recommends (Application
	// Load Balancers, "Security policies").
	tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"

	// idleTimeoutSeconds outlasts the longest answer that CloudFront waits for (edge.OriginReadTimeoutSeconds).
	idleTimeoutSeconds = 65

	// The prefixes of the logs in their bucket.
	accessLogs     = "access"
	connectionLogs = "connection"
)

// LoadBalancerArgs configures a LoadBalancer.
type LoadBalancerArgs struct {
	Account         account.Account
	VPCID           string
	SubnetIDs       []string // private, in two zones at least
	SecurityGroupID string
	CertificateARN  pulumi.StringInput // for the shop's host names: CloudFront forwards them
	AdminPath       string             // front name of the admin, without slashes; empty: no path leads to the admin's pods
	Protect         bool               // refuse to delete the load balancer and its logs
}

// LoadBalancer is an internal application load balancer with a target group for each kind of pod behind it.
type LoadBalancer struct {
	pulumi.ResourceState
	ARN                 pulumi.StringOutput
	DNSName             pulumi.StringOutput
	Name                pulumi.StringOutput
	WebTargetGroupARN   pulumi.StringOutput
	AdminTargetGroupARN pulumi.StringOutput
	LogsBucket          pulumi.StringOutput
}

// xffRemove takes X-Forwarded-For off (Elastic Load Balancing, "HTTP headers and Application Load Balancers"). CloudFront puts the
// address of whoever asked first on what all visitors share, so that a module that knows countries by addresses would show
// everybody the page for one. A private request has the address in True-Client-IP, which the edge sets.
const xffRemove = "remove"

// NewLoadBalancer registers a LoadBalancer.
func NewLoadBalancer(ctx *pulumi.Context, name string, args LoadBalancerArgs, opts ...pulumi.ResourceOption) (*LoadBalancer, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("load balancer %q: %w", name, err)
	}
	l := &LoadBalancer{}
	if err := ctx.RegisterComponentResourceV2(LoadBalancerType, name, pulumi.Map{"subnetIds": pulumi.ToStringArray(args.SubnetIDs)}, l, opts...); err != nil {
		return nil, fmt.Errorf("load balancer %q: %w", name, err)
	}
	balancer, err := args.balancer(ctx, name, l)
	if err != nil {
		return nil, fmt.Errorf("load balancer %q: %w", name, err)
	}
	web, err := args.targets(ctx, name+"-web", l)
	if err != nil {
		return nil, fmt.Errorf("load balancer %q: %w", name, err)
	}
	admin, err := args.targets(ctx, name+"-admin", l)
	if err != nil {
		return nil, fmt.Errorf("load balancer %q: %w", name, err)
	}
	if err := args.listen(ctx, name, l, balancer, web, admin); err != nil {
		return nil, fmt.Errorf("load balancer %q: %w", name, err)
	}
	l.ARN, l.DNSName, l.Name = balancer.Arn, balancer.DnsName, balancer.Name
	l.WebTargetGroupARN, l.AdminTargetGroupARN = web.Arn, admin.Arn
	return l, ctx.RegisterResourceOutputs(l, pulumi.Map{
		"arn": l.ARN, "dnsName": l.DNSName, "name": l.Name, "logsBucket": l.LogsBucket,
		"webTargetGroupArn": l.WebTargetGroupARN, "adminTargetGroupArn": l.AdminTargetGroupARN,
	})
}

// adminPathFormat is what a path pattern takes literally; what Magento takes is stricter.
var adminPathFormat = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

func (a LoadBalancerArgs) validate() error {
	var problems []error
	if a.VPCID == "" || a.SecurityGroupID == "" || a.CertificateARN == nil {
		problems = append(problems, errors.New("vpcId, securityGroupId and certificateArn: required"))
	}
	if len(a.SubnetIDs) < 2 {
		problems = append(problems, fmt.Errorf("subnetIds: %d given, at least 2 in different zones are required", len(a.SubnetIDs)))
	}
	if !account.ValidID(a.Account.ID) || !account.ValidRegion(a.Account.Region) {
		problems = append(problems, fmt.Errorf("account %q in %q: must be twelve digits and a region", a.Account.ID, a.Account.Region))
	}
	if a.AdminPath != "" && !adminPathFormat.MatchString(a.AdminPath) {
		problems = append(problems, fmt.Errorf("adminPath %q: allowed are letters, digits, _ and -", a.AdminPath))
	}
	return errors.Join(problems...)
}

// balancer registers the load balancer, and the bucket of its logs before it.
func (a LoadBalancerArgs) balancer(ctx *pulumi.Context, name string, l *LoadBalancer) (*lb.LoadBalancer, error) {
	logs, err := storage.NewLoadBalancerLogs(ctx, name+"-logs", storage.LogsArgs{Account: a.Account, Protect: a.Protect}, pulumi.Parent(l))
	if err != nil {
		return nil, err
	}
	l.LogsBucket = logs.Name
	return lb.NewLoadBalancer(ctx, name+"-load-balancer", &lb.LoadBalancerArgs{
		Internal:                 pulumi.Bool(true),
		LoadBalancerType:         pulumi.String("application"),
		Subnets:                  pulumi.ToStringArray(a.SubnetIDs),
		SecurityGroups:           pulumi.StringArray{pulumi.String(a.SecurityGroupID)},
		DropInvalidHeaderFields:  pulumi.Bool(true),
		DesyncMitigationMode:     pulumi.String("defensive"),
		XffHeaderProcessingMode:  pulumi.String(xffRemove),
		EnableDeletionProtection: pulumi.Bool(a.Protect),
		EnableZonalShift:         pulumi.Bool(true), // so that a zone that is ill can be left at once
		IdleTimeout:              pulumi.Int(idleTimeoutSeconds),
		AccessLogs: lb.LoadBalancerAccessLogsArgs{
			Bucket: logs.Name, Prefix: pulumi.String(accessLogs), Enabled: pulumi.Bool(true),
		},
		ConnectionLogs: lb.LoadBalancerConnectionLogsArgs{
			Bucket: logs.Name, Prefix: pulumi.String(connectionLogs), Enabled: pulumi.Bool(true),
		},
	}, pulumi.Parent(l), pulumi.Protect(a.Protect), pulumi.DependsOn([]pulumi.Resource{logs.Written()}))
}

// listen registers the one listener. There is none for HTTP: CloudFront comes with TLS, and nobody else comes.
func (a LoadBalancerArgs) listen(ctx *pulumi.Context, name string, l *LoadBalancer, balancer *lb.LoadBalancer, web, admin *lb.TargetGroup) error {
	listener, err := lb.NewListener(ctx, name+"-https", &lb.ListenerArgs{
		LoadBalancerArn: balancer.Arn,
		Port:            pulumi.Int(topology.HTTPSPort),
		Protocol:        pulumi.String("HTTPS"),
		SslPolicy:       pulumi.String(tlsPolicy),
		CertificateArn:  a.CertificateARN.ToStringOutput().ToStringPtrOutput(),
		DefaultActions: lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{
			Type: pulumi.String("forward"), TargetGroupArn: web.Arn,
		}},
		RoutingHttpResponseServerEnabled: pulumi.Bool(false), // what answers is nobody's business
	}, pulumi.Parent(l))
	if err != nil {
		return fmt.Errorf("listener: %w", err)
	}
	if a.AdminPath == "" {
		return nil
	}
	if _, err := lb.NewListenerRule(ctx, name+"-admin-path", &lb.ListenerRuleArgs{
		ListenerArn: listener.Arn,
		Priority:    pulumi.Int(10),
		Actions: lb.ListenerRuleActionArray{lb.ListenerRuleActionArgs{
			Type: pulumi.String("forward"), TargetGroupArn: admin.Arn,
		}},
		Conditions: lb.ListenerRuleConditionArray{lb.ListenerRuleConditionArgs{
			PathPattern: lb.ListenerRuleConditionPathPatternArgs{Values: pulumi.ToStringArray(adminPaths(a.AdminPath))},
		}},
	}, pulumi.Parent(l)); err != nil {
		return fmt.Errorf("rule for the admin: %w", err)
	}
	return nil
}

// adminPaths are the forms in which Magento takes the front name: alone or before more, with and without its script.
// Of five values that a rule may have (Application Load Balancers, "Quotas") four are used.
func adminPaths(frontName string) []string {
	return []string{"/" + frontName, "/" + frontName + "/*", "/index.php/" + frontName, "/index.php/" + frontName + "/*"}
}
