package guard

import (
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/account"
)

// narrowing are the operators that hold only if the key is there and is one of the values. Those that end in IfExists
// hold without the key, and those with Not hold for everything else (IAM User Guide, "IAM JSON policy elements:
// Condition operators").
var narrowing = []string{"StringEquals", "StringLike", "ArnEquals", "ArnLike"}

// ownerKeys are the keys whose value is an account number.
var ownerKeys = []string{"aws:SourceAccount", "aws:PrincipalAccount", "aws:ResourceAccount", "kms:CallerAccount"}

// sourceKeys say on whose behalf a service acts (IAM User Guide, "AWS global condition context keys"; KMS Developer
// Guide, "Condition keys for AWS KMS"). A key that ends in a colon stands for all that begin with it.
var sourceKeys = []string{"aws:SourceAccount", "aws:SourceArn", "kms:CallerAccount", "kms:EncryptionContext:"}

// principalKeys say who asks.
var principalKeys = []string{"aws:PrincipalAccount", "aws:PrincipalArn", "aws:SourceAccount", "aws:SourceArn", "kms:CallerAccount"}

// boundTo reports whether a condition on one of the keys ties the statement to the account: every value is its number,
// or the ARN of something in it.
func (s statement) boundTo(accountID string, keys ...string) bool {
	return s.narrowedBy(keys, func(key, value string) bool {
		if slices.Contains(ownerKeys, key) {
			return value == accountID
		}
		arn := strings.SplitN(value, ":", 6) // arn:partition:service:region:account:resource
		return len(arn) == 6 && arn[0] == "arn" && arn[4] == accountID
	})
}

// narrowedBy reports whether a condition that cannot be evaded has one of the keys, with good values alone.
func (s statement) narrowedBy(keys []string, good func(key, value string) bool) bool {
	for _, operator := range narrowing {
		for key, values := range s.Condition[operator] {
			known := slices.ContainsFunc(keys, func(k string) bool {
				return key == k || strings.HasSuffix(k, ":") && strings.HasPrefix(key, k)
			})
			bad := slices.ContainsFunc(values, func(value string) bool { return !good(key, value) })
			if known && len(values) > 0 && !bad {
				return true
			}
		}
	}
	return false
}

// throughService reports whether a key can be used through named services of the region alone.
func (s statement) throughService(region string) bool {
	return s.narrowedBy([]string{"kms:ViaService"}, func(_, value string) bool {
		service, ok := strings.CutSuffix(value, "."+region+".amazonaws.com")
		return ok && service != "" && !strings.ContainsAny(service, "*?")
	})
}

// home is the account and region that a resource is made in, as its provider says; empty if it has none.
func (g *graph) home(r plan.Resource) account.Account {
	provider := g.byURN[r.Provider]
	region, _ := at(provider, "region").(string)
	allowed := texts(provider, "allowedAccountIds")
	if len(allowed) != 1 || !account.ValidID(allowed[0]) {
		return account.Account{Region: region}
	}
	return account.Account{ID: allowed[0], Region: region}
}
