package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of tags (AWS General Reference and Tagging AWS Resources User Guide, "Tag naming limits and requirements"). Ours
// are beside those that every resource has, and beside those that AWS and controllers put on what they make.
const (
	maxTags     = 30 // of the 50 that a resource may have
	maxTagKey   = 128
	maxTagValue = 256
)

// ownTags are the keys that the project itself sets: see pkg/aws/provider.
var ownTags = []string{"project", "environment", "layer", "managed-by", "Name"}

// tagFormat is what every service takes in a key or a value.
var tagFormat = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// Tags are tags of a shop's or an agency's own. In a settings file they have the form that Pulumi's AWS provider gives the
// key: an object with the one key tags.
type Tags map[string]string

// Allowed says what Tags may be.
func (Tags) Allowed() string {
	return fmt.Sprintf("an object with the key tags, which holds up to %d keys and values; not %s, and no key that begins with aws:", maxTags, strings.Join(ownTags, ", "))
}

// UnmarshalText refuses what AWS would, and tags that the project sets itself.
func (t *Tags) UnmarshalText(text []byte) error {
	var given struct {
		Tags map[string]any `json:"tags"`
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	decoder.UseNumber()
	if err := decoder.Decode(&given); err != nil {
		return fmt.Errorf("must be %s", t.Allowed())
	}
	tags := Tags{}
	var problems []error
	for _, key := range slices.Sorted(maps.Keys(given.Tags)) {
		value, err := tagValue(given.Tags[key])
		if err = errors.Join(checkTagKey(key), err); err != nil {
			problems = append(problems, fmt.Errorf("tag %q: %w", abridged(key), err))
		}
		tags[key] = value
	}
	if len(tags) > maxTags {
		problems = append(problems, fmt.Errorf("%d tags: must be %d at most", len(tags), maxTags))
	}
	*t = tags
	return errors.Join(problems...)
}

func checkTagKey(key string) error {
	switch {
	case slices.Contains(ownTags, key):
		return errors.New("is set by the project itself")
	case strings.HasPrefix(strings.ToLower(key), "aws:"):
		return errors.New("must not begin with aws:, which is AWS's own")
	case key == "" || utf8.RuneCountInString(key) > maxTagKey || !tagFormat.MatchString(key):
		return fmt.Errorf("must be 1 to %d letters, digits, spaces and _ . : / = + - @", maxTagKey)
	}
	return nil
}

func tagValue(given any) (string, error) {
	value, ok := given.(string)
	if !ok {
		return "", fmt.Errorf("%v: must be a text, in quotes", given)
	}
	if utf8.RuneCountInString(value) > maxTagValue || !tagFormat.MatchString(value) {
		return "", fmt.Errorf("%q: must be at most %d letters, digits, spaces and _ . : / = + - @", abridged(value), maxTagValue)
	}
	return value, nil
}
