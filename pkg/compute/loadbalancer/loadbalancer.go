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
	"github.com/magestack/magestack/pkg/component"
)

// LoadBalancerType is the type token of a LoadBalancer.
const LoadBalancerType = "magento:loadbalancer:LoadBalancer"

const (
	// tlsPolicy has TLS 1.3, with a key exchange that a quantum computer does not break, and 1.2 with forward secrecy and
	// authenticated encryption alone, which CloudFront speaks to origins. It is the one that AWS recommends (Application
	// Load Balancers, "Security policies").
	tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"

	// The prefixes of the logs in their bucket.
	accessLogs     = "access"
	connectionLogs = "connection"
)

// Args configures a LoadBalancer.
type Args struct {
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
// address of the first visitor on what all visitors share, so that a module that knows countries by addresses would show
// all of them the page for one. A private request has the address in True-Client-IP, which the edge sets.
const xffRemove = "remove"

// builder makes the children, one concern after the other.
type builder struct {
	component.Scope
	*LoadBalancer
	args Args

	balancer   *lb.LoadBalancer
	web, admin *lb.TargetGroup
}

// New registers a LoadBalancer.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*LoadBalancer, error) {
	l := &LoadBalancer{}
	return l, component.New(ctx, LoadBalancerType, name, args, l, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, LoadBalancer: l, args: args}
		err := component.Steps(b.loadBalancer, b.targetGroups, b.listen)
		return pulumi.Map{
			"arn": l.ARN, "dnsName": l.DNSName, "name": l.Name, "logsBucket": l.LogsBucket,
			"webTargetGroupArn": l.WebTargetGroupARN, "adminTargetGroupArn": l.AdminTargetGroupARN,
		}, err
	}, opts...)
}

// Inputs returns what the component shows in a plan.
func (a Args) Inputs() pulumi.Map {
	return pulumi.Map{"subnetIds": pulumi.ToStringArray(a.SubnetIDs)}
}

// adminPathFormat is what a path pattern takes literally; what Magento takes is stricter.
var adminPathFormat = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// Validate refuses arguments that Elastic Load Balancing would, and a front name that is no literal path.
func (a Args) Validate() error {
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

// loadBalancer registers the load balancer, and the bucket of its logs before it.
func (b *builder) loadBalancer() error {
	logs, err := b.newLogs()
	if err != nil {
		return err
	}
	b.LogsBucket = logs.Name
	b.balancer, err = lb.NewLoadBalancer(b.Ctx, b.Child("load-balancer"), &lb.LoadBalancerArgs{
		Internal:                 pulumi.Bool(true),
		LoadBalancerType:         pulumi.String("application"),
		Subnets:                  pulumi.ToStringArray(b.args.SubnetIDs),
		SecurityGroups:           pulumi.StringArray{pulumi.String(b.args.SecurityGroupID)},
		DropInvalidHeaderFields:  pulumi.Bool(true),
		DesyncMitigationMode:     pulumi.String("defensive"),
		XffHeaderProcessingMode:  pulumi.String(xffRemove),
		EnableDeletionProtection: pulumi.Bool(b.args.Protect),
		EnableZonalShift:         pulumi.Bool(true), // so that an impaired zone can be left at once
		IdleTimeout:              pulumi.Int(topology.LoadBalancerIdleSeconds),
		AccessLogs: lb.LoadBalancerAccessLogsArgs{
			Bucket: logs.Name, Prefix: pulumi.String(accessLogs), Enabled: pulumi.Bool(true),
		},
		ConnectionLogs: lb.LoadBalancerConnectionLogsArgs{
			Bucket: logs.Name, Prefix: pulumi.String(connectionLogs), Enabled: pulumi.Bool(true),
		},
	}, b.Parent, pulumi.Protect(b.args.Protect), pulumi.DependsOn([]pulumi.Resource{logs.Policy}))
	if err != nil {
		return fmt.Errorf("load balancer: %w", err)
	}
	b.ARN, b.DNSName, b.LoadBalancer.Name = b.balancer.Arn, b.balancer.DnsName, b.balancer.Name
	return nil
}

// listen registers the one listener. There is none for HTTP: CloudFront, the only client, speaks TLS.
func (b *builder) listen() error {
	listener, err := lb.NewListener(b.Ctx, b.Child("https"), &lb.ListenerArgs{
		LoadBalancerArn: b.balancer.Arn,
		Port:            pulumi.Int(topology.HTTPSPort),
		Protocol:        pulumi.String("HTTPS"),
		SslPolicy:       pulumi.String(tlsPolicy),
		CertificateArn:  b.args.CertificateARN.ToStringOutput().ToStringPtrOutput(),
		DefaultActions: lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{
			Type: pulumi.String("forward"), TargetGroupArn: b.web.Arn,
		}},
		RoutingHttpResponseServerEnabled: pulumi.Bool(false), // no header names the server
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("listener: %w", err)
	}
	if b.args.AdminPath == "" {
		return nil
	}
	if _, err := lb.NewListenerRule(b.Ctx, b.Child("admin-path"), &lb.ListenerRuleArgs{
		ListenerArn: listener.Arn,
		Priority:    pulumi.Int(10),
		Actions: lb.ListenerRuleActionArray{lb.ListenerRuleActionArgs{
			Type: pulumi.String("forward"), TargetGroupArn: b.admin.Arn,
		}},
		Conditions: lb.ListenerRuleConditionArray{lb.ListenerRuleConditionArgs{
			PathPattern: lb.ListenerRuleConditionPathPatternArgs{Values: pulumi.ToStringArray(adminPaths(b.args.AdminPath))},
		}},
	}, b.Parent); err != nil {
		return fmt.Errorf("rule for the admin: %w", err)
	}
	return nil
}

// adminPaths returns the forms in which Magento takes the front name: alone or before more, with and without its script.
// Of five values that a rule may have (Application Load Balancers, "Quotas") four are used.
func adminPaths(frontName string) []string {
	return []string{"/" + frontName, "/" + frontName + "/*", "/index.php/" + frontName, "/index.php/" + frontName + "/*"}
}
