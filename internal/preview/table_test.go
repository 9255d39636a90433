package preview

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

// TestNoTerminalLosesAColumn holds that whatever a table says is on the terminal, and no line is longer than it is wide.
func TestNoTerminalLosesAColumn(t *testing.T) {
	rows := [][]string{
		{"pattern", "origin", "kept", "key", "forwarded", "function", "why"},
		{"/static/*", "files", "up to 365d", "host, all of the query", "nothing", "", "files of the deployment, the same for everybody; a new deployment has a new path"},
		{"/*catalog/product_frontend_action*", "load-balancer", "never", "none", "everything the viewer sends", "magento-production-private on requests", "categories and products; only the list of compared products is somebody's"},
		{"*", "load-balancer", "up to 1h", "host, x-cache-scope, X-Magento-Vary, store, all of the query, gzip and brotli", "everything", "magento-production-pages on requests", "pages, kept for guests – " + strings.Repeat("x", 90)},
	}
	words := func(text string) string { return strings.Join(strings.Fields(text), "") }
	for width := 80; width <= 400; width++ {
		var out bytes.Buffer
		p := &printer{w: bufio.NewWriter(&out), options: Options{Width: width}}
		p.table(rows)
		assert.NoError(t, p.w.Flush())
		all := words(out.String())
		for _, row := range rows[1:] {
			for _, cell := range row {
				assert.Contains(t, all, words(cell), fmt.Sprint(width))
			}
		}
		for _, line := range strings.Split(out.String(), "\n") {
			assert.LessOrEqual(t, utf8.RuneCountInString(line), width)
		}
	}
}

// TestATableHasColumnsWhereThereIsRoom, to the character.
func TestATableHasColumnsWhereThereIsRoom(t *testing.T) {
	rows := [][]string{{"pattern", "why"}, {"/a", "one two"}, {"/bcd", "three"}}
	for width, want := range map[int]int{0: 3, 19: 3, 18: 4} {
		var out bytes.Buffer
		p := &printer{w: bufio.NewWriter(&out), options: Options{Width: width}}
		p.table(rows)
		assert.NoError(t, p.w.Flush())
		assert.Equal(t, want, strings.Count(out.String(), "\n"), width)
	}
}
