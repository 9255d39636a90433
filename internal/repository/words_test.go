package repository_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// excluded are words that hide what the field has a noun for: a request or a resource is no person (CONTRIBUTING.md, Words).
var excluded = regexp.MustCompile(`(?i)\b(friends?|enem(y|ies)|strangers?|somebody|anybody|weather|natures?|editions?|texts|apart)\b`)

// excludedOfSources leaves out what is also said of code: lists of texts, and keys that tell requests apart.
var excludedOfSources = regexp.MustCompile(`(?i)\b(friends?|enem(y|ies)|strangers?|somebody|anybody|weather|natures?|editions?)\b`)

// inPlans are sources whose words are part of plans, so that a better one is an update of an environment.
var inPlans = []string{
	"pkg/cdn/edge/functions/pages.js", "pkg/compute/proxysql/scripts/reload.sh", "pkg/magento/routes.go", "internal/preview/table_test.go",
	"internal/repository/words_test.go", // names them
}

// hits returns the excluded words of a text.
func hits(text string) []string { return excluded.FindAllString(text, -1) }

// ofTheRules are pages that quote the words: ADR 0074 and its like name what is refused.
var ofTheRules = []string{"CONTRIBUTING.md"}

// TestWordsOfDocuments looks for excluded words in every document.
func TestWordsOfDocuments(t *testing.T) {
	for _, page := range pages(t) {
		if !slices.Contains(ofTheRules, page) {
			assert.Empty(t, hits(read(t, page)), page)
		}
	}
}

// TestWordsOfSources looks for them in what is written in a language of programs.
func TestWordsOfSources(t *testing.T) {
	kinds := []string{".go", ".js", ".php", ".sh", ".vcl", ".yaml", ".yml", ".conf", ".html"}
	for _, file := range files(t, func(path string) bool { return slices.Contains(kinds, filepath.Ext(path)) }) {
		if !slices.Contains(inPlans, filepath.ToSlash(file)) {
			assert.Empty(t, excludedOfSources.FindAllString(read(t, file), -1), file)
		}
	}
}

// TestWordsAreFound shows that the rule can fail, and that it is about whole words.
func TestWordsAreFound(t *testing.T) {
	assert.Equal(t, []string{"Strangers", "edition"}, hits("Strangers are given a second edition."))
	assert.Empty(t, hits("the context of signatures is additional, and apartments"))
}

// TestContributingNamesEveryFolder holds the table of CONTRIBUTING.md to the folders: what is not in it no newcomer finds.
func TestContributingNamesEveryFolder(t *testing.T) {
	_, table, found := strings.Cut(read(t, "CONTRIBUTING.md"), "\n## Where things go\n")
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n## ")
	var folders []string
	for _, file := range files(t, func(path string) bool { return strings.HasSuffix(path, ".go") }) {
		parts := strings.Split(filepath.ToSlash(file), "/")
		switch {
		case len(parts) == 1:
			continue
		case parts[0] == "pkg" || parts[0] == "internal":
			folders = append(folders, strings.Join(parts[:2], "/"))
		default:
			folders = append(folders, parts[0])
		}
	}
	slices.Sort(folders)
	for _, folder := range slices.Compact(folders) {
		assert.Regexp(t, "`"+regexp.QuoteMeta(folder)+"/?[^`]*`", table, "CONTRIBUTING.md, Where things go: a row names %s", folder)
	}
}
