package settings

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a setting.
type Problem struct {
	Key     string // in full, such as magento-networking:vpcCidr
	Value   string // as given; empty when there is none
	Message string // what is wrong, or what is allowed
}

// Error names the key, the value and what is allowed.
func (p Problem) Error() string {
	if p.Value == "" {
		return p.Key + ": " + p.Message
	}
	return fmt.Sprintf("%s: %q: %s", p.Key, p.Value, p.Message)
}

// joined makes one error of all problems, sorted by key.
func joined(problems []Problem) error {
	slices.SortStableFunc(problems, func(a, b Problem) int { return strings.Compare(a.Key, b.Key) })
	errs := make([]error, len(problems))
	for i, p := range problems {
		errs[i] = p
	}
	return errors.Join(errs...)
}

// messages splits an error that may be joined of several into one problem each, all about the same setting.
func messages(key, value string, err error) []Problem {
	if err == nil {
		return nil
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var problems []Problem
		for _, one := range many.Unwrap() {
			problems = append(problems, messages(key, value, one)...)
		}
		return problems
	}
	return []Problem{{Key: key, Value: value, Message: err.Error()}}
}
