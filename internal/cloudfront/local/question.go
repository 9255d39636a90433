package local

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Question is a request that nobody sends: what would the edge do with it?
type Question struct {
	Method  string   `json:"method"` // empty for GET
	URL     string   `json:"url"`    // with or without scheme and host
	Cookies []string `json:"cookies"`
	Headers []string `json:"headers"` // such as "Accept-Language: de"
}

// ParseQuestion reads "GET https://shop.example.com/x" or a URL alone.
func ParseQuestion(text string) Question {
	fields := strings.Fields(text)
	if len(fields) == 2 {
		return Question{Method: fields[0], URL: fields[1]}
	}
	return Question{URL: strings.TrimSpace(text)}
}

// Ask explains a question without a server, on the names of the shop.
func Ask(edge Edge, names []string, question Question) (Explanation, error) {
	if len(names) == 0 {
		return Explanation{}, errors.New("the distribution has no alternate domain name")
	}
	request, err := question.request(hosts{shop: names, host: names[0], tls: true})
	if err != nil {
		return Explanation{}, err
	}
	return explain(edge.Explain(request)), nil
}

// request makes the request that a browser would send, and names all that is wrong with the question.
func (q Question) request(names hosts) (*http.Request, error) {
	var problems []error
	target, err := q.target(names)
	if err != nil {
		problems = append(problems, err)
	}
	method := strings.ToUpper(q.Method)
	if method == "" {
		method = http.MethodGet
	}
	if !httpguts.ValidHeaderFieldName(method) {
		problems = append(problems, fmt.Errorf("method %q: must be a word such as GET", q.Method))
	}
	header := http.Header{}
	for _, line := range q.Headers {
		name, value, found := strings.Cut(line, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !found || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
			problems = append(problems, fmt.Errorf("header %q: must be like 'Accept-Language: de'", line))
			continue
		}
		header.Add(name, value)
	}
	for _, cookie := range q.Cookies {
		name, _, found := strings.Cut(cookie, "=")
		if !found || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(cookie) || strings.Contains(cookie, ";") {
			problems = append(problems, fmt.Errorf("cookie %q: must be like 'store=de'", cookie))
			continue
		}
	}
	if len(q.Cookies) > 0 {
		header.Add("Cookie", strings.Join(q.Cookies, "; "))
	}
	host := header.Get("Host")
	header.Del("Host")
	if host == "" && target != nil {
		host = target.Host
	}
	if host != "" && !names.standsForShop(host) {
		problems = append(problems, fmt.Errorf("host %q: must be one of %s or localhost: CloudFront answers 403 to others",
			host, strings.Join(names.shop, ", ")))
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	uri := target.RequestURI()
	// What is asked at this machine is asked of the shop, and the local edge answers as though it had come with TLS.
	var encrypted *tls.ConnectionState
	if target.Scheme == "https" || !slices.Contains(names.shop, strings.ToLower(hostname(host))) {
		encrypted = &tls.ConnectionState{}
	}
	request := &http.Request{
		TLS:    encrypted,
		Method: method, Host: host, Header: header, Body: http.NoBody, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		RequestURI: uri, RemoteAddr: "127.0.0.1:0",
		URL: &url.URL{Path: target.Path, RawPath: target.RawPath, RawQuery: target.RawQuery, ForceQuery: target.ForceQuery},
	}
	return names.request(request), nil
}

// target reads the URL as a server would that gets it on a request line.
func (q Question) target(names hosts) (*url.URL, error) {
	text := strings.TrimSpace(q.URL)
	if strings.HasPrefix(text, "/") {
		text = "https://" + names.host + text
	}
	target, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("url %q: %w", q.URL, errors.Unwrap(err))
	}
	if (target.Scheme != "http" && target.Scheme != "https") || target.Host == "" {
		return nil, fmt.Errorf("url %q: must be like https://%s/women.html or /women.html", q.URL, names.host)
	}
	target.Fragment, target.RawFragment = "", ""
	if target.Path == "" {
		target.Path = "/"
	}
	return target, nil
}
