package settings_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/settings"
)

// comments reads the doc comments of the settings' fields from the source: "Networking.VPCCIDR" to its text,
// in one line.
func comments(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("*.go")
	require.NoError(t, err)
	found := map[string]string{}
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			structure, ok := spec.Type.(*ast.StructType)
			if !ok {
				return true
			}
			for _, field := range structure.Fields.List {
				for _, name := range field.Names {
					found[spec.Name.Name+"."+name.Name] = strings.Join(strings.Fields(field.Doc.Text()), " ")
				}
			}
			return true
		})
	}
	return found
}

// about is what the source says of a setting: the comment without the field's name in front.
func about(t *testing.T, all map[string]string, field settings.Field) string {
	t.Helper()
	text := all[field.Owner+"."+field.GoName]
	require.NotEmpty(t, text, "%s has no doc comment", field.Key)
	for _, start := range []string{field.GoName + " is ", field.GoName + " are "} {
		if rest, ok := strings.CutPrefix(text, start); ok {
			return strings.ToUpper(rest[:1]) + rest[1:]
		}
	}
	rest := strings.TrimPrefix(text, field.GoName+" ")
	return strings.ToUpper(rest[:1]) + rest[1:]
}
