package store

import (
	"context"
	"net/http"
	"net/url"

	"github.com/magestack/magestack/functions/rotation/rotator"
	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/data/search/access"
)

// OpenSearch is a domain with its internal user database, by the security plugin's API (OpenSearch documentation, "Access
// control API").
type OpenSearch struct{ api api }

// NewOpenSearch is a client.
func NewOpenSearch(client *http.Client) OpenSearch { return OpenSearch{api{client: client}} }

const security = "/_plugins/_security/api/"

// Login asks who the user is, which each may.
func (o OpenSearch) Login(ctx context.Context, as rotator.Credential) error {
	return o.api.call(ctx, as, http.MethodGet, "/_plugins/_security/authinfo", nil, nil)
}

// SetPassword makes a user's password another one. A user who changes their own says the old one; the shop's gets its role
// with it, since either of a pair may never have logged in.
func (o OpenSearch) SetPassword(ctx context.Context, administrator rotator.Credential, user, password string) error {
	if user == administrator.User {
		return o.api.call(ctx, administrator, http.MethodPut, security+"account",
			map[string]any{"current_password": administrator.Password, "password": password}, nil)
	}
	if err := o.api.call(ctx, administrator, http.MethodPut, security+"internalusers/"+url.PathEscape(user),
		map[string]any{"password": password}, nil); err != nil {
		return err
	}
	return o.api.call(ctx, administrator, http.MethodPut, security+"rolesmapping/"+access.Role,
		map[string]any{"users": []string{access.User, access.User + proxysql.CloneSuffix}}, nil)
}

// Holders are none: each request logs in by itself.
func (OpenSearch) Holders(context.Context, rotator.Credential, string) ([]string, error) {
	return nil, nil
}
