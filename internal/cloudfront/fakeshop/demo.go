package fakeshop

import (
	"crypto/rand"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/magestack/magestack/pkg/magento"
)

//go:embed demo
var demoFiles embed.FS

// wholesaleVary stands for the hash of Magento's HTTP context of a customer who has logged in.
const wholesaleVary = "8bb2aa2c0e0c7ee2a4b0b3d7d5c7f7d0c1b5a6e9"

// Demo is a shop of a few pages to look at, for trying the local edge. Its customers are alice and bob, each with the name as
// password.
type Demo struct {
	pages *template.Template

	mu       sync.Mutex
	sessions map[string]*demoSession
	requests int
}

// demoSession is what a Demo knows of a visitor.
type demoSession struct {
	customer string
	cart     map[int]int
}

// product is something to buy.
type product struct {
	ID    int
	Name  string
	Price int
}

func products() []product {
	return []product{{1, "Erika running short", 45}, {2, "Juno jacket", 77}, {3, "Breathe-easy tank", 34}, {4, "Push-it messenger bag", 45}}
}

// NewDemo returns a Demo with its pages read.
func NewDemo() (*Demo, error) {
	pages, err := template.ParseFS(demoFiles, "demo/pages.html")
	if err != nil {
		return nil, fmt.Errorf("reading the pages of the demo shop: %w", err)
	}
	return &Demo{pages: pages, sessions: map[string]*demoSession{}}, nil
}

// Requests returns how many requests have reached the shop.
func (s *Demo) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// Handler returns what serves the routes that Magento would.
func (s *Demo) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.home)
	mux.HandleFunc("GET /product/{file}", s.product)
	mux.HandleFunc("GET /customer/account/login", s.login)
	mux.HandleFunc("POST /customer/account/loginPost", s.loginPost)
	mux.HandleFunc("GET /customer/account/logout", s.logout)
	mux.HandleFunc("GET /customer/section/load", s.sections)
	mux.HandleFunc("GET /checkout/cart/{$}", s.cart)
	mux.HandleFunc("POST /checkout/cart/add", s.add)
	mux.HandleFunc("GET /static/{file...}", s.static)
	mux.HandleFunc("GET /media/{file}", s.media)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests++
		s.mu.Unlock()
		w.Header().Set("Cache-Control", privatePage)
		mux.ServeHTTP(w, r)
	})
}

// visitor finds the session of a request and sends its cookie again, as Magento does on every page, or begins one.
func (s *Demo) visitor(w http.ResponseWriter, r *http.Request) *demoSession {
	id := ""
	if cookie, err := r.Cookie(magento.SessionCookie); err == nil {
		id = cookie.Value
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions[id] == nil {
		id = rand.Text()
		s.sessions[id] = &demoSession{cart: map[int]int{}}
	}
	http.SetCookie(w, &http.Cookie{Name: magento.SessionCookie, Value: id, Path: "/", HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode})
	return s.sessions[id]
}

// markPublic marks a page as Magento marks one whose layout may be cached.
func markPublic(w http.ResponseWriter, tags string) {
	w.Header().Set("Cache-Control", publicPage)
	w.Header().Set("Pragma", "cache")
	w.Header().Set(magento.TagsHeader, tags)
}

func (s *Demo) show(w http.ResponseWriter, page string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = s.pages.ExecuteTemplate(w, page, data) // the visitor may have gone
}

// wholesale reports whether a page is for customers of the group with other prices.
func (s *Demo) wholesale(visitor *demoSession) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return visitor.customer != ""
}

func (s *Demo) home(w http.ResponseWriter, r *http.Request) {
	wholesale := s.wholesale(s.visitor(w, r))
	markPublic(w, "store,cms_b")
	s.show(w, "home", map[string]any{"Products": products(), "Wholesale": wholesale})
}

func (s *Demo) product(w http.ResponseWriter, r *http.Request) {
	wholesale := s.wholesale(s.visitor(w, r))
	id, err := strconv.Atoi(strings.TrimSuffix(r.PathValue("file"), ".html"))
	if err != nil || id < 1 || id > len(products()) {
		http.NotFound(w, r)
		return
	}
	markPublic(w, fmt.Sprintf("cat_p_%d", id))
	s.show(w, "product", map[string]any{"Product": products()[id-1], "Wholesale": wholesale})
}

func (s *Demo) login(w http.ResponseWriter, r *http.Request) {
	s.visitor(w, r)
	s.show(w, "login", nil)
}

func (s *Demo) loginPost(w http.ResponseWriter, r *http.Request) {
	visitor := s.visitor(w, r)
	name := r.PostFormValue("username")
	if (name != "alice" && name != "bob") || r.PostFormValue("password") != name {
		http.Redirect(w, r, "https://"+r.Host+"/customer/account/login", http.StatusFound)
		return
	}
	s.mu.Lock()
	visitor.customer = name
	s.mu.Unlock()
	http.SetCookie(w, &http.Cookie{Name: magento.VaryCookie, Value: wholesaleVary, Path: "/", HttpOnly: true, Secure: true})
	http.Redirect(w, r, "https://"+r.Host+"/", http.StatusFound)
}

func (s *Demo) logout(w http.ResponseWriter, r *http.Request) {
	visitor := s.visitor(w, r)
	s.mu.Lock()
	visitor.customer, visitor.cart = "", map[int]int{}
	s.mu.Unlock()
	http.SetCookie(w, &http.Cookie{Name: magento.VaryCookie, Path: "/", MaxAge: -1})
	http.Redirect(w, r, "https://"+r.Host+"/", http.StatusFound)
}

// sections is the private content that the pages' script asks for.
func (s *Demo) sections(w http.ResponseWriter, r *http.Request) {
	visitor := s.visitor(w, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	count := 0
	for _, quantity := range visitor.cart {
		count += quantity
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{ // the visitor may have gone
		"customer": map[string]string{"firstname": visitor.customer}, "cart": map[string]int{"summary_count": count},
	})
}

func (s *Demo) cart(w http.ResponseWriter, r *http.Request) {
	visitor := s.visitor(w, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	type line struct {
		Name     string
		Quantity int
	}
	var lines []line
	for _, one := range products() {
		if visitor.cart[one.ID] > 0 {
			lines = append(lines, line{one.Name, visitor.cart[one.ID]})
		}
	}
	s.show(w, "cart", map[string]any{"Lines": lines, "Customer": visitor.customer})
}

func (s *Demo) add(w http.ResponseWriter, r *http.Request) {
	visitor := s.visitor(w, r)
	id, err := strconv.Atoi(r.PostFormValue("product"))
	if err != nil || id < 1 || id > len(products()) {
		http.NotFound(w, r)
		return
	}
	s.mu.Lock()
	visitor.cart[id]++
	s.mu.Unlock()
	http.Redirect(w, r, "https://"+r.Host+"/checkout/cart/", http.StatusFound)
}

func (s *Demo) static(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=31536000")
	name := r.PathValue("file")
	http.ServeFileFS(w, r, demoFiles, "demo/"+name[strings.LastIndex(name, "/")+1:])
}

// media draws a product's picture.
func (s *Demo) media(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(strings.TrimSuffix(r.PathValue("file"), ".svg"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000")
	w.Header().Set("Content-Type", "image/svg+xml")
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 80"><rect width="120" height="80" fill="hsl(%d 45%% 72%%)"/></svg>`, id*67%360)
}
