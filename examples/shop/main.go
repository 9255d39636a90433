// Command shop serves a small shop that behaves like Magento, to try the local edge with:
//
//	go run ./examples/shop &
//	go run ./cmd/magestack edge staging --origin http://localhost:8080
package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/magestack/magestack/internal/cloudfront/fakeshop"
)

func main() {
	listen := flag.String("listen", "localhost:8080", "address to listen on")
	flag.Parse()
	shop, err := fakeshop.NewDemo()
	if err == nil {
		fmt.Printf("the shop itself, without an edge: http://%s/\n", *listen)
		server := &http.Server{Addr: *listen, Handler: shop.Handler(), ReadHeaderTimeout: 10 * time.Second}
		err = server.ListenAndServe()
	}
	fmt.Fprintln(os.Stderr, "serving the shop:", err)
	os.Exit(1)
}
