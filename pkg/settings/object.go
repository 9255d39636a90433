package settings

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/magestack/magestack/pkg/errlist"
)

// decodeObject fills a struct from an item of a list: the fields are tagged as settings are, and as strict.
func decodeObject(item any, into reflect.Value) error {
	object, ok := item.(map[string]any)
	if !ok {
		return &typeError{into.Type()}
	}
	var problems []error
	var known []string
	for i := range into.NumField() {
		tag := into.Type().Field(i).Tag
		key := tag.Get("key")
		known = append(known, key)
		byDefault, optional := tag.Lookup("default")
		value, given := object[key]
		switch {
		case !given && !optional:
			problems = append(problems, fmt.Errorf("%s: missing", key))
			continue
		case !given:
			value = byDefault
		}
		if err := decodeText(fmt.Sprint(value), into.Field(i)); err != nil {
			problems = append(problems, fmt.Errorf("%s: %q: %w", key, abridged(fmt.Sprint(value)), unrepeated(fmt.Sprint(value), err)))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if !slices.Contains(known, key) {
			problems = append(problems, fmt.Errorf("%s: unknown key; %s", key, cmp.Or(suggestion(key, known), listed(known))))
		}
	}
	return errors.Join(problems...)
}

// itemText is an item of a list as it was written: texts and numbers as they are, objects as JSON.
func itemText(item any) string {
	if object, ok := item.(map[string]any); ok {
		if text, err := json.Marshal(object); err == nil {
			return string(text)
		}
	}
	return fmt.Sprint(item)
}

// itemProblems says of each problem which item of the list it is about.
func itemProblems(number int, item any, err error) []error {
	errs := errlist.Flatten(err)
	for i, one := range errs {
		errs[i] = fmt.Errorf("item %d, %q: %w", number, abridged(itemText(item)), unrepeated(itemText(item), one))
	}
	return errs
}
