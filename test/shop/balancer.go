package main

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"time"
)

// service stands for a ClusterIP: each connection goes to one of the pods, and to the next where that does not listen.
type service struct {
	listener net.Listener
	pods     []string
	next     atomic.Uint64
}

func newService(pods []string) (*service, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &service{listener: listener, pods: pods}
	go s.serve()
	return s, nil
}

func (s *service) address() string { return s.listener.Addr().String() }

func (s *service) serve() {
	for {
		connection, err := s.listener.Accept()
		if err != nil {
			return // closed
		}
		go s.forward(connection)
	}
}

func (s *service) forward(client net.Conn) {
	defer client.Close()
	for range s.pods {
		pod, err := net.DialTimeout("tcp", s.pods[s.next.Add(1)%uint64(len(s.pods))], time.Second)
		if err != nil {
			continue
		}
		defer pod.Close()
		go func() {
			_, _ = io.Copy(pod, client) // either may go at any time
			_ = pod.(*net.TCPConn).CloseWrite()
		}()
		_, _ = io.Copy(client, pod)
		return
	}
}

// balancer stands for the load balancer: it ends TLS, says so, takes X-Forwarded-For off, and asks one target after another.
type balancer struct {
	server   *http.Server
	listener net.Listener
	targets  []*url.URL
	next     atomic.Uint64
}

func newBalancer(targets []string, files pair) (*balancer, error) {
	certificate, err := files.load()
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &balancer{listener: listener}
	for _, target := range targets {
		b.targets = append(b.targets, &url.URL{Scheme: "http", Host: target})
	}
	proxy := &httputil.ReverseProxy{
		Transport:     &http.Transport{DisableCompression: true},
		FlushInterval: -1,
		ErrorLog:      slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		Rewrite: func(r *httputil.ProxyRequest) {
			target := b.targets[b.next.Add(1)%uint64(len(b.targets))]
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.URL.RawQuery, r.Out.Host = target.Scheme, target.Host, r.In.URL.RawQuery, r.In.Host
			r.Out.Header.Set("X-Forwarded-Proto", "https")
			r.Out.Header.Set("X-Forwarded-Port", "443")
		},
	}
	b.server = &http.Server{
		Handler: proxy, ReadHeaderTimeout: time.Minute, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12},
	}
	go func() { _ = b.server.ServeTLS(listener, "", "") }() // until it is closed
	return b, nil
}

// address is where it answers.
func (b *balancer) address() string { return "https://" + b.listener.Addr().String() }

func (b *balancer) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	return errors.Join(b.server.Shutdown(ctx), b.server.Close())
}
