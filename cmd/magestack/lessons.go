package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/magestack/magestack/internal/cloudfront/local"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
)

// tellLessons prints what the local edge has learned of an environment's settings, and the lines to put into its file where
// they are asked for.
func (t tool) tellLessons(environment string, learned local.Lessons, lines bool) error {
	if len(learned.Why) == 0 {
		return nil
	}
	fmt.Fprintf(t.stdout, "\nmissing in the settings of %s:\n", environment)
	for _, why := range learned.Why {
		fmt.Fprintf(t.stdout, "  %s\n", why)
	}
	if !lines {
		fmt.Fprintf(t.stdout, "--learn prints the lines for %s\n", settings.FileName(environment))
		return nil
	}
	config, err := t.settingsOf(environment)
	if err != nil {
		return err
	}
	set, err := settings.LoadCDN(config)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.stdout, "\nfor %s, in config:\n", settings.FileName(environment))
	writeList(t.stdout, "sessionPaths", set.SessionPaths, learned.SessionPaths)
	writeList(t.stdout, "pagePaths", set.PagePaths, learned.PagePaths)
	return nil
}

// writeList writes a list of the settings as YAML: what is set, and what was found beside; nothing where nothing was.
func writeList(w io.Writer, name string, set, found []string) {
	if len(found) == 0 {
		return
	}
	fmt.Fprintf(w, "  %s:%s:\n", naming.ProjectCDN, name)
	for _, value := range slices.Compact(slices.Concat(set, found)) {
		fmt.Fprintf(w, "    - %q\n", value)
	}
}
