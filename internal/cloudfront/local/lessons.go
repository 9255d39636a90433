package local

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/magestack/magestack/pkg/cdn/edge/behaviors"
	"github.com/magestack/magestack/pkg/magento"
)

// maxLessons bounds what visitors can make the edge remember.
const maxLessons = 200

// lessons are what answers of the origin show of settings that are missing.
type lessons struct {
	mu       sync.Mutex
	sessions map[string]string // what was taken off, by the path that belongs into sessionPaths
	pages    map[string]bool   // paths that belong into pagePaths
}

func newLessons() *lessons { return &lessons{sessions: map[string]string{}, pages: map[string]bool{}} }

// Lessons are what a server has learned of the settings.
type Lessons struct {
	SessionPaths []string // modules that lost a cookie or a session
	PagePaths    []string // pages that Magento lets be kept, and no pattern matches
	Why          []string // a line for each
}

// Lessons tells what was learned so far.
func (s *Server) Lessons() Lessons { return s.lessons.told() }

func (l *lessons) told() Lessons {
	l.mu.Lock()
	defer l.mu.Unlock()
	told := Lessons{SessionPaths: slices.Sorted(maps.Keys(l.sessions)), PagePaths: slices.Sorted(maps.Keys(l.pages))}
	for _, path := range told.SessionPaths {
		told.Why = append(told.Why, l.sessions[path])
	}
	for _, path := range told.PagePaths {
		told.Why = append(told.Why, "not kept: "+path+" says public, and no pattern of pagePaths matches it")
	}
	return told
}

// learn looks at what the edge takes off an answer, and at what it does not keep. Of a page that may be kept nobody needs the
// cookies: Magento sends the session's with every page. Where the answer must not be kept, or something was sent, they are what
// a module works by.
func (l *lessons) learn(a magento.Answer) []string {
	path := a.Request.URL.Path
	if !mayBeKept(a.Request) {
		if a.Request.Method == http.MethodGet && a.Status == http.StatusOK && a.HTML() && a.Public() && !decided(path) {
			l.add(func() { l.pages[path] = true })
		}
		return nil
	}
	reading := a.Request.Method == http.MethodGet || a.Request.Method == http.MethodHead
	names := cookieNames(a)
	module := moduleOf(path)
	if module == "" || len(names) == 0 || reading && a.Public() || a.Status >= http.StatusBadRequest || a.Status == http.StatusMovedPermanently {
		return nil
	}
	said := fmt.Sprintf("set-cookie removed: /%s is not in sessionPaths (%s)", module, strings.Join(names, ", "))
	if a.Request.Header.Get(magento.ScopeHeader) == magento.SharedScope {
		said = fmt.Sprintf("session withheld, set-cookie removed: /%s is not in sessionPaths (%s)", module, strings.Join(names, ", "))
	}
	l.add(func() { l.sessions[module] = said })
	return []string{said}
}

func (l *lessons) add(note func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.sessions)+len(l.pages) < maxLessons {
		note()
	}
}

func cookieNames(a magento.Answer) []string {
	names := map[string]bool{}
	for _, c := range (&http.Response{Header: a.Header}).Cookies() {
		names[c.Name] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// decided reports whether a session decides what is under a path, as far as Magento's routes tell.
func decided(path string) bool {
	route, found := magento.FindRoute(path)
	return found && route.Audience != magento.Public || slices.ContainsFunc(route.Sessions, func(s string) bool {
		return strings.HasPrefix(strings.TrimPrefix(path, "/"), s)
	})
}

// storeCode is what stores are called that have their code in URLs: a language, and a country perhaps.
var storeCode = regexp.MustCompile(`^[a-z]{2}([_-][a-zA-Z]{2})?$`)

// moduleOf is the front name in a path, as sessionPaths may have it; empty for a path that has none.
func moduleOf(path string) string {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	for len(segments) > 1 && (segments[0] == "index.php" || storeCode.MatchString(segments[0])) {
		segments = segments[1:]
	}
	if behaviors.CheckPath(segments[0]) != nil {
		return ""
	}
	return segments[0]
}
