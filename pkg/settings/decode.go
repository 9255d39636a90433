package settings

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/agext/levenshtein"
)

// ruled is a settings struct with rules that its types cannot tell, or that span several fields.
type ruled interface{ rules() []rule }

// rule is checked when the settings that it is about could be read: what is wrong with one of them alone would
// only be repeated otherwise.
type rule struct {
	about []string // full keys
	check func() []Problem
}

// load fills T from the configuration. Keys of the namespace that T does not have, missing keys, values of
// the wrong type, values out of range and broken rules are all reported together.
func load[T any](config Config, namespace string) (T, error) {
	settings, _, problems := read[T](config, namespace)
	return settings, joined(problems)
}

// read is load that also tells which keys could not be read.
func read[T any](config Config, namespace string) (settings T, unread []string, problems []Problem) {
	v := reflect.ValueOf(&settings).Elem()
	fields := fieldsOf(namespace, v.Type())
	problems = unknownKeys(config, namespace, fields)
	for _, f := range fields {
		if wrong := f.decode(config, v.FieldByIndex(f.index)); len(wrong) > 0 {
			problems, unread = append(problems, wrong...), append(unread, f.Key)
		}
	}
	if r, ok := any(settings).(ruled); ok {
		problems = append(problems, broken(r.rules(), unread)...)
	}
	return settings, unread, problems
}

// broken checks the rules that are about nothing that could not be read.
func broken(rules []rule, unread []string) []Problem {
	var problems []Problem
	for _, r := range rules {
		if !slices.ContainsFunc(r.about, func(key string) bool { return slices.Contains(unread, key) }) {
			problems = append(problems, r.check()...)
		}
	}
	return problems
}

func unknownKeys(config Config, namespace string, fields []Field) []Problem {
	var known []string
	for _, f := range fields {
		known = append(known, f.Key)
	}
	var problems []Problem
	all := "unknown key; " + listed(known)
	for _, key := range slices.Sorted(maps.Keys(config)) {
		if !strings.HasPrefix(key, namespace+":") || slices.Contains(known, key) {
			continue
		}
		message := "unknown key; " + suggestion(key, known)
		if suggestion(key, known) == "" {
			message, all = all, "unknown key (allowed keys are listed above)" // dozens of keys are read once
		}
		problems = append(problems, Problem{key, config[key], message})
	}
	return problems
}

func (f Field) decode(config Config, into reflect.Value) []Problem {
	text, given := config[f.Key]
	if !given {
		if f.Required {
			return []Problem{{f.Key, "", "missing; " + f.needs()}}
		}
		text = f.Default
	}
	if err := decodeText(text, into); err != nil {
		var wrongType *typeError
		if errors.As(err, &wrongType) {
			err = errors.New(f.needs())
		}
		return messages(f.Key, text, err)
	}
	return nil
}

// typeError says that a text does not have the form of the type at all.
type typeError struct{ t reflect.Type }

func (e *typeError) Error() string { return "not a " + e.t.String() }

// decodeText fills a value from its text in Pulumi's configuration.
func decodeText(text string, into reflect.Value) error {
	if u, ok := into.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(text))
	}
	switch into.Kind() {
	case reflect.String:
		into.SetString(text)
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil || text != strconv.FormatBool(b) {
			return &typeError{into.Type()}
		}
		into.SetBool(b)
	case reflect.Int:
		i, err := strconv.Atoi(text)
		if err != nil {
			return &typeError{into.Type()}
		}
		into.SetInt(int64(i))
	case reflect.Slice:
		return decodeList(text, into)
	default:
		return fmt.Errorf("settings of type %s are not supported", into.Type())
	}
	return nil
}

func decodeList(text string, into reflect.Value) error {
	var items []any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber() // a number keeps the digits that were written
	if err := decoder.Decode(&items); err != nil {
		return &typeError{into.Type()}
	}
	list := reflect.MakeSlice(into.Type(), len(items), len(items))
	var problems []error
	for i, item := range items {
		if err := decodeItem(item, list.Index(i)); err != nil {
			problems = append(problems, itemProblems(i+1, item, err)...)
		}
	}
	into.Set(list)
	return errors.Join(problems...)
}

// decodeItem fills an item of a list: a struct without a text of its own from an object, everything else from its text.
func decodeItem(item any, into reflect.Value) error {
	if _, texted := into.Addr().Interface().(encoding.TextUnmarshaler); into.Kind() == reflect.Struct && !texted {
		return decodeObject(item, into)
	}
	return decodeText(fmt.Sprint(item), into)
}

// maxTypingErrors is how many letters an unknown key may be off to be taken for a known one.
const maxTypingErrors = 2

// suggestion names the known key that an unknown one probably stands for; it is empty if there is none.
func suggestion(key string, known []string) string {
	for _, candidate := range known {
		if strings.EqualFold(candidate, key) || levenshtein.Distance(candidate, key, nil) <= maxTypingErrors {
			return "did you mean " + candidate + "?"
		}
	}
	return ""
}

func listed(known []string) string {
	return "there are: " + strings.Join(slices.Sorted(slices.Values(known)), ", ")
}
