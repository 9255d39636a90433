package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/magestack/magestack/pkg/settings"
)

// environments are the root of the repository and what there are settings files of.
func (t tool) environments() (root string, names []string, err error) {
	if root, err = findRoot(t.directory); err != nil {
		return "", nil, err
	}
	names, err = settings.Environments(root)
	return root, names, err
}

// oneEnvironment wants the name of an environment and nothing else. Whether there is one of that name is said later.
func (t tool) oneEnvironment(command *cobra.Command, arguments []string) error {
	if len(arguments) == 1 && arguments[0] != "" {
		return nil
	}
	_, names, err := t.environments()
	if err != nil {
		return err
	}
	given := "an environment is required"
	if len(arguments) > 1 {
		given = fmt.Sprintf("one environment at a time, not %s", strings.Join(arguments, " and "))
	}
	return fmt.Errorf("%s; allowed are: %s. Usage: %s", given, strings.Join(names, ", "), command.UseLine())
}

// completeEnvironment lists the environments for a shell.
func (t tool) completeEnvironment(_ *cobra.Command, arguments []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(arguments) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	_, names, err := t.environments()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// addLayers gives a command the flag that names layers.
func (t tool) addLayers(command *cobra.Command, into *[]string, usage string) {
	command.Flags().StringSliceVar(into, "layer", nil, usage+"; may be repeated: "+strings.Join(t.layers(), ", "))
	complete := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return t.layers(), cobra.ShellCompDirectiveNoFileComp
	}
	// It fails for a flag that is not there alone.
	_ = command.RegisterFlagCompletionFunc("layer", complete)
}

// kinds say what a flag takes, by the type that pflag gives it.
var kinds = map[string]string{
	"bool": "true or false", "int": "a whole number", "int64": "a whole number", "duration": "a length of time, such as 90s, 5m or 1h30m",
}

var parseFailure = regexp.MustCompile(`^(strconv|time)\.?`)

// plainFlagError says of a value that a flag does not take what it takes, rather than which function of Go refused it.
func plainFlagError(err error) error {
	var invalid *pflag.InvalidValueError
	if !errors.As(err, &invalid) {
		return err
	}
	flag := invalid.GetFlag()
	kind, known := kinds[flag.Value.Type()]
	if !known || !parseFailure.MatchString(invalid.Unwrap().Error()) {
		return err
	}
	return fmt.Errorf("--%s %s: must be %s", flag.Name, abridged(invalid.GetValue()), kind)
}

// abridged is a value of a command line short enough to be repeated.
func abridged(value string) string {
	const most = 120
	if runes := []rune(value); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return value
}
