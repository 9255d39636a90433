package local

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// wireOrigin answers every request with 200 and keeps what arrived as bytes.
type wireOrigin struct {
	listener net.Listener
	mu       sync.Mutex
	heads    []string
	bodies   []string
}

func newWireOrigin(t *testing.T) *wireOrigin {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	origin := &wireOrigin{listener: listener}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go origin.answer(connection)
		}
	}()
	t.Cleanup(func() { _ = listener.Close() })
	return origin
}

func (o *wireOrigin) answer(connection net.Conn) {
	defer func() { _ = connection.Close() }()
	var head strings.Builder
	reader := bufio.NewReader(connection)
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			return
		}
		head.WriteString(line)
		if line == "\r\n" {
			break
		}
	}
	request, err := http.ReadRequest(bufio.NewReader(io.MultiReader(strings.NewReader(head.String()), reader)))
	if err != nil {
		return
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return
	}
	o.mu.Lock()
	o.heads, o.bodies = append(o.heads, head.String()), append(o.bodies, string(body))
	o.mu.Unlock()
	_, _ = io.WriteString(connection, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
}

// send writes bytes to a server and gives the status of the first answer, 0 if the connection ends without one.
func send(t *testing.T, address, raw string) int {
	t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	require.NoError(t, err)
	defer func() { _ = connection.Close() }()
	_, _ = io.WriteString(connection, raw) // a server may hang up before it has read all
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}

func TestRequestsThatTwoServersReadDifferentlyAreRefused(t *testing.T) {
	const host = "Host: localhost\r\n"
	for name, raw := range map[string]string{
		"two lengths":              "POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
		"a list of lengths":        "POST / HTTP/1.1\r\n" + host + "Content-Length: 3, 4\r\n\r\nabcd",
		"a signed length":          "POST / HTTP/1.1\r\n" + host + "Content-Length: +3\r\n\r\nabc",
		"a length with a blank":    "POST / HTTP/1.1\r\n" + host + "Content-Length : 3\r\n\r\nabc",
		"an unknown coding":        "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
		"two codings":              "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
		"a coding twice":           "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
		"a header without a colon": "GET / HTTP/1.1\r\n" + host + "X-Long\r\n\r\n",
		"a control character":      "GET / HTTP/1.1\r\n" + host + "X-Long: a\x00b\r\n\r\n",
		"a bare return":            "GET / HTTP/1.1\r\n" + host + "X-Long: a\rb\r\n\r\n",
		"a method of punctuation":  "G<>T / HTTP/1.1\r\n" + host + "\r\n",
		"no host":                  "GET / HTTP/1.1\r\n\r\n",
		"two hosts":                "GET / HTTP/1.1\r\n" + host + "Host: shop.example.com\r\n\r\n",
		"a host with a path":       "GET / HTTP/1.1\r\nHost: localhost/x\r\n\r\n",
		"a blank in the target":    "GET /a b HTTP/1.1\r\n" + host + "\r\n",
		"another version":          "GET / HTTP/3.7\r\n" + host + "\r\n",
		"a tunnel":                 "CONNECT shop.example.com:443 HTTP/1.1\r\n" + host + "\r\n",
		"a long URL":               "GET /" + strings.Repeat("a", maxURLBytes) + " HTTP/1.1\r\n" + host + "\r\n",
		"a large header":           "GET / HTTP/1.1\r\n" + host + "Cookie: " + strings.Repeat("a", maxHeaderBytes) + "\r\n\r\n",
		"a very large header":      "GET / HTTP/1.1\r\n" + host + "Cookie: " + strings.Repeat("a", 4*maxHeaderBytes) + "\r\n\r\n",
		"many headers":             "GET / HTTP/1.1\r\n" + host + strings.Repeat("X-Some: 1\r\n", 5000) + "\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			origin := newWireOrigin(t)
			_, address := start(t, configFor(t, "http://"+origin.listener.Addr().String()))
			status := send(t, address, raw)
			assert.Truef(t, status == 0 || status >= 400, "status %d", status)
			origin.mu.Lock()
			defer origin.mu.Unlock()
			assert.Empty(t, origin.heads, "the origin heard of it")
		})
	}
}

// What the standard allows to be put right instead (RFC 9112, 5.2 and 6.3) reaches the origin in one reading.
func TestBodiesArriveUnderOneFraming(t *testing.T) {
	for name, raw := range map[string]string{
		"a length":        "Content-Length: 3\r\n\r\nabc",
		"the same twice":  "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
		"chunks":          "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n",
		"both":            "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
		"a folded coding": "Transfer-Encoding:\r\n chunked\r\nContent-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
		"a folded header": "X-Long: a\r\n\tb\r\n c\r\nContent-Length: 3\r\n\r\nabc",
		"a hop's headers": "Connection: X-Gone\r\nX-Gone: 1\r\nTE: deflate\r\nContent-Length: 3\r\n\r\nabc",
	} {
		t.Run(name, func(t *testing.T) {
			origin := newWireOrigin(t)
			_, address := start(t, configFor(t, "http://"+origin.listener.Addr().String()))
			require.Equal(t, 200, send(t, address, "POST /x HTTP/1.1\r\nHost: localhost\r\n"+raw))
			origin.mu.Lock()
			defer origin.mu.Unlock()
			require.Len(t, origin.heads, 1)
			framings := strings.Count(origin.heads[0], "Content-Length:") + strings.Count(origin.heads[0], "Transfer-Encoding:")
			assert.Equal(t, 1, framings, fmt.Sprintf("%q", origin.heads[0]))
			assert.Equal(t, "abc", origin.bodies[0])
			assert.NotContains(t, origin.heads[0], "X-Gone")
			assert.NotRegexp(t, `\r\n[ \t]`, origin.heads[0])
		})
	}
}
