package preview

import (
	"fmt"

	"github.com/magestack/magestack/internal/plan"
)

// proxySQLType is the component whose inputs hold how the database's connections are shared out.
const proxySQLType = "magento:aurora:ProxySQL"

// connections writes, for a layer with a database, how its connections are shared out.
func (p *printer) connections(stack plan.Stack) {
	for _, r := range stack.Resources {
		if r.Type != proxySQLType {
			continue
		}
		rows, _ := r.Inputs["connections"].([]any)
		width := 0
		for _, row := range rows {
			width = max(width, len(view{inputs: asMap(row)}.text("name")))
		}
		p.line(p.paint.bold("connections to the database"))
		for _, row := range rows {
			v := view{inputs: asMap(row)}
			p.line(fmt.Sprintf("  %-*s  %s", width, v.text("name"), v.text("value")))
		}
		p.line("")
	}
}

func asMap(value any) map[string]any {
	m, _ := value.(map[string]any)
	return m
}
