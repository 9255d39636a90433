package behaviors

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/magestack/magestack/pkg/magento"
)

// What CloudFront allows (CloudFront Developer Guide, "Quotas", "Path pattern").
const (
	// MaxBehaviors is how many behaviours a distribution may have, the default among them, unless AWS has raised it.
	MaxBehaviors = 75

	// maxPatternLength is how long a path pattern may be.
	maxPatternLength = 255
)

// patternFormat is the characters of a path pattern.
var patternFormat = regexp.MustCompile(`^[A-Za-z0-9_\-.*$/~"'@:+&? ]+$`)

// pathFormat is what a path of the settings may be: a front name as Magento takes one (Magento\Framework\App\etc\routes.xsd,
// routeFrontNameType), and segments behind it.
var pathFormat = regexp.MustCompile(`^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$`)

// minPathLength keeps single letters from being taken for the names of modules.
const minPathLength = 2

// notModules are words that stand in the paths of pages, or of everything.
var notModules = []string{"html", "htm", "php", "index", "pub", "default", "static", "media"}

// CheckPath says what is wrong with a path of a further module.
func CheckPath(path string) error {
	first, _, _ := strings.Cut(path, "/")
	route, isRoute := magento.FindRoute(path)
	switch {
	case !pathFormat.MatchString(path) || len(path) < minPathLength:
		return fmt.Errorf("must be the front name of a module, or a longer path, of %d or more letters, digits, - and _, without a slash in front", minPathLength)
	case len(path)+len("/*/") > maxPatternLength-len("/*"):
		return fmt.Errorf("must be %d characters or fewer", maxPatternLength-len("/*/")-len("/*"))
	case first == "static" || first == "media":
		return errors.New("is a folder of files, which have no session")
	case slices.Contains(notModules, strings.ToLower(first)):
		return errors.New("is no front name of a module: it stands in the paths of pages")
	case isRoute && route.Audience == magento.Public && first == path:
		return errors.New("is a route of Magento's whose pages are public; name a path below it")
	}
	return nil
}

// CheckPage says what is wrong with a pattern of pages.
func CheckPage(pattern string) error {
	switch {
	case pattern == Default:
		return nil
	case !patternFormat.MatchString(pattern) || len(pattern) > maxPatternLength:
		return fmt.Errorf("must be a pattern as CloudFront takes it: letters, digits, _-.*$/~\"'@:+&? and up to %d of them", maxPatternLength)
	case !strings.HasPrefix(pattern, "/") && !strings.HasPrefix(pattern, "*"):
		return errors.New("must begin with / or *: it is compared with the whole path")
	}
	for _, route := range magento.Routes() {
		for _, name := range route.Decided() {
			for _, path := range []string{"/" + name, "/" + name + "/", "/" + name + "/index/index", "/" + name + "/index/index/"} {
				if matches(pattern, path) {
					return fmt.Errorf("matches %s, which a session decides: say %q for everything that no route is known for", path, Default)
				}
			}
		}
	}
	for _, folder := range []string{"/static/x", "/media/x"} {
		if matches(pattern, folder) {
			return fmt.Errorf("matches %s, which is a file", folder)
		}
	}
	return nil
}

// matches reports whether CloudFront would take a pattern for a path (CloudFront Developer Guide, "Path pattern").
func matches(pattern, path string) bool {
	expression := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta("/" + strings.TrimPrefix(pattern, "/")))
	matched, err := regexp.MatchString("^"+expression+"$", path)
	return err == nil && matched
}

// check holds what CloudFront would refuse, and what would make a behaviour unreachable.
func check(list []Behavior, options Options) error {
	var problems []error
	quota := options.Quota
	if quota == 0 {
		quota = MaxBehaviors
	}
	if len(list) > quota {
		problems = append(problems, fmt.Errorf("%d behaviours: the distribution may have %d; have AWS raise the quota and say so in cacheBehaviors%s", len(list), quota, fewer(options)))
	}
	for _, session := range options.Sessions {
		if err := CheckPath(session); err != nil {
			problems = append(problems, fmt.Errorf("path %q: %w", session, err))
		}
	}
	if options.Pages {
		for _, pattern := range options.PagePaths {
			if err := CheckPage(pattern); err != nil {
				problems = append(problems, fmt.Errorf("page %q: %w", pattern, err))
			}
		}
	}
	seen := map[string]bool{}
	for _, b := range list {
		if !patternFormat.MatchString(b.PathPattern) || len(b.PathPattern) > maxPatternLength {
			problems = append(problems, fmt.Errorf("pattern %q: CloudFront takes letters, digits, _-.*$/~\"'@:+&? and up to %d of them", b.PathPattern, maxPatternLength))
		}
		if seen[b.PathPattern] {
			problems = append(problems, fmt.Errorf("pattern %q: named twice", b.PathPattern))
		}
		seen[b.PathPattern] = true
	}
	return errors.Join(problems...)
}

// fewer says how a shop comes by with fewer behaviours.
func fewer(options Options) string {
	if options.everything() {
		return fmt.Sprintf(", or name what is a page in pagePaths in place of %q: modules need no behaviours then", Default)
	}
	return ", or join paths that begin alike"
}
