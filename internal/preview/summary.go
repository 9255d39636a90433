package preview

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/magestack/magestack/internal/plan"
)

// counts of a stack. Resources are those that a provider makes; the providers themselves and what is only read
// are not counted.
type counts struct{ resources, components, outputs int }

func countsOf(stack plan.Stack) counts {
	c := counts{outputs: len(stack.Outputs)}
	for _, r := range stack.Resources {
		switch {
		case r.IsComponent():
			c.components++
		case r.Custom && !r.IsProvider() && !r.External:
			c.resources++
		}
	}
	return c
}

// summary writes a table of all stacks, with their total.
func (p *printer) summary(recorded *plan.Environment) {
	var total counts
	var elapsed time.Duration
	rows := [][]string{{recorded.Name, "resources", "components", "outputs", "time"}}
	if !p.options.Timings {
		rows[0] = rows[0][:4]
	}
	for _, stack := range recorded.Stacks {
		c := countsOf(stack)
		total.resources += c.resources
		total.components += c.components
		total.outputs += c.outputs
		elapsed += stack.Elapsed
		rows = append(rows, row(stack.Project, c, stack.Elapsed)[:len(rows[0])])
	}
	rows = append(rows, row("total", total, elapsed)[:len(rows[0])])
	widths := make([]int, len(rows[0]))
	for _, cells := range rows {
		for i, cell := range cells {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for i, cells := range rows {
		line := fmt.Sprintf("%-*s", widths[0], cells[0])
		for column, cell := range cells[1:] {
			line += fmt.Sprintf("  %*s", widths[column+1], cell)
		}
		if i == 0 || i == len(rows)-1 {
			line = p.paint.bold(line)
		}
		p.line(line)
	}
}

func row(name string, c counts, elapsed time.Duration) []string {
	return []string{name, fmt.Sprint(c.resources), fmt.Sprint(c.components), fmt.Sprint(c.outputs), duration(elapsed)}
}

func duration(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }
