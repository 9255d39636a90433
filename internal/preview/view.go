package preview

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/magestack/magestack/internal/plan"
)

// valueWidth is how much of a single value is shown.
const valueWidth = 60

// view reads the inputs of a resource for its highlights.
type view struct {
	names  names
	inputs map[string]any
}

// highlight is something about a resource that a reviewer cares about; empty when there is nothing to say.
type highlight func(v view) string

// at is the input at a path; a list on the way stands for its first element, since lists of one are how
// providers write blocks.
func (v view) at(path string) any {
	var value any = v.inputs
	for _, key := range strings.Split(path, ".") {
		if list, ok := value.([]any); ok && len(list) > 0 {
			value = list[0]
		}
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[key]
	}
	return value
}

func (v view) text(path string) string { return text(v.at(path)) }

func (v view) list(path string) []any {
	list, _ := v.at(path).([]any)
	return list
}

// show is the input at the path.
func show(path string) highlight {
	return func(v view) string { return short(v.text(path), valueWidth) }
}

// label is the input after a text, such as "in eu-central-1a".
func label(before, path string) highlight {
	return func(v view) string {
		if value := v.text(path); value != "" {
			return before + " " + short(value, valueWidth)
		}
		return ""
	}
}

// unit is the input before a text, such as "35 days of backups".
func unit(path, after string) highlight {
	return func(v view) string {
		if value := v.text(path); value != "" {
			return value + " " + after
		}
		return ""
	}
}

// refer is the logical name of what the input names, after a text.
func refer(before, path string) highlight {
	return func(v view) string {
		if value := v.text(path); value != "" {
			return strings.TrimLeft(before+" "+short(v.names.of(value), valueWidth), " ")
		}
		return ""
	}
}

// each is the logical names of what the list in the input names, after a text.
func each(before, path string) highlight {
	return func(v view) string {
		var all []string
		for _, reference := range v.list(path) {
			all = append(all, v.names.of(text(reference)))
		}
		if len(all) == 0 {
			return ""
		}
		return strings.TrimLeft(before+" "+short(strings.Join(all, " "), valueWidth), " ")
	}
}

// flag says one thing when the input is true and another when it is false or missing.
func flag(path, yes, no string) highlight {
	return func(v view) string {
		if on, _ := v.at(path).(bool); on {
			return yes
		}
		return no
	}
}

// span is two inputs with a hyphen between, such as "0.5-16 ACU".
func span(from, to, after string) highlight {
	return func(v view) string {
		if v.text(from) == "" && v.text(to) == "" {
			return ""
		}
		return v.text(from) + "-" + v.text(to) + " " + after
	}
}

// count is how many elements the list in the input has.
func count(path, noun string) highlight {
	return func(v view) string {
		if n := len(v.list(path)); n > 0 {
			return number(n, noun)
		}
		return ""
	}
}

// text writes a value on one line: strings and numbers as they are, the rest as JSON.
func text(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return strings.Join(strings.Fields(v), " ")
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		if joined, ok := joinedStrings(v); ok {
			return joined
		}
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(encoded)
}

// joinedStrings joins a list of nothing but strings.
func joinedStrings(list []any) (string, bool) {
	all := make([]string, len(list))
	for i, element := range list {
		text, ok := element.(string)
		if !ok {
			return "", false
		}
		all[i] = text
	}
	return strings.Join(all, " "), true
}

// short cuts a text to the width, with an ellipsis where something is missing.
func short(text string, width int) string {
	runes := []rune(text)
	if len(runes) <= width {
		return text
	}
	return string(runes[:max(width-1, 0)]) + "…"
}

// highlights are what the table has for the type of a resource, without its name, which is in front of them.
func (p *printer) highlights(r plan.Resource) []string {
	var all []string
	for _, h := range highlightsOf(r.Type) {
		if said := h(view{names: p.names, inputs: r.Inputs}); said != "" && said != r.Name {
			all = append(all, said)
		}
	}
	return all
}
