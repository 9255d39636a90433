package settings

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/availability"
	"github.com/magestack/magestack/pkg/aws/logretention"
)

// Region is the name of an AWS region.
type Region string

// Allowed says what a Region may be.
func (Region) Allowed() string {
	return "a region that CloudFront has VPC origins in: " + strings.Join(availability.Regions(), ", ")
}

// UnmarshalText refuses every region in which a plan could not be carried out.
func (r *Region) UnmarshalText(text []byte) error {
	if !availability.InRegion(string(text)) {
		return fmt.Errorf("must be %s", r.Allowed())
	}
	*r = Region(text)
	return nil
}

// AccountID is the number of an AWS account.
type AccountID string

// Allowed says what an AccountID may be.
func (AccountID) Allowed() string { return "an AWS account number, twelve digits in quotes" }

// UnmarshalText refuses what is not twelve digits.
func (a *AccountID) UnmarshalText(text []byte) error {
	if !account.ValidID(string(text)) {
		return fmt.Errorf("must be %s", a.Allowed())
	}
	*a = AccountID(text)
	return nil
}

// HostName is a fully qualified DNS name in lower case, without a trailing dot.
type HostName string

// hostNameFormat follows RFC 1035 section 2.3.1, with digits allowed at the start of a label (RFC 1123
// section 2.1): labels of at most 63 letters, digits and hyphens.
var hostNameFormat = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$`)

// maxHostName is the longest DNS name in text form (RFC 1035 section 2.3.4).
const maxHostName = 253

// Allowed says what a HostName may be.
func (HostName) Allowed() string { return "a DNS name in lower case, such as shop.example.com" }

// UnmarshalText refuses what is not a DNS name.
func (h *HostName) UnmarshalText(text []byte) error {
	if len(text) > maxHostName || !hostNameFormat.Match(text) {
		return fmt.Errorf("must be %s", h.Allowed())
	}
	*h = HostName(text)
	return nil
}

// CIDR is a block of IPv4 addresses.
type CIDR struct{ netip.Prefix }

// Allowed says what a CIDR may be.
func (CIDR) Allowed() string {
	return "an IPv4 block that starts at its own first address, such as 10.20.0.0/16"
}

// UnmarshalText refuses what is not an IPv4 block, and blocks with bits set behind the prefix.
func (c *CIDR) UnmarshalText(text []byte) error {
	block, err := netip.ParsePrefix(string(text))
	if err != nil || !block.Addr().Is4() || block != block.Masked() {
		return fmt.Errorf("must be %s", c.Allowed())
	}
	c.Prefix = block
	return nil
}

// RetentionDays is how long CloudWatch Logs keeps events.
type RetentionDays int

// Allowed lists the periods.
func (RetentionDays) Allowed() string {
	var texts []string
	for _, days := range logretention.Allowed() {
		texts = append(texts, strconv.Itoa(days))
	}
	return "days, one of " + strings.Join(texts, ", ")
}

// UnmarshalText refuses periods that CloudWatch Logs does not have, and those that are too short for an audit trail.
func (r *RetentionDays) UnmarshalText(text []byte) error {
	days, err := strconv.Atoi(string(text))
	if err != nil || !slices.Contains(logretention.Allowed(), days) {
		return fmt.Errorf("must be %s", r.Allowed())
	}
	*r = RetentionDays(days)
	return nil
}

// RoleARN names an IAM role.
type RoleARN string

var roleARNFormat = regexp.MustCompile(`^arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,128}$`)

// Allowed says what a RoleARN may be.
func (RoleARN) Allowed() string { return "the ARN of an IAM role" }

// UnmarshalText refuses what is not the ARN of a role.
func (r *RoleARN) UnmarshalText(text []byte) error {
	if !roleARNFormat.Match(text) {
		return fmt.Errorf("must be %s", r.Allowed())
	}
	*r = RoleARN(text)
	return nil
}
