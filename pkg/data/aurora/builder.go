package aurora

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/data/secrets"
)

// builder makes the children of a Cluster, one concern after the other.
type builder struct {
	component.Scope
	args ClusterArgs

	subnets            *rds.SubnetGroup
	clusterParameters  *rds.ClusterParameterGroup
	instanceParameters *rds.ParameterGroup
	logs               []pulumi.Resource
	monitorRole        *iam.Role
	monitorPermissions *iam.RolePolicyAttachment
	database           *rds.Cluster
	members            []*rds.ClusterInstance // the writer first
	globalCluster      *rds.GlobalCluster     // of a primary
	admin              *secrets.Secret        // nil for a secondary
}

// LogGroupPrefix begins the names of the log groups that RDS writes clusters' logs to.
const LogGroupPrefix = "/aws/rds/cluster/"

// logExports are the logs that the cluster sends to CloudWatch Logs (RDS.9, RDS.34).
var logExports = []string{"audit", "error", "slowquery"}

func (b *builder) subnetGroup() (err error) {
	b.subnets, err = rds.NewSubnetGroup(b.Ctx, b.Child("subnets"), &rds.SubnetGroupArgs{
		SubnetIds:   pulumi.ToStringArray(b.args.SubnetIDs),
		Description: pulumi.String("Data subnets of " + b.args.Environment),
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("subnet group: %w", err)
	}
	return nil
}

// logGroups makes the log groups before Aurora would, which keeps logs for ever and without a key of ours.
func (b *builder) logGroups() error {
	for _, export := range logExports {
		group, err := cloudwatch.NewLogGroup(b.Ctx, b.Child(export+"-log"), &cloudwatch.LogGroupArgs{
			Name:            pulumi.String(LogGroupPrefix + b.args.identifier() + "/" + export),
			KmsKeyId:        b.args.KeyARN.ToStringOutput().ToStringPtrOutput(),
			RetentionInDays: pulumi.Int(b.args.LogRetentionDays),
		}, b.Parent, pulumi.Protect(b.args.Protect))
		if err != nil {
			return fmt.Errorf("log group for %s: %w", export, err)
		}
		b.logs = append(b.logs, group)
	}
	return nil
}
