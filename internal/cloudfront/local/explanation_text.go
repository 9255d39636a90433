package local

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// Write prints an explanation for a terminal.
func (e Explanation) Write(w io.Writer) error {
	var text strings.Builder
	target := e.Path
	if e.Query != "" {
		target += "?" + e.Query
	}
	scheme := "https"
	if e.Plain {
		scheme = "http"
	}
	fmt.Fprintf(&text, "%s %s://%s%s\n\n", e.Method, scheme, e.Host, printable(target))
	field := func(name, value string) { fmt.Fprintf(&text, "  %-10s %s\n", name, printable(value)) }
	field("result", e.result())
	field("behaviour", e.Behavior)
	if e.Function != "" {
		field("function", e.Function)
	}
	if e.Key == "" {
		field("key", "none: nothing is kept")
	} else {
		field("key", e.Key)
	}
	if e.Origin != "" {
		field("origin", e.Origin)
	}
	list := func(name string, values []string) {
		for i, value := range values {
			if i > 0 {
				name = ""
			}
			field(name, value)
		}
	}
	list("taken off", e.Stripped)
	list("added", e.Added)
	var forwarded []string
	for _, name := range slices.Sorted(maps.Keys(e.Forwarded)) {
		for _, value := range e.Forwarded[name] {
			forwarded = append(forwarded, name+": "+value)
		}
	}
	list("forwarded", forwarded)
	if len(e.Why) > 0 {
		text.WriteString("\nwhy\n")
	}
	for i, reason := range e.Why {
		fmt.Fprintf(&text, "  %2d. %s\n", i+1, printable(reason))
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// result is what would become of the request, with what is known of its lifetime.
func (e Explanation) result() string {
	result := e.Result
	if e.Status != 0 {
		result += fmt.Sprintf(", status %d", e.Status)
	}
	if e.AgeSeconds > 0 {
		result += fmt.Sprintf(", %s old", time.Duration(e.AgeSeconds)*time.Second)
	}
	if e.Alone {
		return result + ", for this visitor alone"
	}
	if e.TTLSeconds > 0 {
		result += fmt.Sprintf(", kept for %s", time.Duration(e.TTLSeconds)*time.Second)
	}
	return result
}

// printable keeps what a URL brings from steering a terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) {
			return '�'
		}
		return r
	}, text)
}
