package local

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/magestack/magestack/pkg/magento"
)

// contractHeader says what the origin owes a shared cache and does not do, and what the edge took off that is needed,
// answer by answer.
const contractHeader = "X-Edge-Contract"

// longestJudged is as much of a page as is looked through, as it comes and decoded, for what the edge cannot carry out.
const longestJudged = 1 << 20

// judge notes what an answer of the origin breaks of the contract with the edge (magento.OriginContract), and what of it the
// settings do not know.
func (l *lessons) judge(response *http.Response) error {
	answer := magento.Answer{Request: response.Request, Status: response.StatusCode, Header: response.Header, Now: time.Now()}
	// An answer that is not kept is handed on while it comes. One that may be is waited for anyhow.
	if answer.HTML() && (mayBeKept(response.Request) || response.ContentLength > 0 && response.ContentLength <= longestJudged) {
		body, err := begin(response)
		if err != nil {
			return err
		}
		answer.Body = decoded(body, response.Header.Get("Content-Encoding"))
	}
	if said := append(answer.Broken(), l.learn(answer)...); len(said) > 0 {
		response.Header.Set(contractHeader, headerText(strings.Join(said, "; ")))
	}
	return nil
}

// mayBeKept reports whether a request met a behaviour of pages, whose answers may be kept: its function says whom they are for.
func mayBeKept(r *http.Request) bool { return r.Header.Get(magento.ScopeHeader) != "" }

// begin reads the beginning of a body, and leaves the whole to be read.
func begin(response *http.Response) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(response.Body, longestJudged))
	if err != nil {
		return nil, err
	}
	response.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), response.Body), response.Body}
	return body, nil
}

// decoded is the beginning of what a body was before it was compressed: nothing for what cannot be read. Brotli is not what
// Debian's nginx compresses by.
func decoded(body []byte, encoding string) []byte {
	switch strings.ToLower(encoding) {
	case "", "identity":
		return body
	case "gzip":
		reader, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil
		}
		text, _ := io.ReadAll(io.LimitReader(reader, longestJudged)) // as much as there is of what was cut off
		return text
	}
	return nil
}
