package mail

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/zones"
	"github.com/magestack/magestack/pkg/data/mail/sending"
	"github.com/magestack/magestack/pkg/naming"
)

// Args configures a Service.
type Args struct {
	Account     account.Account
	Environment naming.Environment
	Domains     zones.Domains // that mails are sent from; records of one without a zone are entered by hand

	// Recipients are the only ones that may be sent to; none for everybody.
	Recipients []sending.Recipient

	EventAddresses []string           // that bounces and complaints are mailed to, when they have confirmed it
	KeyARN         pulumi.StringInput // of the events; its policy has KeyStatement
	SecretsKeyARN  pulumi.StringInput
	Protect        bool // refuse to delete the credential
}

// Validate refuses a service that sends from nowhere, and more names than the policy of its user has room for.
func (a Args) Validate() error {
	var problems []error
	refuse := func(format string, values ...any) { problems = append(problems, fmt.Errorf(format, values...)) }
	if !account.ValidID(a.Account.ID) || !account.ValidRegion(a.Account.Region) {
		refuse("account %q in %q: must be twelve digits in a region, such as eu-central-1", a.Account.ID, a.Account.Region)
	}
	if err := a.Environment.Validate(); err != nil {
		problems = append(problems, err)
	}
	if a.KeyARN == nil || a.SecretsKeyARN == nil {
		refuse("keyArn and secretsKeyArn: required")
	}
	if n := len(a.Domains); n == 0 || n > sending.MaxDomains {
		refuse("domains: %d: must be 1 to %d", n, sending.MaxDomains)
	}
	names := a.Domains.Names()
	for i, name := range names {
		if name == "" || slices.Contains(names[:i], name) {
			refuse("domain %q: must be a name, given once", name)
		}
	}
	if n := len(a.Recipients); n > sending.MaxRecipients {
		refuse("recipients: %d: must be at most %d", n, sending.MaxRecipients)
	}
	for _, recipient := range a.Recipients {
		if err := recipient.Validate(); err != nil {
			refuse("recipient %w", err)
		}
	}
	return errors.Join(problems...)
}

// Inputs returns what the component shows in a plan.
func (a Args) Inputs() pulumi.Map {
	recipients := make([]string, len(a.Recipients))
	for i, recipient := range a.Recipients {
		recipients[i] = string(recipient)
	}
	return pulumi.Map{
		"domains":    pulumi.ToStringArray(a.Domains.Names()),
		"recipients": pulumi.ToStringArray(recipients),
		"host":       pulumi.String(Host(a.Account)),
	}
}
