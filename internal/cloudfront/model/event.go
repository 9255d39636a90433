package model

import (
	"fmt"
	"net/http"
	"net/textproto"
	"strings"

	"github.com/dop251/goja"
)

// requestEvent is what CloudFront gives a function (CloudFront Developer Guide, "CloudFront Functions event structure").
func (i *instance) requestEvent(e *Edge, m *message, id string) (*goja.Object, error) {
	request := i.vm.NewObject()
	cookies, err := i.values(m.cookies)
	if err != nil {
		return nil, err
	}
	queries, err := i.values(m.queries)
	if err != nil {
		return nil, err
	}
	headers := i.vm.NewObject()
	if err := headers.Set("host", i.single(m.host)); err != nil {
		return nil, err
	}
	for name, values := range m.header {
		if lower := strings.ToLower(name); !isHidden(lower) {
			if err := headers.Set(lower, i.single(strings.Join(values, ","))); err != nil {
				return nil, err
			}
		}
	}
	context := i.vm.NewObject()
	viewer := i.vm.NewObject()
	event := i.vm.NewObject()
	for _, property := range []struct {
		of    *goja.Object
		name  string
		value any
	}{
		{request, "method", m.method}, {request, "uri", m.path}, {request, "querystring", queries}, {request, "headers", headers}, {request, "cookies", cookies},
		{context, "distributionDomainName", e.distribution.DomainName}, {context, "distributionId", e.distribution.ID},
		{context, "eventType", "viewer-request"}, {context, "requestId", id}, {viewer, "ip", m.ip},
		{event, "version", "1.0"}, {event, "context", context}, {event, "viewer", viewer}, {event, "request", request},
	} {
		if err := property.of.Set(property.name, property.value); err != nil {
			return nil, err
		}
	}
	return event, nil
}

func (i *instance) single(value string) *goja.Object {
	object := i.vm.NewObject()
	// Setting a property of a fresh object cannot fail.
	_ = object.Set("value", value)
	return object
}

// values is cookies or query parameters by their names; one that comes more than once has all its values in multiValue,
// and the last in value.
func (i *instance) values(pairs []pair) (*goja.Object, error) {
	object := i.vm.NewObject()
	for at, p := range pairs {
		many := []any{}
		for _, other := range pairs {
			if other.name == p.name {
				many = append(many, i.single(other.value))
			}
		}
		if len(many) > 1 && namedBefore(pairs[:at], p.name) {
			continue
		}
		value := i.single(p.value)
		if len(many) > 1 {
			value = many[len(many)-1].(*goja.Object)
			clone := i.single(value.Get("value").String())
			if err := clone.Set("multiValue", many); err != nil {
				return nil, err
			}
			value = clone
		}
		if err := object.Set(p.name, value); err != nil {
			return nil, err
		}
	}
	return object, nil
}

func namedBefore(pairs []pair, name string) bool {
	for _, p := range pairs {
		if p.name == name {
			return true
		}
	}
	return false
}

// readRequest takes over what a function left of a request. Headers that it must not touch make CloudFront answer 502.
func (i *instance) readRequest(left *goja.Object, m *message) error {
	header := http.Header{}
	i.readHeaders(left, header)
	for name, values := range m.header {
		if isHidden(strings.ToLower(name)) {
			header[name] = values
		}
	}
	for name := range header {
		if isHidden(strings.ToLower(name)) && m.header.Get(name) == "" {
			return fmt.Errorf("a function sets %s, which it must not", name)
		}
	}
	for _, name := range readOnly {
		before := m.header.Get(name)
		if name == "host" {
			before = m.host
		}
		if header.Get(name) != before {
			return fmt.Errorf("a function changes %s, which is read-only", name)
		}
	}
	header.Del("Host")
	m.header = header
	if uri := left.Get("uri"); uri != nil {
		m.path = uri.String()
	}
	m.cookies = i.readValues(left.Get("cookies"))
	queries := i.readValues(left.Get("querystring"))
	m.changed = m.changed || !samePairs(queries, m.queries)
	m.queries = queries
	return nil
}

func samePairs(a, b []pair) bool {
	if len(a) != len(b) {
		return false
	}
	for at := range a {
		if a[at].name != b[at].name || a[at].value != b[at].value {
			return false
		}
	}
	return true
}

func (i *instance) readHeaders(of *goja.Object, into http.Header) {
	headers := of.Get("headers")
	if headers == nil || goja.IsUndefined(headers) {
		return
	}
	for _, p := range i.readValues(headers) {
		into.Add(textproto.CanonicalMIMEHeaderKey(p.name), p.value)
	}
}

// readValues reads an object of {value} or {value, multiValue}.
func (i *instance) readValues(of goja.Value) []pair {
	if of == nil || goja.IsUndefined(of) || goja.IsNull(of) {
		return nil
	}
	object := of.ToObject(i.vm)
	var pairs []pair
	for _, name := range object.Keys() {
		property := object.Get(name).ToObject(i.vm)
		if many := property.Get("multiValue"); many != nil && !goja.IsUndefined(many) {
			list := many.ToObject(i.vm)
			for _, at := range list.Keys() {
				pairs = append(pairs, pair{name: name, value: list.Get(at).ToObject(i.vm).Get("value").String()})
			}
			continue
		}
		pairs = append(pairs, pair{name: name, value: property.Get("value").String()})
	}
	return pairs
}

// responseObject is an answer as functions see it: Set-Cookie is in cookies, with its attributes.
func (i *instance) responseObject(a *answer) (*goja.Object, error) {
	headers, cookies := i.vm.NewObject(), i.vm.NewObject()
	for name, values := range a.header {
		lower := strings.ToLower(name)
		if lower == "set-cookie" || isHidden(lower) {
			continue
		}
		if err := headers.Set(lower, i.single(strings.Join(values, ","))); err != nil {
			return nil, err
		}
	}
	for _, line := range a.header.Values("Set-Cookie") {
		first, attributes, _ := strings.Cut(line, ";")
		name, value, _ := strings.Cut(first, "=")
		cookie := i.single(value)
		if err := cookie.Set("attributes", strings.TrimSpace(attributes)); err != nil {
			return nil, err
		}
		if err := cookies.Set(strings.TrimSpace(name), cookie); err != nil {
			return nil, err
		}
	}
	response := i.vm.NewObject()
	for name, value := range map[string]any{"statusCode": a.status, "statusDescription": http.StatusText(a.status), "headers": headers, "cookies": cookies} {
		if err := response.Set(name, value); err != nil {
			return nil, err
		}
	}
	return response, nil
}

// readResponse takes over what a function left of an answer.
func (i *instance) readResponse(left *goja.Object, a *answer) {
	header := http.Header{}
	i.readHeaders(left, header)
	for name, values := range a.header {
		if isHidden(strings.ToLower(name)) {
			header[name] = values
		}
	}
	if cookies := left.Get("cookies"); cookies != nil && !goja.IsUndefined(cookies) {
		object := cookies.ToObject(i.vm)
		for _, name := range object.Keys() {
			cookie := object.Get(name).ToObject(i.vm)
			line := name + "=" + cookie.Get("value").String()
			if attributes := cookie.Get("attributes"); attributes != nil && attributes.String() != "" {
				line += "; " + attributes.String()
			}
			header.Add("Set-Cookie", line)
		}
	}
	a.header = header
	if status := left.Get("statusCode"); status != nil {
		a.status = int(status.ToInteger())
	}
}
