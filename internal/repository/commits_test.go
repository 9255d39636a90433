package repository_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// refusal returns what the hook says of a message, and nothing when it accepts it.
func refusal(t *testing.T, message string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "message")
	require.NoError(t, os.WriteFile(file, []byte(message), 0o600))
	output, err := exec.Command("bash", filepath.Join(root, ".githooks", "commit-msg"), file).CombinedOutput()
	if err == nil {
		assert.Empty(t, string(output))
		return ""
	}
	require.Contains(t, err.Error(), "exit status 1", string(output))
	return string(output)
}

// TestCommitMessages tries the rule of CONTRIBUTING.md on messages that keep it and on messages that break one part.
func TestCommitMessages(t *testing.T) {
	const body = "\n\nThe reason stands here.\n"
	subjectOf := func(length int) string { return "docs: Say" + " " + strings.Repeat("x", length-len("docs: Say ")) }
	for _, accepted := range []string{
		"pkg/data/aurora: Refuse extended support" + body,
		"stacks, internal/guard: Look for whole patterns" + body,
		".ci: Run every module's tests" + body,
		"docs: Embed the diagrams" + body,
		subjectOf(72) + body,
		"docs: Say why" + body + "# a comment of Git's\n",
		"Merge branch 'main' into docs",
		"Revert \"docs: Say why\"",
	} {
		assert.Empty(t, refusal(t, accepted), accepted)
	}
	for message, want := range map[string]string{
		subjectOf(73) + body:                            "the subject has 73 characters; at most 72 are allowed",
		"Say why" + body:                                "'path: imperative'",
		"docs: Say why." + body:                         "'path: imperative'",
		"docs : Say why" + body:                         "'path: imperative'",
		"docs: Added a page" + body:                     "not 'Added'",
		"docs: Adding a page" + body:                    "not 'Adding'",
		"docs: adds a page" + body:                      "not 'adds'",
		"docs: Say why\nwithout a gap\n\nBecause.\n":    "the second line must be empty",
		"docs: Say why\n":                               "a body must say why",
		"docs: Say why\n\n# a comment of Git's alone\n": "a body must say why",
	} {
		assert.Contains(t, refusal(t, message), want, message)
	}
}

// TestNewCommitsAreChecked makes a repository with a good commit and a bad one beyond its base.
func TestNewCommitsAreChecked(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{".ci", ".githooks"} {
		require.NoError(t, os.CopyFS(filepath.Join(folder, name), os.DirFS(filepath.Join(root, name))))
	}
	git := func(arguments ...string) {
		t.Helper()
		all := append([]string{"-C", folder, "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "core.hooksPath=/dev/null"}, arguments...)
		output, err := exec.Command("git", all...).CombinedOutput()
		require.NoError(t, err, string(output))
	}
	check := func(base string) (string, error) {
		command := exec.Command("bash", filepath.Join(folder, ".ci", "commits"))
		command.Env = append(os.Environ(), "CI_BASE="+base)
		output, err := command.CombinedOutput()
		return string(output), err
	}
	git("init", "--quiet")
	git("commit", "--quiet", "--allow-empty", "--message", "of before the rule")
	git("commit", "--quiet", "--allow-empty", "--message", "docs: Say why\n\nBecause.")
	output, err := check("HEAD~1")
	require.NoError(t, err, output)

	git("commit", "--quiet", "--allow-empty", "--message", "docs: Say what")
	output, err = check("HEAD~2")
	assert.Error(t, err)
	assert.Contains(t, output, `"docs: Say what"`)
	assert.NotContains(t, output, `"docs: Say why"`)
	output, err = check("")
	assert.NoError(t, err)
	assert.Contains(t, output, "no commits to check", "there is no origin")
}
