package proxysql

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// tag is the struct tag that gives a field its name in the file.
const tag = "cnf"

// secret is a string whose text is a template action: External Secrets puts the value there. The action gives the
// quotes as well (see credential.go).
type secret string

// writer builds a file in the syntax of libconfig. Its values come from typed structs, so that a column or a
// variable cannot be misspelt in one place and not in another. The first error stays, and nothing after it counts.
type writer struct {
	text strings.Builder
	err  error
}

// comment writes a line that libconfig ignores.
func (w *writer) comment(text string) { fmt.Fprintf(&w.text, "# %s\n", text) }

// scalar writes a setting of the outermost level.
func (w *writer) scalar(name string, value any) {
	fmt.Fprintf(&w.text, "%s = %s;\n", name, w.value(reflect.ValueOf(value)))
}

// group writes a struct as a named group: variables.
func (w *writer) group(name string, value any) {
	fmt.Fprintf(&w.text, "\n%s =\n{\n", name)
	w.fields("\t", reflect.ValueOf(value))
	w.text.WriteString("}\n")
}

// list writes a slice of structs as a named list of groups: the rows of a table.
func list[Row any](w *writer, name string, rows []Row) {
	fmt.Fprintf(&w.text, "\n%s =\n(\n", name)
	for i, row := range rows {
		w.text.WriteString("\t{\n")
		w.fields("\t\t", reflect.ValueOf(row))
		w.text.WriteString("\t}")
		if i < len(rows)-1 {
			w.text.WriteByte(',')
		}
		w.text.WriteByte('\n')
	}
	w.text.WriteString(")\n")
}

// fields writes the fields of a struct in their order. A nil pointer is a column left to its default.
func (w *writer) fields(indent string, record reflect.Value) {
	for i := range record.NumField() {
		value := record.Field(i)
		if value.Kind() == reflect.Pointer {
			if value.IsNil() {
				continue
			}
			value = value.Elem()
		}
		fmt.Fprintf(&w.text, "%s%s = %s;\n", indent, record.Type().Field(i).Tag.Get(tag), w.value(value))
	}
}

// value writes a scalar. ProxySQL reads integers of 32 bits only.
func (w *writer) value(value reflect.Value) string {
	if action, ok := value.Interface().(secret); ok {
		return string(action)
	}
	switch value.Kind() {
	case reflect.String:
		return w.quote(value.String())
	case reflect.Bool:
		return strconv.FormatBool(value.Bool())
	case reflect.Int:
		return strconv.FormatInt(value.Int(), 10)
	default:
		w.fail(fmt.Errorf("writing a value: libconfig has no %s", value.Type()))
		return `""`
	}
}

// quote writes a string. Backslash and quote are escaped; whatever else would need an escape is refused, and so is
// the start of a template action, which External Secrets would run.
func (w *writer) quote(text string) string {
	for _, r := range text {
		if r < ' ' || r > '~' {
			w.fail(fmt.Errorf("writing %q: only printable ASCII is allowed", text))
		}
	}
	if strings.Contains(text, "{{") {
		w.fail(fmt.Errorf("writing %q: it would start a template action", text))
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// fail keeps the first error.
func (w *writer) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}
