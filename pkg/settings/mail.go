package settings

import (
	"fmt"
	"slices"

	"github.com/magestack/magestack/pkg/data/mail/sending"
	"github.com/magestack/magestack/pkg/naming"
)

// Mail holds what magento-data is told of Magento's mails.
type Mail struct {
	// Mail is how Magento's mails leave. With ses, networking makes an endpoint of SES in the VPC as well, and the overlay in gitops/ has the
	// component mail; what has to be asked of AWS by hand is in docs/operations.md. With none nothing is made, for environments without
	// mails and for modules of other providers.
	Mail sending.Mode `key:"mail" default:"ses" differs:"purpose"`

	// MailDomains are the domains of the addresses that the shop's mails come from; none for domainName and additionalDomains of
	// magento-networking. The DNS records of one that is none of these, nor one label below, are in the output mailRecords, to be
	// entered by hand.
	MailDomains []HostName `key:"mailDomains" default:"[]" differs:"domain"`

	// MailRecipients are the only ones that may be sent to, with copies; none for everybody. A copy of the production database has the
	// addresses of customers in it, so that environments for tests name their own. SES refuses every other recipient, and the whole
	// mail with it.
	MailRecipients []sending.Recipient `key:"mailRecipients" default:"[]" differs:"purpose"`

	// MailEventAddresses are told of bounces, complaints and rejected mails, once whoever reads them has confirmed it. Such a message has the
	// recipient's address in it.
	MailEventAddresses []string `key:"mailEventAddresses" default:"[]" differs:"domain" allowed:"a list of mail addresses"`
}

// SendsMail reports whether mails are sent by SES.
func (s Mail) SendsMail() bool { return s.Mail == sending.ModeSES }

func (s Mail) rules() []rule {
	return []rule{
		{dataKeys("mailDomains"), func() []Problem { return listProblems("mailDomains", s.MailDomains, sending.MaxDomains) }},
		{dataKeys("mailRecipients"), func() []Problem { return listProblems("mailRecipients", s.MailRecipients, sending.MaxRecipients) }},
		{dataKeys("mailEventAddresses"), func() []Problem {
			problems := listProblems("mailEventAddresses", s.MailEventAddresses, sending.MaxRecipients)
			for _, address := range s.MailEventAddresses {
				if !mailFormat.MatchString(address) {
					problems = append(problems, Problem{naming.ProjectData + ":mailEventAddresses", address, "must be a mail address, such as mail@example.com"})
				}
			}
			return problems
		}},
	}
}

// listProblems refuses what is named twice, and more than there is room for.
func listProblems[T ~string](name string, values []T, most int) []Problem {
	key := naming.ProjectData + ":" + name
	var problems []Problem
	for i, value := range values {
		if slices.Contains(values[:i], value) {
			problems = append(problems, Problem{key, string(value), "named twice"})
		}
	}
	if n := len(values); n > most {
		problems = append(problems, Problem{key, fmt.Sprintf("%d", n), fmt.Sprintf("must be at most %d", most)})
	}
	return problems
}

// mailRule wants the domains that mails are sent from to be few enough, where they are those of the environment.
func mailRule(networking Networking, data Data) rule {
	return rule{append(dataKeys("mail", "mailDomains"), naming.ProjectNetworking+":additionalDomains"), func() []Problem {
		n := len(networking.Domains())
		if !data.SendsMail() || len(data.MailDomains) > 0 || n <= sending.MaxDomains || n > maxDomains { // more are refused anyhow
			return nil
		}
		return []Problem{{naming.ProjectData + ":mailDomains", "", fmt.Sprintf("must name at most %d of the %d domains of the environment, those that mails are sent from", sending.MaxDomains, n)}}
	}}
}
