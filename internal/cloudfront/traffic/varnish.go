package traffic

import (
	"context"
	_ "embed" // the rules
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/magestack/magestack/pkg/magento"
)

//go:embed magento.vcl
var rules string

// VarnishProgram is what has to be in the PATH.
const VarnishProgram = "varnishd"

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
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, VarnishProgram, "-F", "-a", address, "-f", file, "-n", filepath.Join(folder, "work"), "-s", "malloc,512m", "-j", "none")
	output := &strings.Builder{}
	command.Stdout, command.Stderr = output, output
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("starting Varnish: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	if err := answers(ctx, address, ended); err != nil {
		return nil, fmt.Errorf("varnish: %w\n%s", err, output)
	}
	return through(address), nil
}

func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("looking for a free port: %w", err)
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}

// answers waits until something listens.
func answers(ctx context.Context, address string, ended <-chan error) error {
	const patience, pause = 20 * time.Second, 50 * time.Millisecond
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	again := time.NewTicker(pause)
	defer again.Stop()
	for {
		select {
		case err := <-ended:
			return fmt.Errorf("ended at once: %w", err)
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline.C:
			return fmt.Errorf("does not answer at %s", address)
		case <-again.C:
			if connection, err := net.DialTimeout("tcp", address, pause); err == nil {
				return connection.Close()
			}
		}
	}
}

// through sends requests to an address and hands the answers back.
func through(address string) http.Handler {
	transport := &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 4}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		outgoing := r.Clone(r.Context())
		outgoing.URL.Scheme, outgoing.URL.Host, outgoing.RequestURI = "http", address, ""
		response, err := transport.RoundTrip(outgoing)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer response.Body.Close()
		for name, values := range response.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(response.StatusCode)
		_, _ = io.Copy(w, response.Body) // whoever asked may be gone
	})
}
