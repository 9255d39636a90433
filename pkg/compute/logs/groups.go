package logs

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/compute/cluster"
	"github.com/magestack/magestack/pkg/compute/podidentity"
	"github.com/magestack/magestack/pkg/naming"
)

// other is the log group of every namespace that has none of its own.
const other = "other"

// namespaces returns the namespaces that have a log group of their own, by name.
func namespaces() []string {
	return slices.Sorted(slices.Values([]string{
		naming.NamespaceArgoCD, naming.NamespaceExternalSecrets, naming.NamespaceKEDA, naming.NamespaceSystem, naming.NamespaceMagento,
		naming.NamespaceProxySQL, naming.NamespaceReloader,
	}))
}

// destinations returns what the log groups are named after: the namespaces, and other.
func destinations() []string { return append(namespaces(), other) }

// groupPrefix returns how the names of the log groups begin; the namespace follows.
func (a Args) groupPrefix() string { return cluster.LogPrefix(a.Environment.Cluster()) + "pods/" }

// logGroups registers a log group for each namespace, and one for all others. One that Fluent Bit made would have neither
// our key nor an end.
func (b *builder) logGroups() error {
	for _, of := range destinations() {
		group, err := cloudwatch.NewLogGroup(b.Ctx, b.Child(of), &cloudwatch.LogGroupArgs{
			Name:            pulumi.String(b.args.groupPrefix() + of),
			KmsKeyId:        b.args.KeyARN.ToStringOutput().ToStringPtrOutput(),
			RetentionInDays: pulumi.Int(b.args.LogRetentionDays),
		}, b.Parent, pulumi.Protect(b.args.Protect))
		if err != nil {
			return fmt.Errorf("log group of %s: %w", of, err)
		}
		b.groups = append(b.groups, group)
	}
	return nil
}

// serviceAccount is that of Fluent Bit's pods.
var serviceAccount = podidentity.Account{Namespace: naming.NamespaceLogging, Name: release}

// identity registers the role of Fluent Bit: it writes to these groups, and can neither make one nor read. Its output makes
// no other calls while groups are not its own to make (Fluent Bit 5.1.1, plugins/out_cloudwatch_logs/cloudwatch_api.c).
func (b *builder) identity() error {
	var streams []string
	for _, of := range destinations() {
		streams = append(streams, b.args.Account.ARN("logs", "log-group:"+b.args.groupPrefix()+of+":*"))
	}
	made, err := podidentity.NewIdentity(b.Ctx, b.Child("agent"), podidentity.IdentityArgs{
		ClusterName: b.args.ClusterName, ServiceAccount: serviceAccount, Description: "Fluent Bit of " + b.args.Environment.Cluster(),
		Statements: []policy.Statement{{
			Sid: "WriteLogs", Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resources: policy.Strings(streams...),
		}},
	}, b.Parent)
	if err != nil {
		return err
	}
	b.rights = made.Association
	return nil
}
