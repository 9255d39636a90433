package model

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/dop251/goja"
)

const (
	// runtime2 is the only runtime that the model runs.
	runtime2 = "cloudfront-js-2.0"

	// maxFunctionBytes is how long the code may be (CloudFront Developer Guide, "Quotas on CloudFront Functions").
	maxFunctionBytes = 10 << 10
)

// compiled is a function that can be run by many requests at a time.
type compiled struct {
	Function
	program *goja.Program
	idle    sync.Pool
}

// instance is one interpreter. What the functions ask of CloudFront while they run is in asked.
type instance struct {
	vm      *goja.Runtime
	handler goja.Callable
	asked   *asked
}

// asked is what a function asks of CloudFront by its helper methods.
type asked struct {
	origin string
	group  *OriginGroup
}

// importLine is how the runtime's modules are asked for; the interpreter has no modules.
var importLine = regexp.MustCompile(`(?m)^\s*import\s+(\w+)\s+from\s*['"](\w+)['"]\s*;?`)

// compile reads the code of a function.
func compile(f Function) (*compiled, error) {
	var problems []error
	if f.Runtime != runtime2 {
		problems = append(problems, fmt.Errorf("runtime %q: must be %s", f.Runtime, runtime2))
	}
	if len(f.Code) > maxFunctionBytes {
		problems = append(problems, fmt.Errorf("%d bytes; CloudFront takes %d", len(f.Code), maxFunctionBytes))
	}
	for _, match := range importLine.FindAllStringSubmatch(f.Code, -1) {
		if match[2] != "cloudfront" {
			problems = append(problems, fmt.Errorf("module %q: the model has cloudfront alone", match[2]))
		}
	}
	program, err := goja.Compile(f.Name, importLine.ReplaceAllString(f.Code, "var $1 = __cloudfront;"), true)
	if err != nil {
		problems = append(problems, err)
	}
	if err := errors.Join(problems...); err != nil {
		return nil, fmt.Errorf("function %s: %w", f.Name, err)
	}
	c := &compiled{Function: f, program: program}
	first, err := c.start()
	if err != nil {
		return nil, fmt.Errorf("function %s: %w", f.Name, err)
	}
	c.idle.Put(first)
	return c, nil
}

// start makes an interpreter that has read the code.
func (c *compiled) start() (*instance, error) {
	i := &instance{vm: goja.New(), asked: &asked{}}
	helper := i.vm.NewObject()
	for name, call := range map[string]func(goja.FunctionCall) goja.Value{
		"selectRequestOriginById":  i.selectOrigin,
		"createRequestOriginGroup": i.createGroup,
	} {
		if err := helper.Set(name, call); err != nil {
			return nil, err
		}
	}
	console := i.vm.NewObject()
	if err := console.Set("log", func(goja.FunctionCall) goja.Value { return goja.Undefined() }); err != nil {
		return nil, err
	}
	for name, object := range map[string]*goja.Object{"__cloudfront": helper, "console": console} {
		if err := i.vm.Set(name, object); err != nil {
			return nil, err
		}
	}
	if _, err := i.vm.RunProgram(c.program); err != nil {
		return nil, err
	}
	handler, ok := goja.AssertFunction(i.vm.Get("handler"))
	if !ok {
		return nil, errors.New("has no function named handler")
	}
	i.handler = handler
	return i, nil
}

func (i *instance) selectOrigin(call goja.FunctionCall) goja.Value {
	i.asked.origin = call.Argument(0).String()
	return goja.Undefined()
}

// createGroup takes ids as objects and as plain strings: the sources do not agree on which it is (pages.js).
func (i *instance) createGroup(call goja.FunctionCall) goja.Value {
	args := call.Argument(0).ToObject(i.vm)
	group := &OriginGroup{ID: "of a function"}
	ids := args.Get("originIds").ToObject(i.vm)
	for _, at := range ids.Keys() {
		id := ids.Get(at)
		if named := id.ToObject(i.vm).Get("originId"); named != nil {
			id = named
		}
		group.Members = append(group.Members, id.String())
	}
	codes := args.Get("failoverCriteria").ToObject(i.vm).Get("statusCodes").ToObject(i.vm)
	for _, at := range codes.Keys() {
		group.Codes = append(group.Codes, int(codes.Get(at).ToInteger()))
	}
	i.asked.group = group
	return goja.Undefined()
}

// hidden are headers that functions neither see nor set (CloudFront Developer Guide, "Restrictions on edge functions").
var hidden = []string{
	"connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "trailer", "upgrade",
	"x-accel-buffering", "x-accel-charset", "x-accel-limit-rate", "x-accel-redirect", "x-cache", "x-forwarded-proto", "x-real-ip",
}

func isHidden(name string) bool {
	return slices.Contains(hidden, name) || strings.HasPrefix(name, "x-amz-cf-") || strings.HasPrefix(name, "x-amzn-") || strings.HasPrefix(name, "x-edge-")
}

// readOnly are headers that functions see and must leave as they are (same page).
var readOnly = []string{"content-length", "host", "transfer-encoding", "via"}

// onRequest runs a function on a viewer's request, and changes the message as it says. An answer is what the function
// answers with itself; nil where the request goes on.
func (c *compiled) onRequest(e *Edge, m *message, id string) (generated *answer, what asked, err error) {
	i, _ := c.idle.Get().(*instance)
	if i == nil {
		if i, err = c.start(); err != nil {
			return nil, what, err
		}
	}
	defer c.idle.Put(i)
	*i.asked = asked{}
	event, err := i.requestEvent(e, m, id)
	if err != nil {
		return nil, what, err
	}
	result, err := i.handler(goja.Undefined(), event)
	if err != nil {
		return nil, what, fmt.Errorf("function %s: %w", c.Name, err)
	}
	left, ok := result.(*goja.Object)
	if !ok {
		return nil, what, fmt.Errorf("function %s: gave back no object", c.Name)
	}
	if status := left.Get("statusCode"); status != nil {
		made := &answer{status: int(status.ToInteger()), header: http.Header{}}
		i.readHeaders(left, made.header)
		if body := left.Get("body"); body != nil {
			made.body = []byte(body.String())
		}
		return made, *i.asked, nil
	}
	return nil, *i.asked, i.readRequest(left, m)
}

// onResponse runs a function on an answer, and changes it as it says.
func (c *compiled) onResponse(e *Edge, m *message, a *answer, id string) (err error) {
	i, _ := c.idle.Get().(*instance)
	if i == nil {
		if i, err = c.start(); err != nil {
			return err
		}
	}
	defer c.idle.Put(i)
	event, err := i.requestEvent(e, m, id)
	if err != nil {
		return err
	}
	response, err := i.responseObject(a)
	if err != nil {
		return err
	}
	if err := event.Set("response", response); err != nil {
		return err
	}
	result, err := i.handler(goja.Undefined(), event)
	if err != nil {
		return fmt.Errorf("function %s: %w", c.Name, err)
	}
	left, ok := result.(*goja.Object)
	if !ok {
		return fmt.Errorf("function %s: gave back no object", c.Name)
	}
	i.readResponse(left, a)
	return nil
}
