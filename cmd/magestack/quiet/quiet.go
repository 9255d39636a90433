// Package quiet keeps the tool from asking the terminal anything before it runs. Pulumi's SDK draws in a terminal library
// whose init asks for the colour of the background and waits five seconds for an answer that pseudo-terminals of CI
// systems, script and expect never give (bubbletea 1.3, tea_init.go; termenv 0.16, OSCTimeout). NO_COLOR does not keep it
// from asking; a terminal that calls itself dumb is not asked.
//
// It works because Go initialises packages in the order of their import paths, each once what it imports is initialised
// (The Go Programming Language Specification, "Program initialization"): this one imports os alone, and so comes before
// github.com/muesli/termenv, which that init needs. A test holds the import.
package quiet

import "os"

const (
	terminalVariable = "TERM"
	dumb             = "dumb"
)

// before is what the variable was, and whether it was there.
var before, present = os.LookupEnv(terminalVariable)

func init() {
	// It fails for a name that is not valid alone.
	_ = os.Setenv(terminalVariable, dumb)
}

// Restore gives the terminal its name back, for the programs that are called and for what the tool prints itself. It is
// the first thing that main does.
func Restore() error {
	if !present {
		return os.Unsetenv(terminalVariable)
	}
	return os.Setenv(terminalVariable, before)
}
