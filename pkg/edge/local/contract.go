package local

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/magestack/magestack/pkg/magento"
)

// contractHeader says what the origin owes a shared cache and does not do, answer by answer.
const contractHeader = "X-Edge-Contract"

// longestJudged is as much of a page as is looked through for what the edge cannot carry out.
const longestJudged = 1 << 20

// judge notes what an answer of the origin breaks of the contract with the edge (magento.OriginContract).
func judge(response *http.Response) error {
	var body []byte
	kind, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if err == nil && kind == "text/html" && response.Header.Get("Content-Encoding") == "" && response.ContentLength > 0 && response.ContentLength <= longestJudged {
		if body, err = io.ReadAll(response.Body); err != nil {
			return err
		}
		response.Body = struct {
			io.Reader
			io.Closer
		}{bytes.NewReader(body), response.Body}
	}
	if broken := magento.Broken(response.Request, response.StatusCode, response.Header, body); len(broken) > 0 {
		response.Header.Set(contractHeader, headerText(strings.Join(broken, "; ")))
	}
	return nil
}
