// Package sending knows how Magento's mails leave: by which service, from how many domains and to whom. It is pure: no provider,
// no state.
package sending

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/magestack/magestack/pkg/enum"
)

// Mode is how Magento's mails leave.
type Mode string

const (
	// ModeSES sends through Amazon SES in the environment's region, from inside the VPC.
	ModeSES Mode = "ses"

	// ModeNone makes nothing and tells Magento nothing: for environments without mails, and for modules of other providers, which
	// speak HTTPS.
	ModeNone Mode = "none"
)

func modes() []Mode { return []Mode{ModeSES, ModeNone} }

// Allowed lists the modes.
func (Mode) Allowed() string { return enum.Alternatives(modes()) }

// Validate refuses other modes, the empty one among them.
func (m Mode) Validate() error { return enum.Check(m, modes()) }

// UnmarshalText reads a setting.
func (m *Mode) UnmarshalText(text []byte) error {
	*m = Mode(text)
	return m.Validate()
}

// The most of each that the policy of the user that sends has room for: names of 40 characters in a group's inline policies, which
// have 5,120 together (IAM User Guide, "IAM and AWS STS quotas").
const (
	MaxDomains    = 20
	MaxRecipients = 10
)

// Recipient is an address that may be sent to, or all of a domain, such as *@example.com.
type Recipient string

// recipientFormat matches what IAM compares as text: no wildcard but the one in front, lest a pattern match more than it says.
var recipientFormat = regexp.MustCompile(`^(\*|[a-z0-9._+-]{1,64})@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$`)

// Allowed says what a recipient may be.
func (Recipient) Allowed() string {
	return "a mail address in lower case, or *@ and a domain, such as *@example.com"
}

// Validate refuses other patterns.
func (r Recipient) Validate() error {
	if recipientFormat.MatchString(string(r)) {
		return nil
	}
	return fmt.Errorf("%q: must be %s", string(r), r.Allowed())
}

// UnmarshalText reads a setting.
func (r *Recipient) UnmarshalText(text []byte) error {
	*r = Recipient(text)
	return r.Validate()
}

// Domain returns what is behind the at sign.
func (r Recipient) Domain() string {
	_, domain, _ := strings.Cut(string(r), "@")
	return domain
}
