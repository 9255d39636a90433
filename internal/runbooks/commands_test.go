package runbooks_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const root = "../.."

// takes are the operations of the AWS CLI that runbooks use, with their options.
func takes(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/aws-cli.txt")
	require.NoError(t, err)
	known := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		if operation, options, found := strings.Cut(strings.TrimSpace(line), ": "); found && !strings.HasPrefix(line, "#") {
			known[operation] = append(strings.Fields(options), "query", "output", "region", "profile", "no-cli-pager")
		}
	}
	return known
}

// scripts are the texts that hold commands, by where they are: the blocks of the runbooks, and what is written from plans.
func scripts(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	pages, err := filepath.Glob(root + "/docs/runbooks/*.md")
	require.NoError(t, err)
	require.NotEmpty(t, pages)
	for _, page := range pages {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for i, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
			found[filepath.Base(page)+" block "+string(rune('1'+i))] = block[1]
		}
	}
	written, err := filepath.Glob(root + "/stacks/testdata/*.sh.golden")
	require.NoError(t, err)
	require.NotEmpty(t, written)
	for _, path := range written {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		found[filepath.Base(path)] = string(text)
	}
	return found
}

var (
	continued = regexp.MustCompile(`\\\n\s*`)
	quoted    = regexp.MustCompile(`"[^"$]*"|'[^']*'`) // may hold anything; what is looked up inside "$(…)" stays
	awsCall   = regexp.MustCompile(`\baws ([a-z0-9-]+) ((?:wait )?[a-z0-9-]+)([^|;&)\n]*)`)
	anOption  = regexp.MustCompile(`(?:^|\s)--([a-z0-9-]+)`)
)

// problemsOf are what of a script the AWS CLI would refuse.
func problemsOf(script string, known map[string][]string) (problems []string, calls int) {
	script = quoted.ReplaceAllString(continued.ReplaceAllString(script, " "), "Q")
	for _, call := range awsCall.FindAllStringSubmatch(script, -1) {
		calls++
		operation := call[1] + " " + call[2]
		options, ok := known[operation]
		if !ok {
			problems = append(problems, "aws "+operation+" is not in testdata/aws-cli.txt")
			continue
		}
		for _, option := range anOption.FindAllStringSubmatch(call[3], -1) {
			if !slices.Contains(options, option[1]) {
				problems = append(problems, "aws "+operation+" has no --"+option[1])
			}
		}
	}
	return problems, calls
}

// TestTheCommandsOfRunbooksAreCommands holds every command of a runbook to the CLI's own names, and every block to the shell.
func TestTheCommandsOfRunbooksAreCommands(t *testing.T) {
	known, all := takes(t), 0
	for where, script := range scripts(t) {
		problems, calls := problemsOf(script, known)
		assert.Empty(t, problems, where)
		all += calls
		if bash, err := exec.LookPath("bash"); err == nil {
			check := exec.Command(bash, "-n")
			check.Stdin = strings.NewReader(script)
			output, err := check.CombinedOutput()
			assert.NoError(t, err, "%s: %s", where, output)
		}
	}
	assert.Greater(t, all, 60, "the commands are not found any more")
}

// TestMistakesInCommandsAreNoticed makes the mistakes that a runbook once had, and some that one might.
func TestMistakesInCommandsAreNoticed(t *testing.T) {
	known := takes(t)
	for script, want := range map[string]string{
		"aws rds restore-db-cluster-to-point-in-time --availability-zone eu-central-1a": "has no --availability-zone", // an instance's
		"aws rds create-db-instance \\\n  --promotion-teer 0":                           "has no --promotion-teer",
		"x=$(aws rds describe-clusters --query 'a')":                                    "describe-clusters is not in testdata",
		"aws rds wait cluster-available":                                                "wait cluster-available is not in testdata",
	} {
		problems, calls := problemsOf(script, known)
		assert.Equal(t, 1, calls, script)
		require.Len(t, problems, 1, script)
		assert.Contains(t, problems[0], want)
	}
	problems, _ := problemsOf(`aws rds create-db-instance --db-instance-class "a --b" --availability-zone c`, known)
	assert.Empty(t, problems)
}
