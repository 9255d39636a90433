package settings

import (
	"strconv"

	"github.com/magestack/magestack/pkg/aws/account"
)

// AWS says where every layer of an environment lives. The keys are Pulumi's own for the AWS provider.
type AWS struct {
	// Region is where the environment runs. CloudFront's parts live in us-east-1 whatever it says.
	Region Region `key:"aws:region" differs:"domain"`

	// AllowedAccountIDs holds the one account that the environment lives in; the provider refuses to act on
	// any other, so that a wrong profile cannot deploy staging over production.
	AllowedAccountIDs []AccountID `key:"aws:allowedAccountIds" differs:"domain"`

	// DefaultTags are tags of one's own on everything that takes any, beside project, environment, layer and managed-by:
	// what a company allocates its costs by. What Karpenter and EKS launch gets them, too, as it is replaced.
	DefaultTags Tags `key:"aws:defaultTags" default:"{}" differs:"domain"`
}

// The keys of Pulumi's own for the AWS provider that an environment may set.
const (
	regionKey  = "aws:region"
	accountKey = "aws:allowedAccountIds"
	tagsKey    = "aws:defaultTags"
)

// Account is the account and region.
func (s AWS) Account() account.Account {
	return account.Account{ID: s.accountID(), Region: string(s.Region)}
}

// accountID is empty while there is not exactly one account, which is an error of its own.
func (s AWS) accountID() string {
	if len(s.AllowedAccountIDs) != 1 {
		return ""
	}
	return string(s.AllowedAccountIDs[0])
}

func (s AWS) rules() []rule {
	return []rule{{[]string{accountKey}, func() []Problem {
		if n := len(s.AllowedAccountIDs); n != 1 {
			return []Problem{{accountKey, strconv.Itoa(n) + " accounts", "must be a list of exactly one account"}}
		}
		return nil
	}}}
}
