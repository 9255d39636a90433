package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/magestack/magestack/internal/cloudfront/local"
)

//go:embed page.html
var pageText string

// page shows what runs where, and changes what is worth looking at: PHP stops and comes back, and a price changes.
type page struct {
	shop     *shop
	template *template.Template
	listener net.Listener
	server   *http.Server
}

// startPage serves the page, on loopback alone.
func (s *shop) startPage(context.Context) error {
	parsed, err := template.New("page").Parse(pageText)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	p := &page{shop: s, template: parsed, listener: listener}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.show)
	mux.HandleFunc("POST /php/stop", p.stopPHP)
	mux.HandleFunc("POST /php/start", p.startPHP)
	mux.HandleFunc("POST /price", p.price)
	p.server = &http.Server{
		Handler: p.guarded(http.NewCrossOriginProtection().Handler(mux)), ReadHeaderTimeout: time.Minute,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	go func() { _ = p.server.Serve(listener) }() // until it is closed
	s.page = p
	return nil
}

func (p *page) address() string { return "http://" + p.listener.Addr().String() + "/" }

// guarded answers under its own address alone: a name that leads to this machine may be any site's (DNS rebinding).
func (p *page) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != p.listener.Addr().String() {
			http.Error(w, fmt.Sprintf("this page is at %s", p.address()), http.StatusForbidden)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		next.ServeHTTP(w, r)
	})
}

func (p *page) show(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = p.template.Execute(w, map[string]any{ // the browser may have gone
		"Shop": p.shop.edge, "Edge": p.shop.edge + local.PagePath, "Work": p.shop.work, "Parts": p.shop.parts(),
	})
}

func (p *page) stopPHP(w http.ResponseWriter, r *http.Request) {
	p.shop.php.stop()
	p.done(w, r, nil)
}

func (p *page) startPHP(w http.ResponseWriter, r *http.Request) {
	p.done(w, r, p.shop.startPHP(r.Context()))
}

func (p *page) price(w http.ResponseWriter, r *http.Request) {
	product, err := strconv.Atoi(r.PostFormValue("product"))
	price, unread := strconv.ParseFloat(r.PostFormValue("price"), 64)
	if err = errors.Join(err, unread); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	p.done(w, r, p.shop.magento(r.Context(), "catalog:product:price", strconv.Itoa(product), strconv.FormatFloat(price, 'f', 2, 64)))
}

func (p *page) done(w http.ResponseWriter, r *http.Request, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// part is something that runs. Its log is below the shop's folder.
type part struct {
	Name, What, Address, Log string
	Process                  int
	Running                  bool
}

// parts are what runs, in the order of a request: the edge first, and the stores last.
func (s *shop) parts() []part {
	var all []part
	add := func(processes ...*process) {
		for _, p := range processes {
			all = append(all, part{p.name, p.what, s.below(p.address), s.below(p.log), p.command.Process.Pid, p.running()})
		}
	}
	own := func(name, what, address string) {
		all = append(all, part{name, what, address, "", os.Getpid(), true})
	}
	started := slices.Clone(s.running)
	slices.Reverse(started)
	add(started...)
	own("balancer", "load balancer, in place of the ALB: it ends TLS", s.balancer.address())
	own("service", "ClusterIP of the web pods, which Varnish asks", s.service.address())
	own("kubernetes", "API of the one object that a pod changes, played", s.api.address)
	add(s.php.processes()...)
	add(s.stores.processes...)
	return all
}

// below shortens a path below the shop's folder.
func (s *shop) below(path string) string { return strings.TrimPrefix(path, s.work+"/") }

// table prints what the page shows, for a terminal.
func (s *shop) table() string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, p := range s.parts() {
		fmt.Fprintf(w, "%s\t%s\t%s\n", p.Name, p.Address, p.What)
	}
	_ = w.Flush() // into memory
	return text.String()
}
