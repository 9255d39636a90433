package schedule

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
)

// How API keys may be drawn.
const (
	// MinKeyBits is the least randomness of a key (NIST SP 800-57 part 1 revision 5, section 5.6.1).
	MinKeyBits = 128

	// MaxKeyLength keeps a key within one line of every configuration.
	MaxKeyLength = 256

	// MaxAPIKeys keeps the keys' declarations within the 4 KB that a function's variables may have, and their ARNs within its role's
	// policy (AWS Lambda Developer Guide, "Lambda quotas").
	MaxAPIKeys = 20

	// maxKeyName is the longest name: it is a part of resources' names.
	maxKeyName = 40
)

// keyName is letters and digits, with single hyphens between them.
var keyName = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// likeSuffix matches names that end as Secrets Manager's ARNs do: they are confused with them (AWS Secrets Manager API Reference,
// CreateSecret, Name).
var likeSuffix = regexp.MustCompile(`-[a-z0-9]{6}$`)

// APIKey is a key of the shop: one that is drawn here, or one that a function of the shop's rotates.
type APIKey struct {
	Name     string
	Days     int
	Length   int    // of one that is drawn here
	Alphabet string // its characters
	Hook     string // the ARN of the function that rotates it; empty for one that is drawn here
}

// Drawn reports whether the key is drawn here.
func (k APIKey) Drawn() bool { return k.Hook == "" }

// Validate reports everything that is wrong with the key at once. hookPrefix is how the ARNs of the account's functions begin.
func (k APIKey) Validate(hookPrefix string) error {
	var problems []error
	refuse := func(format string, values ...any) {
		problems = append(problems, fmt.Errorf("key %q: "+format, append([]any{k.Name}, values...)...))
	}
	if len(k.Name) > maxKeyName || !keyName.MatchString(k.Name) || likeSuffix.MatchString(k.Name) {
		refuse("the name must be %d characters at most, lower-case letters, digits and single hyphens between them, and must not end with a hyphen and six characters", maxKeyName)
	}
	if err := ValidateDays(k.Days); err != nil {
		refuse("days %d: %w", k.Days, err)
	}
	if !k.Drawn() {
		if rest, ours := strings.CutPrefix(k.Hook, hookPrefix); !ours || rest == "" {
			refuse("hook %q: must be the ARN of a function of the environment's account and region, %sNAME", k.Hook, hookPrefix)
		}
		return errors.Join(problems...)
	}
	if err := validateAlphabet(k.Alphabet); err != nil {
		refuse("alphabet %q: %w", k.Alphabet, err)
	} else if bits := float64(k.Length) * math.Log2(float64(len(k.Alphabet))); k.Length > MaxKeyLength || bits < MinKeyBits {
		least := int(math.Ceil(MinKeyBits / math.Log2(float64(len(k.Alphabet)))))
		refuse("length %d: must be %d to %d with this alphabet", k.Length, least, MaxKeyLength)
	}
	return errors.Join(problems...)
}

// printable are the characters that a key may be made of: those of ASCII that have a shape, without the two that JSON escapes and
// the one that shells and Kustomize expand.
const (
	firstPrintable = '!'
	lastPrintable  = '~'
	notInKeys      = `"\$`
)

// Printable lists all characters that a key may be made of.
func Printable() string {
	var all strings.Builder
	for c := rune(firstPrintable); c <= lastPrintable; c++ {
		if !strings.ContainsRune(notInKeys, c) {
			all.WriteRune(c)
		}
	}
	return all.String()
}

// validateAlphabet wants two characters at least, each once.
func validateAlphabet(alphabet string) error {
	characters := strings.Split(alphabet, "")
	unknown := slices.ContainsFunc(characters, func(c string) bool { return !strings.Contains(Printable(), c) })
	slices.Sort(characters)
	if len(characters) < 2 || unknown || len(slices.Compact(characters)) != len(alphabet) {
		return fmt.Errorf("must be two or more characters of ASCII, each once, without spaces and %s", notInKeys)
	}
	return nil
}
