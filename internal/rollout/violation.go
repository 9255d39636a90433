package rollout

import (
	"regexp"
	"strings"
)

// violation is how the engine says that an input is not what a saved plan has (pulumi/pkg, resource/deploy/plan.go,
// checkDiff). It prints both values after it, secret ones in clear: pulumi/pulumi issue 17546.
const violation = "violates plan: properties changed:"

// firstProperty is the first of the properties that follow, with what was planned and what happens: +, ~, - or =.
var firstProperty = regexp.MustCompile(`^ *[-+~=]{2}([A-Za-z0-9_]+)`)

// colors are what a terminal is told between the words.
var colors = regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]")

// withheld takes the values out of what the engine says about a plan that does not hold, whatever they are: which of them
// is secret cannot be told from the text. It is for one command, line by line.
type withheld struct{ within bool }

// line gives what may be printed of a line, and nothing for a line of a value that goes on.
func (w *withheld) line(line string) string {
	plain := strings.TrimRight(colors.ReplaceAllString(line, ""), "\r\n")
	before, values, found := strings.Cut(plain, violation)
	if found {
		w.within = true
		property := ""
		if match := firstProperty.FindStringSubmatch(values); match != nil {
			property = " first of them " + match[1] + ";"
		}
		return before + violation + property + " the values are left out, since they may be secret\n"
	}
	if w.within && !endsValue(plain) {
		return ""
	}
	w.within = false
	return line
}

// endsValue reports whether a line belongs to the engine's own layout and to no value before: it indents what goes on
// (pulumi/pkg, backend/display/progress.go, printDiagnostics) and ends it with an empty line.
func endsValue(plain string) bool {
	return plain == "" || strings.HasPrefix(plain, "  ") && !strings.HasPrefix(plain, "   ") && strings.HasSuffix(plain, ":") || sections[plain]
}

// sections are the headings of what the engine prints at the end.
var sections = map[string]bool{"Diagnostics:": true, "Resources:": true, "Outputs:": true, "Policies:": true}
