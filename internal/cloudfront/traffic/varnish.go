package traffic

import (
	"context"
	_ "embed" // the rules
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/magestack/magestack/internal/varnish"
	"github.com/magestack/magestack/pkg/magento"
)

//go:embed magento.vcl
var rules string

// StartVarnish starts a varnishd with Magento's rules in front of a backend, such as http://127.0.0.1:8080, and gives what
// sends requests to it. It ends with the context. Its clock is the real one: of a trace that takes longer than it is
// replayed, it lets less expire than it would.
func StartVarnish(ctx context.Context, folder, backend string) (http.Handler, error) {
	at, err := url.Parse(backend)
	if err != nil {
		return nil, fmt.Errorf("backend of Varnish: %w", err)
	}
	file := filepath.Join(folder, "magento.vcl")
	text := strings.NewReplacer("BACKEND_HOST", at.Hostname(), "BACKEND_PORT", at.Port(),
		"TRACKING", strings.Join(magento.TrackingParameters(), "|")).Replace(rules)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return nil, fmt.Errorf("rules of Varnish: %w", err)
	}
	return varnish.StartFile(ctx, file, folder)
}
