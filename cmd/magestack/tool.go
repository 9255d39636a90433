package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/internal/rollout"
	"github.com/magestack/magestack/pkg/errlist"
)

// tool is what the commands need of the world.
type tool struct {
	directory string // where it was called
	programs  []plan.Program
	runner    rollout.Runner // nil for processes
	render    render         // nil for Kustomize
	stdin     io.Reader
	answers   *bufio.Reader // stdin, for more than one question
	stdout    io.Writer
	stderr    io.Writer
}

// run executes a command line and gives its exit status. What went wrong is on stderr, one problem a line. That something
// could not be printed is wrong, too: whoever reads a plan from a file on a full disk has half of it.
func (t tool) run(arguments []string) int {
	printed := &kept{Writer: t.stdout}
	t.stdout = printed
	t.answers = bufio.NewReader(t.stdin)
	root := &cobra.Command{
		Use:   "magestack",
		Short: "Plans Magento on AWS without an account, brings it up and takes it down",
		Long: "Plans Magento on AWS without an account, brings it up and takes it down.\n\n" +
			"Completion of commands, layers and environments: magestack completion bash, zsh, fish or powershell.",
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return plainFlagError(err) })
	root.SetOut(t.stdout)
	root.SetErr(t.stderr)
	root.SetArgs(arguments)
	root.AddCommand(t.previewCommand(), t.desiredCommand(), t.upCommand(), t.destroyCommand(), t.edgeCommand(), t.restoreCommand())
	err := root.Execute()
	if err = errors.Join(err, printed.problem(err)); err != nil {
		for _, problem := range problemsOf(err) {
			fmt.Fprintln(t.stderr, problem)
		}
		return 1
	}
	return 0
}

// problemsOf lists the problems of joined errors, each once.
func problemsOf(err error) []string {
	var problems []string
	for _, one := range errlist.Flatten(err) {
		if problem := strings.ReplaceAll(one.Error(), "\n", "\n  "); !slices.Contains(problems, problem) {
			problems = append(problems, problem)
		}
	}
	return problems
}

// terminalWidth is how many columns the terminal behind w has, zero if there is none.
func terminalWidth(w io.Writer) int {
	if through, ok := w.(*kept); ok {
		w = through.Writer
	}
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// wantsColors reports whether a terminal may be coloured (https://no-color.org).
func wantsColors(width int) bool {
	return width > 0 && os.Getenv("NO_COLOR") == "" && !isDumb()
}

// isDumb reports whether the terminal says of itself that it prints text and does nothing else.
func isDumb() bool { return os.Getenv("TERM") == "dumb" }
