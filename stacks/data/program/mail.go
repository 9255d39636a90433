package program

import (
	"github.com/magestack/magestack/pkg/aws/zones"
	"github.com/magestack/magestack/pkg/data/mail"
	"github.com/magestack/magestack/pkg/naming"
)

// makeMail makes what SES sends Magento's mails with, unless nothing is sent by SES. A standby has domains of its own in its
// region: SES knows an identity in one region alone.
func (b *builder) makeMail() (err error) {
	if !b.set.SendsMail() {
		return nil
	}
	b.made.mail, err = mail.New(b.ctx, "mail", mail.Args{
		Account:        b.set.Account(),
		Environment:    naming.Environment(b.ctx.Stack()),
		Domains:        b.mailDomains(),
		Recipients:     b.set.MailRecipients,
		EventAddresses: b.set.MailEventAddresses,
		KeyARN:         b.keys.mail.ARN,
		SecretsKeyARN:  b.keys.secrets.ARN,
		Protect:        b.set.ProtectData,
	}, b.provider)
	return err
}

// mailDomains returns the domains that mails are sent from, with the zones of those that have one here.
func (b *builder) mailDomains() zones.Domains {
	ours := b.networking.Domains()
	if len(b.set.MailDomains) == 0 {
		return ours
	}
	var domains zones.Domains
	for _, name := range b.set.MailDomains {
		of, _ := ours.Of(string(name))
		domains = append(domains, zones.Domain{Name: string(name), ZoneID: of.ZoneID})
	}
	return domains
}
