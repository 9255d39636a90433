package repository_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	indexed  = regexp.MustCompile(`(?m)^\| \[(\d{4})\]\(([^)]+)\) \| (.+) \|$`)
	titled   = regexp.MustCompile(`^# (\d{4}): (.+)\n\nStatus: (accepted|proposed|replaced by)`)
	replaced = regexp.MustCompile(` \(replaced by \d{4}\)$`)
)

// TestDecisions holds the index of decisions to the pages, each page to its name and its parts, and the numbers that are
// missing to the sentence that explains them.
func TestDecisions(t *testing.T) {
	const folder = "docs/decisions"
	index := read(t, filepath.Join(folder, "README.md"))
	var numbers, listed []string
	for _, row := range indexed.FindAllStringSubmatch(index, -1) {
		number, file, title := row[1], row[2], replaced.ReplaceAllString(row[3], "")
		numbers, listed = append(numbers, number), append(listed, file)
		require.True(t, exists(filepath.Join(folder, file)), file)
		text := read(t, filepath.Join(folder, file))
		head := titled.FindStringSubmatch(text)
		require.NotNil(t, head, "%s must begin with its number, title and status", file)
		assert.Equal(t, number, head[1], file)
		assert.Equal(t, title, head[2], "the index and %s must have one title", file)
		assert.Equal(t, head[3] == "replaced by", replaced.MatchString(row[3]), "the index must say whether %s is replaced", file)
		assert.True(t, strings.HasPrefix(file, number+"-"), file)
		for _, part := range []string{"Context", "Decision", "What lost", "Consequences"} {
			assert.Contains(t, text, "\n## "+part+"\n", file)
		}
	}
	assert.True(t, slices.IsSorted(numbers), "the index is in the order of the numbers")
	for _, file := range files(t, func(path string) bool { return filepath.Dir(path) == folder && filepath.Base(path) != "README.md" }) {
		assert.Contains(t, listed, filepath.Base(file), "the index lists every page")
	}

	_, unused, found := strings.Cut(index, "\nNot used: ")
	require.True(t, found, "the index explains the numbers that are missing")
	unused, _, _ = strings.Cut(unused, "\n\n")
	missing := regexp.MustCompile(`\d{4}`).FindAllString(unused, -1)
	for number, last := 1, numbers[len(numbers)-1]; ; number++ {
		name := fmt.Sprintf("%04d", number)
		assert.NotEqual(t, slices.Contains(numbers, name), slices.Contains(missing, name), "%s is either a page or explained", name)
		if name == last {
			break
		}
	}
}
