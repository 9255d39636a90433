package preview

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/magestack/magestack/internal/cloudfront/model"
	"github.com/magestack/magestack/internal/plan"
)

// edgeType is the component whose inputs say why each path is treated as it is.
const edgeType = "magento:edge:Distribution"

// behaviors writes, for a layer with a distribution, what it does with each path, in the order in which CloudFront looks:
// read from the resources themselves, as the model of CloudFront reads them.
func (p *printer) behaviors(stack plan.Stack) {
	at := slices.IndexFunc(stack.Resources, func(r plan.Resource) bool { return r.Type == edgeType })
	if at < 0 {
		return
	}
	p.line(p.paint.bold("behaviours") + p.paint.faint(" (the first pattern that matches counts)"))
	d, err := model.Load(stack.Resources)
	if err != nil {
		p.line("  " + err.Error())
		p.line("")
		return
	}
	whys := map[string]string{}
	list, _ := stack.Resources[at].Inputs["behaviors"].([]any)
	for _, item := range list {
		whys[fmt.Sprint(asMap(item)["pathPattern"])] = fmt.Sprint(asMap(item)["why"])
	}
	rows := [][]string{{"pattern", "origin", "kept", "key", "forwarded", "function", "why"}}
	for _, b := range d.Behaviors {
		words := b.InWords()
		rows = append(rows, []string{b.Pattern, b.Origin, words.Lifetimes, words.Key, words.Forwarded, words.Functions, whys[b.Pattern]})
	}
	p.table(rows)
	p.line("")
}

// table writes rows in columns, where the terminal has room for all of them. Elsewhere each row is the first column, and the
// others below it, on as many lines as they need: nothing is lost on any terminal.
func (p *printer) table(rows [][]string) {
	widths := make([]int, len(rows[0]))
	whole := 1 // of the indent, and two between columns
	for i := range widths {
		for _, row := range rows {
			widths[i] = max(widths[i], utf8.RuneCountInString(row[i]))
		}
		whole += widths[i] + 2
	}
	if p.options.Width > 0 && whole > p.options.Width {
		p.stacked(rows)
		return
	}
	for n, row := range rows {
		line := " "
		for i, cell := range row {
			line += fmt.Sprintf(" %-*s ", widths[i], cell)
		}
		if n == 0 {
			line = p.paint.faint(line)
		}
		p.line(line)
	}
}

// stacked writes each row as its first column with the others below.
func (p *printer) stacked(rows [][]string) {
	for _, row := range rows[1:] {
		for _, line := range wrapped("  "+row[0], p.options.Width, "    ") {
			p.line(line)
		}
		for i, cell := range row[1:] {
			if cell == "" {
				continue
			}
			label := rows[0][i+1] + ": "
			lines := wrapped("    "+label+cell, p.options.Width, "      ")
			lines[0] = "    " + p.paint.faint(label) + strings.TrimPrefix(lines[0], "    "+label)
			for _, line := range lines {
				p.line(line)
			}
		}
	}
}

// wrapped breaks a line at blanks, or within a word that is too long for a line of its own; what follows is indented.
func wrapped(line string, width int, indent string) []string {
	var lines []string
	rest := []rune(line)
	for len(rest) > width {
		at := width
		for blank := width; blank > len(indent); blank-- {
			if rest[blank] == ' ' {
				at = blank
				break
			}
		}
		lines = append(lines, string(rest[:at]))
		rest = append([]rune(indent), []rune(strings.TrimLeft(string(rest[at:]), " "))...)
	}
	return append(lines, string(rest))
}
