package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
)

// buildTool builds magestack, whose local edge stands in front. It takes minutes where nothing of it has been built before.
func buildTool(ctx context.Context, repository, work string) (string, error) {
	tool := filepath.Join(work, "magestack")
	command := exec.CommandContext(ctx, "go", "build", "-o", tool, "./cmd/magestack")
	command.Dir = repository
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building magestack: %w\n%s", err, output)
	}
	return tool, nil
}

// startEdge starts magestack edge with the distribution of the environment. Its origin is the load balancer, whose authority it
// trusts by the variable of Go's crypto/x509, and its bucket of media is a folder.
func (s *shop) startEdge(ctx context.Context) error {
	s.log.Info("starting the edge")
	_, port, err := net.SplitHostPort(s.listen)
	if err != nil {
		return fmt.Errorf("-listen %q: must be like localhost:8443: %w", s.listen, err)
	}
	edge, err := launch{
		name: "edge", what: "magestack edge, in CloudFront's place", path: s.tool, folder: s.work, directory: s.repository, address: s.listen,
		arguments: []string{
			"edge", environment, "--origin", s.balancer.address(), "--listen", s.listen, "--tls",
			"--media", filepath.Join("test", "shop", "media"),
		},
		environment: append(os.Environ(), "SSL_CERT_FILE="+s.stores.authority.file()),
	}.start(ctx)
	if err != nil {
		return err
	}
	s.running = append(s.running, edge)
	s.edge = "https://localhost:" + port
	return nil
}
