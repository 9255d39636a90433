package varnish

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"

	"github.com/magestack/magestack/pkg/magento"
)

// Program is what has to be in the PATH.
const Program = "varnishd"

// Parameters are those of the StatefulSet (gitops/base/varnish): X-Magento-Tags may have 24 KiB, the contract's short-tags, and is
// kept with the page.
func Parameters() []string {
	return []string{
		"-s", "malloc,512m", "-p", "http_resp_hdr_len=32768", "-p", "http_resp_size=98304",
		"-p", "workspace_backend=262144", "-p", "workspace_client=262144",
	}
}

// MainFile is the VCL of a folder that includes the others.
const MainFile = "default.vcl"

// Daemon is a varnishd with the VCL of gitops/base/varnish.
type Daemon struct {
	HTTP  string // address for the load balancer's requests
	Purge string // address for Magento's purges
}

// host and port of the backend are all that is changed of the VCL.
var (
	host = regexp.MustCompile(`\.host = "[^"]*"`)
	port = regexp.MustCompile(`\.port = "[^"]*"`)
)

// Start starts varnishd with the VCL of a folder, of which default.vcl is the first, in front of a backend, such as
// http://127.0.0.1:8080, and ends it with the context. work is a folder for it alone. Its clock is the real one.
func Start(ctx context.Context, folder, work, backend string) (*Daemon, error) {
	at, err := url.Parse(backend)
	if err != nil {
		return nil, fmt.Errorf("backend of Varnish: %w", err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.vcl"))
	if err != nil {
		return nil, fmt.Errorf("rules of Varnish: %w", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("rules of Varnish: %w", err)
		}
		text = host.ReplaceAll(text, fmt.Appendf(nil, ".host = %q", at.Hostname()))
		text = port.ReplaceAll(text, fmt.Appendf(nil, ".port = %q", at.Port()))
		if err := os.WriteFile(filepath.Join(work, filepath.Base(file)), text, 0o600); err != nil {
			return nil, fmt.Errorf("rules of Varnish: %w", err)
		}
	}
	return start(ctx, filepath.Join(work, MainFile), work)
}

// start starts varnishd with a VCL that needs nothing changed.
func start(ctx context.Context, file, work string) (*Daemon, error) {
	addresses, err := freeAddresses(2)
	if err != nil {
		return nil, err
	}
	d := &Daemon{HTTP: addresses[0], Purge: addresses[1]}
	arguments := append([]string{
		"-F", "-j", "none", "-f", file, "-n", filepath.Join(work, "work"), "-p", "vcl_path=" + filepath.Dir(file),
		"-a", "http=" + d.HTTP + ",HTTP", "-a", "purge=" + d.Purge + ",HTTP",
	}, Parameters()...)
	command := exec.CommandContext(ctx, Program, arguments...)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	log, err := os.Create(filepath.Join(work, "log"))
	if err != nil {
		return nil, fmt.Errorf("log of Varnish: %w", err)
	}
	command.Stdout, command.Stderr = log, log
	if err := command.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting Varnish: %w", err), log.Close())
	}
	ended := make(chan error, 1)
	go func() { ended <- errors.Join(command.Wait(), log.Close()) }()
	if err := answers(ctx, d.HTTP, ended); err != nil {
		said, _ := os.ReadFile(log.Name()) // what it says helps, and is not what failed
		return nil, fmt.Errorf("varnish: %w\n%s", err, said)
	}
	return d, nil
}

func freeAddresses(count int) ([]string, error) {
	var addresses []string
	for range count {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("looking for a free port: %w", err)
		}
		defer listener.Close()
		addresses = append(addresses, listener.Addr().String())
	}
	return addresses, nil
}

// answers waits until something listens.
func answers(ctx context.Context, address string, ended <-chan error) error {
	const patience, pause = 30 * time.Second, 50 * time.Millisecond
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

// ServeHTTP sends a request to Varnish and hands the answer back.
func (d *Daemon) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	outgoing := r.Clone(r.Context())
	outgoing.URL.Scheme, outgoing.URL.Host, outgoing.RequestURI = "http", d.HTTP, ""
	outgoing.Host = r.Host
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
}

var transport = &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 4}

// PurgeTags asks for what Magento asks for when something changed.
func (d *Daemon) PurgeTags(ctx context.Context, pattern string) error {
	request, err := http.NewRequestWithContext(ctx, "PURGE", "http://"+d.Purge+"/", nil)
	if err != nil {
		return fmt.Errorf("purging: %w", err)
	}
	request.Header.Set(magento.PurgeHeader, pattern)
	response, err := transport.RoundTrip(request)
	if err != nil {
		return fmt.Errorf("purging: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("purging %s: %s", pattern, response.Status)
	}
	return nil
}
