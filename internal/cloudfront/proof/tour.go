package proof

import (
	"net/http"
	"slices"
	"strings"

	"github.com/magestack/magestack/pkg/magento"
)

// Tour has a guest with a cart go to every route that a session decides, and to further ones, in every way of writing
// it. He is the visitor whom a path that is taken for a page hurts: nothing but the session tells him from others.
func Tour(host string, also ...string) []Step {
	steps := []Step{{Who: "guest", Method: http.MethodPost, Host: host, Path: "/checkout/cart/add"}}
	for _, path := range decided(also) {
		steps = append(steps, Step{Who: "guest", Method: http.MethodGet, Host: host, Path: path, Known: true})
	}
	return steps
}

// decided lists the paths of all routes that a session decides.
func decided(also []string) []string {
	var paths []string
	everywhere := func(name string) {
		for _, before := range []string{"", "/fr", "/index.php", "/index.php/fr"} {
			paths = append(paths, before+"/"+name, before+"/"+name+"/x")
		}
	}
	for _, route := range magento.Routes() {
		if route.Kind == magento.EntryPoint && route.Audience != magento.Static {
			paths = append(paths, "/"+route.Name, "/"+route.Name+"/x")
			continue
		}
		for _, name := range route.Decided() {
			everywhere(name)
		}
	}
	for _, name := range also {
		everywhere(strings.Trim(name, "/"))
		paths = append(paths, "/"+strings.Trim(name, "/")+"/x.html")
	}
	// What ends like a page is none below index.php.
	paths = append(paths, "/index.php/customer/x.html")
	return append(slices.Compact(paths), magento.CaptchaPictures+"base/x.png")
}
