package mail

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/data/secrets"
	"github.com/magestack/magestack/pkg/naming"
)

// sendAction is what SES asks of the user for each mail that comes by SMTP (SES, "Obtaining Amazon SES SMTP credentials").
const sendAction = "ses:SendRawEmail"

// makeCredential registers the user that sends, with a key of which SES derives the SMTP password, and keeps it as a secret. SMTP
// takes no other credential: the password is made of a long-lived key of a user, and never of a role's
// (docs/decisions/0099-mails-are-sent-by-smtp-as-an-iam-user.md). The rights are the group's (IAM.2).
func (b *builder) makeCredential() error {
	user, err := iam.NewUser(b.Ctx, b.Child("user"), &iam.UserArgs{
		Path: b.path(), ForceDestroy: pulumi.Bool(true), // with keys that were made by hand for a rotation
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("user: %w", err)
	}
	if err := b.grant(user); err != nil {
		return err
	}
	key, err := iam.NewAccessKey(b.Ctx, b.Child("key"), &iam.AccessKeyArgs{User: user.Name}, b.Parent)
	if err != nil {
		return fmt.Errorf("access key: %w", err)
	}
	secret, err := secrets.NewSecret(b.Ctx, b.Child("credential"), secrets.SecretArgs{
		Account:     b.args.Account,
		Name:        b.args.Environment.Secret(naming.SecretMail),
		Description: "SMTP credential of Magento in " + string(b.args.Environment),
		KeyARN:      b.args.SecretsKeyARN,
		Of:          key, // another key is another password
		Value: pulumi.Map{
			"host":     pulumi.String(Host(b.args.Account)),
			"port":     pulumi.Int(topology.MailPort),
			"username": key.ID().ToStringOutput(),
			"password": pulumi.ToSecret(key.SesSmtpPasswordV4),
		},
		Protect: b.args.Protect,
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("credential: %w", err)
	}
	b.Secret = secret.Name
	return nil
}

// path returns where IAM lists the environment's users and groups, whose names do not say what environment they are of.
func (b *builder) path() pulumi.String { return pulumi.String("/" + b.args.Environment.Path("")) }

// grant puts the user into a group that may send.
func (b *builder) grant(user *iam.User) error {
	group, err := iam.NewGroup(b.Ctx, b.Child("senders"), &iam.GroupArgs{Path: b.path()}, b.Parent)
	if err != nil {
		return fmt.Errorf("group: %w", err)
	}
	document, err := policy.Document(b.maySend())
	if err != nil {
		return err
	}
	if _, err := iam.NewGroupPolicy(b.Ctx, b.Child("senders-policy"), &iam.GroupPolicyArgs{Group: group.Name, Policy: document}, b.Parent); err != nil {
		return fmt.Errorf("policy of the group: %w", err)
	}
	if _, err := iam.NewUserGroupMembership(b.Ctx, b.Child("membership"), &iam.UserGroupMembershipArgs{
		User: user.Name, Groups: pulumi.StringArray{group.Name},
	}, b.Parent); err != nil {
		return fmt.Errorf("membership: %w", err)
	}
	return nil
}

// maySend is the right to send from addresses of the domains, and to the recipients alone if there are any. SES asks for the right
// to the identity and to the configuration set; in the sandbox to the recipient's identity as well, so that those of Recipients are
// named, and the condition keeps them from being senders (SES, "Identity and access management in Amazon SES").
func (b *builder) maySend() policy.Statement {
	where := b.args.Account
	resources := []string{configurationSetARN(where, b.args.Environment)}
	var from, to []string
	for _, domain := range b.args.Domains {
		resources = append(resources, where.ARN("ses", "identity/"+domain.Name))
		from = append(from, "*@"+domain.Name)
	}
	for _, recipient := range b.args.Recipients {
		to = append(to, string(recipient))
		for _, identity := range []string{string(recipient), recipient.Domain()} {
			resources = append(resources, where.ARN("ses", "identity/"+identity))
		}
	}
	statement := policy.Statement{
		Sid:        "Send",
		Actions:    []string{sendAction},
		Resources:  policy.Strings(slices.Compact(slices.Sorted(slices.Values(resources)))...),
		Conditions: []policy.Condition{{Operator: "StringLike", Key: "ses:FromAddress", Values: policy.Strings(from...)}},
	}
	if len(to) > 0 {
		statement.Conditions = append(statement.Conditions, policy.Condition{
			Operator: "ForAllValues:StringLike", Key: "ses:Recipients", Values: policy.Strings(to...),
		})
	}
	return statement
}
