package repository_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

var (
	path     = regexp.MustCompile(`^(?:pkg|internal|cmd|stacks|docs|test|tools|gitops|examples|functions|policy|program|\.ci|\.githooks)/[A-Za-z0-9_./*{},<>-]*$`)
	citation = regexp.MustCompile(`docs/[a-z/]*[a-z0-9-]+\.md\b`)
	braces   = regexp.MustCompile(`^(.*)\{([^{}]*)\}(.*)$`)
)

// spelled returns the paths that one with braces stands for: a/{b,c} is a/b and a/c.
func spelled(path string) []string {
	match := braces.FindStringSubmatch(path)
	if match == nil {
		return []string{path}
	}
	var all []string
	for _, one := range strings.Split(match[2], ",") {
		all = append(all, spelled(match[1]+one+match[3])...)
	}
	return all
}

// ofThePast are pages that name files which are gone.
var ofThePast = []string{"CHANGELOG.md", filepath.Join("docs", "upgrade.md")}

// TestPathsInDocuments looks for every path that a document names between backquotes.
func TestPathsInDocuments(t *testing.T) {
	for _, page := range pages(t) {
		if slices.Contains(ofThePast, page) {
			continue
		}
		for _, match := range code.FindAllString(fenced.ReplaceAllString(read(t, page), ""), -1) {
			named := strings.Trim(match, "`")
			if !path.MatchString(named) || strings.ContainsAny(named, "<>") {
				continue
			}
			for _, one := range spelled(named) {
				found, err := filepath.Glob(filepath.Join(root, one))
				assert.NoError(t, err)
				assert.NotEmpty(t, found, "%s names %s", page, one)
			}
		}
	}
}

// TestDocumentsNamedInCode looks for every document that code, scripts and messages point at.
func TestDocumentsNamedInCode(t *testing.T) {
	suffixes := []string{".go", ".sh", ".yaml", ".yml", ".js", ".conf", ".vcl", ".php"}
	for _, file := range files(t, func(path string) bool { return slices.Contains(suffixes, filepath.Ext(path)) }) {
		for _, named := range citation.FindAllString(read(t, file), -1) {
			assert.True(t, exists(named), "%s names %s", file, named)
		}
	}
}
