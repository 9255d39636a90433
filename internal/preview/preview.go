// Package preview writes a plan of the embedded cloud for a reviewer: per project a tree of its resources with
// the few properties that matter, and a summary of them all.
package preview

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/plan"
)

// Options say how much of a plan is written.
type Options struct {
	Projects []string // the only ones to write; empty for all
	Outputs  bool     // whether the outputs of the stacks are written with their values
	Timings  bool     // whether it is said how long planning took, which differs from one time to the next
	Colors   bool
	Width    int // columns that a line may have; zero for any number
}

// Write writes the plan. Names are looked up in all of it, also when not all projects are written.
func Write(w io.Writer, recorded *plan.Environment, options Options) error {
	buffer := bufio.NewWriter(w)
	p := &printer{w: buffer, paint: paint{on: options.Colors}, names: namesOf(recorded), options: options}
	for _, stack := range recorded.Stacks {
		if len(options.Projects) == 0 || slices.Contains(options.Projects, stack.Project) {
			p.stack(stack)
		}
	}
	p.summary(recorded)
	if err := buffer.Flush(); err != nil {
		return fmt.Errorf("writing the plan of %s: %w", recorded.Name, err)
	}
	return nil
}

// printer writes to a buffer, which keeps the first error until it is flushed.
type printer struct {
	w       *bufio.Writer
	paint   paint
	names   names
	options Options
}

func (p *printer) line(text string) {
	p.w.WriteString(strings.TrimRight(text, " ") + "\n")
}

// stack writes the heading, the tree, the counts and the outputs of a stack.
func (p *printer) stack(stack plan.Stack) {
	reads := "reads nothing"
	if len(stack.Reads) > 0 {
		reads = "reads " + strings.Join(stack.Reads, ", ")
	}
	p.line(p.paint.bold(stack.Project) + p.paint.faint(fmt.Sprintf(" (%s), stack %s, %s", stack.Directory, stack.Environment, reads)))
	p.line("")
	c := countsOf(stack)
	if c.resources+c.components > 0 {
		p.tree(stack)
		p.line("")
	}
	p.connections(stack)
	p.behaviors(stack)
	counted := fmt.Sprintf("%s, %s, %s", number(c.resources, "resource"), number(c.components, "component"), number(c.outputs, "output"))
	if p.options.Timings {
		counted += ", planned in " + duration(stack.Elapsed)
	}
	p.line(counted)
	if p.options.Outputs {
		p.outputs(stack)
	}
	p.line("")
}

func (p *printer) outputs(stack plan.Stack) {
	width := 0
	for name := range stack.Outputs {
		width = max(width, len(name))
	}
	for _, name := range slices.SortedFunc(maps.Keys(stack.Outputs), naturally) {
		p.line(p.fit(fmt.Sprintf("  %-*s  %s", width, name, short(text(stack.Outputs[name]), 4*valueWidth))))
	}
}

// fit cuts a line without colours to the width of the terminal.
func (p *printer) fit(line string) string {
	if p.options.Width == 0 {
		return line
	}
	return short(line, p.options.Width)
}

func number(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
