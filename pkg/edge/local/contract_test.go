package local

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/magento"
)

func TestTheContractIsLookedAt(t *testing.T) {
	request := httptest.NewRequest(http.MethodGet, "/", nil)
	request.Header.Set(magento.ScopeHeader, magento.SharedScope)
	answer := func(page string, header http.Header) *http.Response {
		header.Set("Content-Type", "text/html; charset=UTF-8")
		return &http.Response{StatusCode: http.StatusOK, Header: header, Request: request, ContentLength: int64(len(page)), Body: io.NopCloser(bytes.NewReader([]byte(page)))}
	}
	bad := answer(`<esi:include src="/x"/>`, http.Header{"Cache-Control": {"public, max-age=60"}, "Set-Cookie": {"PHPSESSID=1"}})
	require.NoError(t, judge(bad))
	assert.Contains(t, bad.Header.Get(contractHeader), "no-cookies-when-shared")
	assert.Contains(t, bad.Header.Get(contractHeader), "no-esi")
	body, err := io.ReadAll(bad.Body)
	require.NoError(t, err)
	assert.Equal(t, `<esi:include src="/x"/>`, string(body), "the page goes on as it was")

	good := answer(`<p>page</p>`, http.Header{"Cache-Control": {"public, max-age=60"}})
	require.NoError(t, judge(good))
	assert.Empty(t, good.Header.Get(contractHeader))
}
