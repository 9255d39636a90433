package local

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"
)

// Origin is one of the distribution's, as far as a place on this machine must be found for it.
type Origin struct {
	ID     string
	Bucket bool // of S3; a load balancer otherwise
}

const (
	// connectTimeout is for one attempt; CloudFront makes three of up to ten seconds (CloudFront Developer Guide,
	// "Connection timeout"), which nobody waits for at a desk.
	connectTimeout = 3 * time.Second

	// maxIdleConnections keeps what a busy edge uses open and no more.
	maxIdleConnections = 64
)

// handlers answers for every origin of the distribution. What they hold open is closed by the function they come with.
func (c Config) handlers(log *slog.Logger, lessons *lessons) (map[string]http.Handler, func() error, error) {
	proxies := map[string]http.Handler{}
	transport := newTransport()
	proxyTo := func(backend *url.URL) http.Handler {
		if proxies[backend.String()] == nil {
			proxies[backend.String()] = c.proxy(backend, transport, log, lessons)
		}
		return proxies[backend.String()]
	}
	closeAll := func() error { transport.CloseIdleConnections(); return nil }

	var media http.Handler
	if c.Media != "" {
		folder, err := openMedia(c.Media)
		if err != nil {
			return nil, nil, err
		}
		media = folder
		closeAll = func() error { transport.CloseIdleConnections(); return folder.Close() }
	}
	byID := map[string]http.Handler{}
	for _, origin := range c.Origins {
		backend, of := c.Backends[origin.ID]
		handler := media
		switch {
		case of:
			handler = proxyTo(backend)
		case !origin.Bucket || media == nil:
			handler = proxyTo(c.Backend)
		}
		if origin.Bucket {
			handler = withObjects(c.Objects, handler)
		}
		byID[origin.ID] = handler
	}
	return byID, closeAll, nil
}

// newTransport asks for exactly what the edge forwards: no compression of its own, no proxy of the machine's, no HTTP/2,
// which CloudFront does not speak to origins, either.
func newTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: connectTimeout, KeepAlive: 30 * time.Second}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    connectTimeout,
		MaxIdleConnsPerHost:    maxIdleConnections,
		IdleConnTimeout:        5 * time.Second, // CloudFront's default ("Keep-alive timeout")
		MaxResponseHeaderBytes: maxHeaderBytes,
		DisableCompression:     true,
		Protocols:              http1(),
	}
}

func http1() *http.Protocols {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return protocols
}

// proxy stands for the load balancer: what the edge forwards goes on as it is, with the headers that a load balancer adds and
// without the address that it removes (Elastic Load Balancing, "HTTP headers and Application Load Balancers").
func (c Config) proxy(backend *url.URL, transport *http.Transport, log *slog.Logger, lessons *lessons) http.Handler {
	reached := &reach{backend: backend.String(), log: log}
	scheme, port := "http", "80"
	if c.Certificate != nil {
		scheme, port = "https", "443"
	}
	reverse := &httputil.ReverseProxy{
		Transport:     transport,
		FlushInterval: -1, // at once: server-sent events and long exports are read as they come
		ErrorLog:      slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = backend.Scheme, backend.Host
			r.Out.URL.RawQuery = r.In.URL.RawQuery // ReverseProxy drops what it cannot parse; the key has it
			r.Out.Host = r.In.Host
			if c.BackendHost != "" && hostname(r.In.Host) == c.Host {
				r.Out.Host = c.BackendHost
			}
			// X-Forwarded-For is off already: Rewrite has it so.
			r.Out.Header.Set("X-Forwarded-Proto", scheme)
			r.Out.Header.Set("X-Forwarded-Port", port)
		},
		ModifyResponse: func(response *http.Response) error {
			reached.answers()
			return lessons.judge(response)
		},
		ErrorHandler: func(_ http.ResponseWriter, r *http.Request, err error) {
			log.Debug("origin did not answer", "origin", backend.String(), "path", r.URL.Path, "error", err)
			if r.Context().Err() == nil { // the viewer is still there
				reached.fails(err)
			}
			panic(http.ErrAbortHandler)
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// ReverseProxy tells of a body that ends too early only where it believes that a server would hear it.
		if r.Context().Value(http.ServerContextKey) == nil {
			r = r.WithContext(context.WithValue(r.Context(), http.ServerContextKey, &http.Server{}))
		}
		reverse.ServeHTTP(w, r)
	})
}
