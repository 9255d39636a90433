package naming

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strings"

	"github.com/magestack/magestack/pkg/aws/account"
)

// Lengths of a bucket's name (S3 User Guide, "General purpose bucket naming rules").
const (
	minBucketLength = 3
	maxBucketLength = 63
)

var bucketFormat = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*[a-z0-9]$`)

// reserved are the prefixes and suffixes that S3 keeps for itself (same page).
var (
	reservedPrefixes = []string{"xn--", "sthree-", "amzn-s3-demo-"}
	reservedSuffixes = []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"}
)

// ValidateBucket refuses a name that S3 would refuse, and names with dots: the certificate of S3 covers one label, so that
// such a bucket cannot be reached by TLS under its own name.
func ValidateBucket(name string) error {
	var problems []error
	refuse := func(format string, values ...any) { problems = append(problems, fmt.Errorf(format, values...)) }
	if len(name) < minBucketLength || len(name) > maxBucketLength {
		refuse("bucket name %q: has %d characters, %d to %d are allowed", name, len(name), minBucketLength, maxBucketLength)
	}
	if _, err := netip.ParseAddr(name); err == nil {
		refuse("bucket name %q: must not be an address", name)
	}
	if !bucketFormat.MatchString(name) {
		refuse("bucket name %q: allowed are small letters, digits and hyphens, with a letter or digit first and last", name)
	}
	for _, prefix := range reservedPrefixes {
		if strings.HasPrefix(name, prefix) {
			refuse("bucket name %q: S3 keeps names that begin with %s", name, prefix)
		}
	}
	for _, suffix := range reservedSuffixes {
		if strings.HasSuffix(name, suffix) {
			refuse("bucket name %q: S3 keeps names that end with %s", name, suffix)
		}
	}
	return errors.Join(problems...)
}

// Bucket returns the name of a bucket when two regions must know each other's without asking, as replication does: unique in the
// world by the account and the region.
func (e Environment) Bucket(a account.Account, what string) string {
	return fmt.Sprintf("%s-%s-%s", e.Name(what), a.Region, a.ID)
}
