package offline

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"net/netip"
	"strings"

	"github.com/magestack/magestack/pkg/aws/account"
)

// Whatever looks random in AWS is a hash here: of the URN of the resource and what it is for, so that runs
// agree with each other and no two resources do.

// digest is a hash of the parts.
func digest(parts ...string) [sha256.Size]byte {
	return sha256.Sum256([]byte(strings.Join(parts, "\x00")))
}

// hexOf gives n hexadecimal digits, 64 at the most.
func hexOf(n int, parts ...string) string {
	sum := digest(parts...)
	return hex.EncodeToString(sum[:])[:n]
}

// alphanumericOf gives n lower-case letters and digits, 49 at the most.
func alphanumericOf(n int, parts ...string) string {
	sum := digest(parts...)
	text := new(big.Int).SetBytes(sum[:]).Text(36)
	return (strings.Repeat("0", 50) + text)[len(text)+50-n:]
}

// uuidOf gives a UUID (version 4 in form).
func uuidOf(parts ...string) string {
	h := hexOf(32, parts...)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}

func (r *request) hex(purpose string, n int) string { return hexOf(n, string(r.urn), purpose) }

func (r *request) alphanumeric(purpose string, n int) string {
	return alphanumericOf(n, string(r.urn), purpose)
}

// decimal gives n decimal digits, as the host names of application load balancers have.
func (r *request) decimal(purpose string, n int) string {
	sum := digest(string(r.urn), purpose)
	text := new(big.Int).SetBytes(sum[:]).String()
	return text[len(text)-n:]
}

func (r *request) uuid(purpose string) string { return uuidOf(string(r.urn), purpose) }

// longID is an id in EC2's form, such as vpc-0123456789abcdef0.
func (r *request) longID(prefix string) string { return prefix + "-0" + r.hex(prefix, 16) }

// prefixed gives ids in EC2's form.
func prefixed(prefix string) func(*request) string {
	return func(r *request) string { return r.longID(prefix) }
}

// lettered gives ids of upper-case letters and digits, as Route 53 and CloudFront have.
func lettered(prefix string, n int) func(*request) string {
	return func(r *request) string { return prefix + strings.ToUpper(r.alphanumeric("id", n)) }
}

func uuidID(r *request) string { return r.uuid("id") }

func nameID(r *request) string { return r.physical }

func arnID(r *request) string { return r.kind.arn(r) }

// like gives ids by a pattern of request.expand.
func like(pattern string) func(*request) string {
	return func(r *request) string { return r.expand(pattern) }
}

// regional gives ARNs of the provider's account and region, by a pattern of request.expand.
func regional(service, pattern string) func(*request) string {
	return func(r *request) string { return r.provider.ARN(service, r.expand(pattern)) }
}

// global gives ARNs of a service without regions.
func global(service, pattern string) func(*request) string {
	return func(r *request) string { return r.provider.GlobalARN(service, r.expand(pattern)) }
}

// unowned gives ARNs that carry neither account nor region.
func unowned(service, pattern string) func(*request) string {
	return func(r *request) string {
		return fmt.Sprintf("arn:%s:%s:::%s", r.provider.Partition(), service, r.expand(pattern))
	}
}

// domain is the suffix of the host names of a partition.
func domain(a account.Account) string {
	if a.Partition() == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// hostIn is an address in the block, above those that AWS keeps; empty if the text is no IPv4 block.
func (r *request) hostIn(block string) string {
	prefix, err := netip.ParsePrefix(block)
	if err != nil || !prefix.Addr().Is4() || prefix.Bits() > 28 {
		return ""
	}
	sum := digest(string(r.urn), "host")
	free := uint32(1)<<(32-prefix.Bits()) - 5
	base := prefix.Masked().Addr().As4()
	offset := 4 + (uint32(sum[0])<<8|uint32(sum[1]))%free
	address := uint32(base[0])<<24 | uint32(base[1])<<16 | uint32(base[2])<<8 | uint32(base[3])
	address += offset
	return netip.AddrFrom4([4]byte{byte(address >> 24), byte(address >> 16), byte(address >> 8), byte(address)}).String()
}

// publicIP is an address of the block for documentation (RFC 5737, TEST-NET-3).
func (r *request) publicIP() string { return r.hostIn("203.0.113.0/24") }
