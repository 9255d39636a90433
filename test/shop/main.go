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
	flag.Parse()
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if o.work, err = os.MkdirTemp("", "shop"); err != nil { // short: the path of a socket has 108 bytes
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(o.work)) }()
	o.log = slog.New(slog.NewTextHandler(out, nil))
	s, err := start(ctx, o)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "the load balancer  %s\nends with          Ctrl-C\n", s.balancer.address())
	<-ctx.Done()
	return s.stop()
}
