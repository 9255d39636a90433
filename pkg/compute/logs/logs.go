// Package logs sends what pods on nodes write to CloudWatch: Fluent Bit on every node, and a log group for each namespace
// (docs/decisions/0100-fluent-bit-sends-logs-of-pods.md). Pods on Fargate have a router of their own (pkg/compute/fargate).
package logs

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/naming"
)

// LogsType is the type token of Logs.
const LogsType = "magento:logs:Logs"

// Args configures Logs.
type Args struct {
	Account     account.Account
	Environment naming.Environment

	ClusterName      pulumi.StringInput
	KeyARN           pulumi.StringInput // that logs are encrypted with
	LogRetentionDays int
	Protect          bool // refuse to delete the log groups

	// CloudWatch is where CloudWatch Logs answers: the VPC's block where there is an interface endpoint, and anywhere else
	// the internet.
	CloudWatch netip.Prefix

	Ready []pulumi.Resource // nodes on which names are resolved and pods get their identities
}

// Logs is the log groups, and Fluent Bit with its identity and its namespace.
type Logs struct {
	pulumi.ResourceState
}

// builder makes the children, one concern after the other.
type builder struct {
	component.Scope
	*Logs
	args Args

	groups []pulumi.Resource
	inside []pulumi.Resource // the namespace with its policies, which are there before a pod runs
	rights pulumi.Resource   // the association of the role
}

// New registers Logs. The options must have providers of AWS and of the cluster.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Logs, error) {
	l := &Logs{}
	return l, component.New(ctx, LogsType, name, args, l, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, Logs: l, args: args}
		return pulumi.Map{}, component.Steps(b.logGroups, b.identity, b.namespace, b.agent)
	}, opts...)
}

// Inputs returns what the component shows in a plan.
func (a Args) Inputs() pulumi.Map {
	return pulumi.Map{"logGroups": pulumi.String(a.groupPrefix())}
}

// Validate refuses arguments that the log groups, the role or the policies could not be made with.
func (a Args) Validate() error {
	var problems []error
	if a.Environment == "" || !account.ValidID(a.Account.ID) || !account.ValidRegion(a.Account.Region) {
		problems = append(problems, errors.New("account and environment: required"))
	}
	if a.ClusterName == nil || a.KeyARN == nil {
		problems = append(problems, errors.New("clusterName and keyArn: required"))
	}
	if a.LogRetentionDays < 1 {
		problems = append(problems, fmt.Errorf("logRetentionDays %d: must be 1 or more", a.LogRetentionDays))
	}
	if !a.CloudWatch.IsValid() {
		problems = append(problems, errors.New("cloudWatch: required, the block that CloudWatch Logs answers from"))
	}
	if len(a.Ready) == 0 {
		problems = append(problems, errors.New("ready: required, or what is installed would wait for nodes for ever"))
	}
	return errors.Join(problems...)
}
