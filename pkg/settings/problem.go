package settings

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/magestack/magestack/pkg/errlist"
)

// Problem is one thing that is wrong with a setting.
type Problem struct {
	Key     string // in full, such as magento-networking:vpcCidr
	Value   string // as given; empty when there is none
	Message string // what is wrong, or what is allowed
}

// Error names the key, the value and what is allowed.
func (p Problem) Error() string {
	message := cut(p.Message, maxMessage)
	if p.Value == "" {
		return p.Key + ": " + message
	}
	return fmt.Sprintf("%s: %q: %s", p.Key, abridged(p.Value), message)
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
	var problems []Problem
	for _, one := range errlist.Flatten(err) {
		problems = append(problems, Problem{Key: key, Value: value, Message: unrepeated(value, one).Error()})
	}
	return problems
}

// unrepeated takes a value off the beginning of a message that is said behind that value.
func unrepeated(value string, err error) error {
	if message, repeats := strings.CutPrefix(err.Error(), fmt.Sprintf("%q: ", value)); repeats {
		return errors.New(message)
	}
	return err
}

// How many characters of a value a message repeats, enough to find it again, and of a message itself, which may list what
// there is, or repeat values of its own.
const (
	maxShown   = 120
	maxMessage = 3000
)

// abridged is a value short enough for a line of a terminal.
func abridged(value string) string { return cut(value, maxShown) }

func cut(text string, length int) string {
	if utf8.RuneCountInString(text) <= length {
		return text
	}
	return fmt.Sprintf("%s… (%d characters)", string([]rune(text)[:length]), utf8.RuneCountInString(text))
}
