package preview

import (
	"fmt"
	"slices"

	"github.com/magestack/magestack/pkg/edge/model"
	"github.com/magestack/magestack/pkg/offline"
)

// edgeType is the component whose inputs say why each path is treated as it is.
const edgeType = "magento:edge:Distribution"

// behaviors writes, for a layer with a distribution, what it does with each path, in the order in which CloudFront looks:
// read from the resources themselves, as the model of CloudFront reads them.
func (p *printer) behaviors(stack offline.Stack) {
	at := slices.IndexFunc(stack.Resources, func(r offline.Resource) bool { return r.Type == edgeType })
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

// table writes rows in columns. On a narrow terminal each row is the first column, and the others below it.
func (p *printer) table(rows [][]string) {
	if p.narrow() {
		for _, row := range rows[1:] {
			p.line("  " + row[0])
			for i, cell := range row[1:] {
				if cell != "" {
					p.line(p.fit("    " + p.paint.faint(rows[0][i+1]+": ") + cell))
				}
			}
		}
		return
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len(cell))
		}
	}
	for n, row := range rows {
		line := " "
		for i, cell := range row {
			line += fmt.Sprintf(" %-*s ", widths[i], cell)
		}
		if n == 0 {
			line = p.paint.faint(line)
		}
		p.line(p.fit(line))
	}
}
