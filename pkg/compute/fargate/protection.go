package fargate

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// masked are the data identifiers of what is hidden in the log of pods on Fargate (CloudWatch Logs User Guide, "Types of
// data that you can protect").
var masked = []string{"AwsSecretKey", "CreditCardNumber", "EmailAddress", "IpAddress"}

// dataProtection is a data protection policy (CloudWatch Logs User Guide, "Understanding log group data protection
// policies"). It has one statement that finds, and one of the same identifiers that hides.
type dataProtection struct {
	Name      string
	Version   string
	Statement []dataStatement
}

type dataStatement struct {
	Sid            string
	DataIdentifier []string
	Operation      map[string]map[string]struct{}
}

// protect registers the policy that hides what Fargate's log router sends on: it takes no script, which is what hides it on
// nodes (docs/decisions/0101-personal-fields-are-removed-on-the-node.md).
func (b *builder) protect(group *cloudwatch.LogGroup) error {
	var identifiers []string
	for _, of := range masked {
		identifiers = append(identifiers, fmt.Sprintf("arn:%s:dataprotection::aws:data-identifier/%s", b.args.Account.Partition(), of))
	}
	document, err := json.Marshal(dataProtection{
		Name: "personal-fields", Version: "2021-06-01",
		Statement: []dataStatement{
			{"Audit", identifiers, map[string]map[string]struct{}{"Audit": {"FindingsDestination": {}}}},
			{"Mask", identifiers, map[string]map[string]struct{}{"Deidentify": {"MaskConfig": {}}}},
		},
	})
	if err != nil {
		return fmt.Errorf("data protection policy: %w", err)
	}
	policy, err := cloudwatch.NewLogDataProtectionPolicy(b.Ctx, b.Child("log-protection"), &cloudwatch.LogDataProtectionPolicyArgs{
		LogGroupName: group.Name, PolicyDocument: pulumi.String(document),
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("data protection policy: %w", err)
	}
	b.needed = append(b.needed, policy)
	return nil
}
