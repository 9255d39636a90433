package local

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"

	"github.com/magestack/magestack/internal/cloudfront/model"
)

// PagePath is where the server has its page. No route of Magento begins with it.
const PagePath = "/__edge"

const (
	// maxHeaderBytes and maxURLBytes are CloudFront's own (CloudFront Developer Guide, "Quotas": maximum length of a
	// request without its body, and of a URL).
	maxHeaderBytes = 32 << 10
	maxURLBytes    = 8 << 10

	headerTimeout = 10 * time.Second // for a request's header; CloudFront's is not documented
	idleTimeout   = 60 * time.Second // between the requests of a connection
	stallTimeout  = 30 * time.Second // for a viewer that neither sends nor takes in anything

	// maxConnections is more than browsers open, and less than a process may have files.
	maxConnections = 512

	// shutdownTimeout is how long requests may take to finish when the server stops.
	shutdownTimeout = 3 * time.Second
)

// Server is the local edge.
type Server struct {
	config   Config
	hosts    hosts
	edge     Edge
	recorder *recorder
	lessons  *lessons
	api      http.Handler
	slots    chan struct{}
	log      *slog.Logger
	closeAll func() error
}

// New makes a Server. log gets what went wrong behind the edge; nil for nobody.
func New(config Config, log *slog.Logger) (*Server, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	learned := newLessons()
	origins, closeAll, err := config.handlers(log, learned)
	if err != nil {
		return nil, err
	}
	s := &Server{
		config: config, recorder: newRecorder(), lessons: learned, slots: make(chan struct{}, config.Concurrency), log: log, closeAll: closeAll,
		hosts: hosts{shop: config.Hosts, host: config.Host, tls: config.Certificate != nil, backend: []string{config.Backend.Host}},
	}
	if config.BackendHost != "" {
		s.hosts.backend = append(s.hosts.backend, config.BackendHost)
	}
	s.edge, err = config.Edge(model.Options{
		Origins: origins, CacheBytes: config.CacheBytes, OriginTimeout: config.OriginTimeout,
		Observe: s.recorder.observe, Answer: tell, Plain: config.Certificate == nil,
	})
	if err != nil {
		return nil, errors.Join(err, closeAll())
	}
	s.api = s.page()
	return s, nil
}

// Serve answers on a listener until ctx ends, and finishes within seconds then.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	server.RegisterOnShutdown(s.recorder.close)
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() { stopped <- s.shutdown(server) })
	err := s.serve(server, netutil.LimitListener(listener, maxConnections))
	if stop() { // nobody asked it to end
		return errors.Join(fmt.Errorf("serving: %w", err), server.Close(), s.closeAll())
	}
	return errors.Join(<-stopped, s.closeAll())
}

func (s *Server) serve(server *http.Server, listener net.Listener) error {
	if s.config.Certificate == nil {
		return server.Serve(listener)
	}
	server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*s.config.Certificate}, MinVersion: tls.VersionTLS12}
	return server.ServeTLS(listener, "", "") // of the configuration
}

// shutdown lets requests finish for a while, and then cuts them off.
func (s *Server) shutdown(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	if err != nil {
		return fmt.Errorf("stopping the server: %w", err)
	}
	return nil
}

// ServeHTTP implements http.Handler: the page under its path, the shop everywhere else.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isPage(r.URL.Path) {
		s.api.ServeHTTP(w, r)
		return
	}
	if status, why := refusal(r); status != 0 {
		http.Error(w, why, status)
		return
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	default:
		w.Header().Set("Retry-After", "1")
		http.Error(w, "the local edge has too many requests at a time", http.StatusServiceUnavailable)
		return
	}
	s.serveShop(w, r)
}

// refusal gives the status of a request that no behaviour takes, larger than CloudFront allows or for a tunnel; 0 for none.
// net/http has refused what is far larger or malformed.
func refusal(r *http.Request) (status int, why string) {
	if r.Method == http.MethodConnect {
		return http.StatusMethodNotAllowed, "CloudFront makes no tunnels"
	}
	uri := len(r.RequestURI)
	if uri > maxURLBytes {
		return http.StatusRequestURITooLong, fmt.Sprintf("the URL has %d bytes; CloudFront takes %d", uri, maxURLBytes)
	}
	size := len(r.Method) + uri + len(r.Proto) + len("  \r\n") + len("Host: \r\n") + len(r.Host)
	for name, values := range r.Header {
		for _, value := range values {
			size += len(name) + len(": \r\n") + len(value)
		}
	}
	if size > maxHeaderBytes {
		return http.StatusRequestHeaderFieldsTooLarge, fmt.Sprintf("the request has %d bytes before its body; CloudFront takes %d", size, maxHeaderBytes)
	}
	return 0, ""
}
