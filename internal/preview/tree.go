package preview

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/magestack/magestack/internal/plan"
)

// columnWidth is the widest that a column of names or types is padded to, so that one long name does not push
// the details of its neighbours off the screen.
const columnWidth = 44

// tree writes the resources of a stack under the components that they belong to. What is only read is in the
// heading already.
func (p *printer) tree(stack plan.Stack) {
	root := ""
	known := map[string]bool{}
	for _, r := range stack.Resources {
		known[r.URN] = true
		if r.Type == plan.StackType {
			root = r.URN
		}
	}
	children := map[string][]plan.Resource{}
	for _, r := range stack.Resources {
		if r.Type == plan.StackType || r.External {
			continue
		}
		parent := r.Parent
		if !known[parent] {
			parent = root
		}
		children[parent] = append(children[parent], r)
	}
	p.branch(children, root, "", true)
}

// branch writes the children of a resource; those of the stack itself hang on no line.
func (p *printer) branch(children map[string][]plan.Resource, parent, indent string, top bool) {
	siblings := children[parent]
	slices.SortFunc(siblings, func(a, b plan.Resource) int {
		return cmp.Or(naturally(a.Name, b.Name), cmp.Compare(a.URN, b.URN))
	})
	columns, prefix := columnsOf(siblings), ""
	if p.narrow() {
		// Without columns, and without the component's name before every part, there is room for what matters.
		columns, prefix = lineUp{}, nameOf(parent)+"-"
	}
	for i, r := range siblings {
		connector, below := "├─ ", "│  "
		switch {
		case top:
			connector, below = "", ""
		case i == len(siblings)-1:
			connector, below = "└─ ", "   "
		}
		p.resource(r, indent+connector, prefix, columns)
		if top && len(children[r.URN]) > 0 {
			p.branch(children, r.URN, "", false)
			continue
		}
		p.branch(children, r.URN, indent+below, false)
	}
}

// narrowWidth is the terminal below which lines are not aligned.
const narrowWidth = 140

func (p *printer) narrow() bool { return p.options.Width > 0 && p.options.Width < narrowWidth }

// nameOf is the logical name at the end of a URN.
func nameOf(urn string) string {
	parts := strings.Split(urn, "::")
	return parts[len(parts)-1]
}

// lineUp is how wide the names and types of siblings are.
type lineUp struct{ name, kind int }

func columnsOf(siblings []plan.Resource) lineUp {
	var c lineUp
	for _, r := range siblings {
		c.name = min(max(c.name, utf8.RuneCountInString(r.Name)), columnWidth)
		c.kind = min(max(c.kind, utf8.RuneCountInString(shortType(r.Type))), columnWidth)
	}
	return c
}

// resource writes one line: name, type, what a reviewer cares about, whether it is protected, and whether it stays.
func (p *printer) resource(r plan.Resource, lead, prefix string, c lineUp) {
	name := fmt.Sprintf("%-*s", c.name, strings.TrimPrefix(r.Name, prefix))
	kind := fmt.Sprintf("%-*s", c.kind, shortType(r.Type))
	details := strings.Join(p.highlights(r), ", ")
	mark := ""
	if r.Protect {
		mark = "  protected"
	}
	if r.RetainOnDelete {
		mark += "  stays when destroyed"
	}
	if p.options.Width > 0 {
		free := p.options.Width - utf8.RuneCountInString(lead+name+"  "+kind+"  "+mark)
		details = short(details, max(free, 1))
	}
	style := p.paint.plain
	if r.IsComponent() {
		style = p.paint.bold
	}
	line := p.paint.faint(lead) + style(name) + "  " + p.paint.faint(kind)
	if details != "" {
		line += "  " + details
	}
	p.line(line + p.paint.warn(mark))
}

// shortType leaves the package out of a type of AWS, such as ec2.Subnet, and the stutter out of the others.
func shortType(token string) string {
	parts := strings.Split(token, ":")
	if len(parts) != 3 {
		return token
	}
	module, _, _ := strings.Cut(parts[1], "/"+lowerFirst(parts[2]))
	if module == "index" || module == "" {
		module = parts[0]
	}
	if parts[0] == "pulumi" && module == "providers" {
		return parts[2] + ".Provider"
	}
	return module + "." + parts[2]
}

func lowerFirst(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToLower(text[:1]) + text[1:]
}

// naturally compares strings with the numbers in them as numbers: a-2 before a-10.
func naturally(a, b string) int {
	for a != "" && b != "" {
		if digits, others := leadingDigits(a), leadingDigits(b); digits > 0 && others > 0 {
			x, y := strings.TrimLeft(a[:digits], "0"), strings.TrimLeft(b[:others], "0")
			if order := cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)); order != 0 {
				return order
			}
			a, b = a[digits:], b[others:]
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

func leadingDigits(text string) int {
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return n
}
