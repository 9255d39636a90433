package settings

import (
	"fmt"

	"github.com/magestack/magestack/pkg/naming"
)

// BucketName is the name of an S3 bucket.
type BucketName string

// Allowed says what a BucketName may be.
func (BucketName) Allowed() string { return "the name of a bucket, such as partner-product-feed" }

// UnmarshalText refuses what S3 would refuse as a name, and names with dots, which TLS does not reach.
func (b *BucketName) UnmarshalText(text []byte) error {
	if err := naming.ValidateBucket(string(text)); err != nil {
		return fmt.Errorf("must be %s, of 3 to 63 small letters, digits and hyphens", b.Allowed())
	}
	*b = BucketName(text)
	return nil
}

// ForeignBucket is a bucket of another account. The account is named, since a bucket's name is free once its owner
// has deleted it.
type ForeignBucket struct {
	Name  BucketName `key:"bucket"`
	Owner AccountID  `key:"accountId"`
}

// Allowed says what a ForeignBucket may be.
func (ForeignBucket) Allowed() string {
	return "bucket (" + BucketName("").Allowed() + ") and accountId (" + AccountID("").Allowed() + ")"
}

// maxForeignBuckets keeps the policy of the S3 endpoint, of some 250 characters a bucket, within the 20,480 that it may
// have (AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies").
const maxForeignBuckets = 50

// bucketProblems refuses buckets that are named twice or are the environment's own account's, and more than fit.
func (s Networking) bucketProblems(key string) []Problem {
	var problems []Problem
	seen := map[BucketName]bool{}
	for _, bucket := range s.ForeignBuckets {
		if seen[bucket.Name] {
			problems = append(problems, Problem{key, string(bucket.Name), "named twice"})
		}
		if string(bucket.Owner) == s.accountID() {
			problems = append(problems, Problem{key, string(bucket.Name), "is of the environment's own account, whose buckets need not be named"})
		}
		seen[bucket.Name] = true
	}
	if n := len(s.ForeignBuckets); n > maxForeignBuckets {
		problems = append(problems, Problem{key, fmt.Sprintf("%d buckets", n), fmt.Sprintf("must be at most %d; the endpoint's policy has no room for more", maxForeignBuckets)})
	}
	return problems
}
