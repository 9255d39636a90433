package aurora

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// subscription is what RDS announces about one kind of thing. The categories are those that the controls RDS.19 to
// RDS.22 ask for, and failovers (AUG, "Amazon RDS event categories and event messages for Aurora").
type subscription struct {
	name       string
	source     string
	categories []string
	of         pulumi.StringArray // identifiers; nil for all of the account
}

func (b *builder) subscriptions() []subscription {
	instances := pulumi.StringArray{}
	for _, member := range b.members {
		instances = append(instances, member.Identifier)
	}
	return []subscription{
		{"cluster", "db-cluster", []string{"failover", "failure", "global failover", "maintenance"},
			pulumi.StringArray{b.database.ClusterIdentifier}},
		{"instances", "db-instance", []string{"configuration change", "failure", "maintenance"}, instances},
		{"parameters", "db-parameter-group", []string{"configuration change"},
			pulumi.StringArray{b.instanceParameters.Name}},
		// RDS's own security groups ended with EC2-Classic; RDS.22 still wants to hear of them, and nothing comes.
		{"groups", "db-security-group", []string{"configuration change", "failure"}, nil},
	}
}

// events announces what happens to the database to the topic, if there is one. The topic's policy must let RDS
// publish, and so must that of its key (AUG, "Granting permissions to publish notifications to an Amazon SNS topic").
func (b *builder) events() error {
	if b.args.EventTopicARN == nil {
		return nil
	}
	for _, s := range b.subscriptions() {
		args := &rds.EventSubscriptionArgs{
			SnsTopic:        b.args.EventTopicARN,
			SourceType:      pulumi.String(s.source),
			EventCategories: pulumi.ToStringArray(s.categories),
		}
		if s.of != nil {
			args.SourceIds = s.of
		}
		if _, err := rds.NewEventSubscription(b.Ctx, b.Child(s.name+"-events"), args, b.Parent); err != nil {
			return fmt.Errorf("events of %s: %w", s.name, err)
		}
	}
	return nil
}
