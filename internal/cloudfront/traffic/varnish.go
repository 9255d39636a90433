package traffic

import (
	"context"
	_ "embed" // the rules
	"fmt"
	"net/http"
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
	work, err := os.MkdirTemp(folder, "varnish")
	if err != nil {
		return nil, fmt.Errorf("rules of Varnish: %w", err)
	}
	text := strings.ReplaceAll(rules, "TRACKING", strings.Join(magento.TrackingParameters(), "|"))
	if err := os.WriteFile(filepath.Join(folder, varnish.MainFile), []byte(text), 0o600); err != nil {
		return nil, fmt.Errorf("rules of Varnish: %w", err)
	}
	return varnish.Start(ctx, folder, work, backend)
}
