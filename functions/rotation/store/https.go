package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"

	"github.com/magestack/magestack/functions/rotation/rotator"
)

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 4 << 20

// api is the HTTPS interface of a store.
type api struct {
	client *http.Client
	port   int // where it differs from that of the store's other clients; zero for none
}

// call sends one request, and reads the answer into a value unless that is nil. The answer's text is in no error: it may quote
// the request.
func (a api) call(ctx context.Context, as rotator.Credential, method, path string, body, into any) error {
	var payload bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&payload).Encode(body); err != nil {
			return errors.New("the request cannot be written as JSON")
		}
	}
	port := as.Port
	if a.port != 0 {
		port = a.port
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, "https://"+net.JoinHostPort(as.Host, strconv.Itoa(port))+path, &payload)
	if err != nil {
		return errors.New("the address of the store is none")
	}
	request.Header.Set("Content-Type", "application/json")
	request.SetBasicAuth(as.User, as.Password)
	response, err := a.client.Do(request)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			err = failed.Err // without the address, which is known
		}
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	switch {
	case err != nil:
		return fmt.Errorf("%s %s: reading the answer: %w", method, path, err)
	case response.StatusCode == http.StatusUnauthorized:
		return rotator.ErrRefused
	case response.StatusCode < 200 || response.StatusCode > 299:
		return fmt.Errorf("%s %s: the answer is %d", method, path, response.StatusCode)
	case into == nil:
		return nil
	}
	if json.Unmarshal(answer, into) != nil {
		return fmt.Errorf("%s %s: the answer is not the JSON that is documented", method, path)
	}
	return nil
}
