package behaviors

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// What CloudFront allows (CloudFront Developer Guide, "Quotas", "Path pattern").
const (
	// MaxBehaviors is how many behaviours a distribution may have, the default among them, unless AWS has raised it.
	MaxBehaviors = 75

	// MaxPatternLength is how long a path pattern may be.
	MaxPatternLength = 255
)

// patternFormat is the characters of a path pattern.
var patternFormat = regexp.MustCompile(`^[A-Za-z0-9_\-.*$/~"'@:+&? ]+$`)

// pathFormat is what a path of the settings may be: what every form of a pattern can be made of.
var pathFormat = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9_-]+)*$`)

// minPathLength keeps a path from matching half of the shop: as /*x* it is matched anywhere.
const minPathLength = 4

// CheckPath says what is wrong with a path of a further module.
func CheckPath(path string) error {
	switch {
	case !pathFormat.MatchString(path) || len(path) < minPathLength:
		return fmt.Errorf("must be the front name of a module, or a longer path, of %d or more letters, digits, - and _, without a slash in front: it is matched anywhere in a path", minPathLength)
	case len(path)+len("/**") > MaxPatternLength:
		return fmt.Errorf("must be %d characters or fewer", MaxPatternLength-len("/**"))
	case strings.HasPrefix(path+"/", "static/") || strings.HasPrefix(path+"/", "media/"):
		return errors.New("is a folder of files, which have no session")
	}
	return nil
}

// check holds what CloudFront would refuse, and what would make a behaviour unreachable.
func check(list []Behavior, options Options) error {
	var problems []error
	quota := options.Quota
	if quota == 0 {
		quota = MaxBehaviors
	}
	if len(list) > quota {
		problems = append(problems, fmt.Errorf("%d behaviours: the distribution may have %d; join paths that begin alike, or have AWS raise the quota", len(list), quota))
	}
	for _, session := range options.Sessions {
		if err := CheckPath(session); err != nil {
			problems = append(problems, fmt.Errorf("path %q: %w", session, err))
		}
	}
	seen := map[string]bool{}
	for _, b := range list {
		if !patternFormat.MatchString(b.PathPattern) || len(b.PathPattern) > MaxPatternLength {
			problems = append(problems, fmt.Errorf("pattern %q: CloudFront takes letters, digits, _-.*$/~\"'@:+&? and up to %d of them", b.PathPattern, MaxPatternLength))
		}
		if seen[b.PathPattern] {
			problems = append(problems, fmt.Errorf("pattern %q: named twice", b.PathPattern))
		}
		seen[b.PathPattern] = true
	}
	return errors.Join(problems...)
}
