package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/magestack/magestack/internal/cloudfront/local"
)

func main() {
	if err := runShop(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "shop:", err)
		os.Exit(1)
	}
}

// runShop runs a shop until it is interrupted.
func runShop(ctx context.Context, out io.Writer) (err error) {
	var o options
	flag.StringVar(&o.repository, "repository", "../..", "folder of the repository")
	flag.StringVar(&o.listen, "listen", "localhost:8443", "where the edge listens")
	flag.Parse()
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if o.work, err = os.MkdirTemp("", "shop"); err != nil { // short: the path of a socket has 108 bytes
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(o.work)) }()
	o.log = slog.New(slog.NewTextHandler(out, nil))
	o.log.Info("building magestack")
	if o.tool, err = buildTool(ctx, o.repository, o.work); err != nil {
		return err
	}
	s, err := start(ctx, o)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%s\nthe shop          %s/\nthe edge's page   %s%s\nwhat runs where   %s\nfiles and logs    %s\nends with         Ctrl-C\n",
		s.table(), s.edge, s.edge, local.PagePath, s.page.address(), s.work)
	<-ctx.Done()
	return s.stop()
}
