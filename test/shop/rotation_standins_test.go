package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// elastiCache plays the API that changes the token of a group, on a Redis or Valkey of this machine: the newest token and the
// one before it are good after ROTATE, one after SET (ElastiCache User Guide, "Modifying the AUTH token on an existing cluster").
type elastiCache struct {
	mutex  sync.Mutex
	client *redis.Client // the server's administrator, whom tokens do not matter to
	tokens []string
	busy   int // answers that the group is being modified
}

func (e *elastiCache) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	_ = r.ParseForm()
	switch action := r.Form.Get("Action"); {
	case action == "ModifyReplicationGroup" && e.busy > 0:
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, "<ErrorResponse><Error><Code>InvalidReplicationGroupState</Code></Error></ErrorResponse>")
		return
	case action == "ModifyReplicationGroup":
		token := r.Form.Get("AuthToken")
		switch r.Form.Get("AuthTokenUpdateStrategy") {
		case "ROTATE":
			e.tokens = append(e.tokens[len(e.tokens)-1:], token)
		case "SET":
			e.tokens = []string{token}
		}
		rules := []any{"ACL", "SETUSER", "default", "resetpass"}
		for _, token := range e.tokens {
			rules = append(rules, ">"+token)
		}
		if err := e.client.Do(r.Context(), rules...).Err(); err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		e.busy = 2
	}
	status := "available"
	if e.busy > 0 {
		e.busy--
		status = "modifying"
	}
	name := r.Form.Get("Action")
	group := "<ReplicationGroup><ReplicationGroupId>cache</ReplicationGroupId><Status>" + status + "</Status></ReplicationGroup>"
	if name == "DescribeReplicationGroups" {
		group = "<ReplicationGroups>" + group + "</ReplicationGroups>"
	}
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(w, `<%[1]sResponse xmlns="http://elasticache.amazonaws.com/doc/2015-02-02/"><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>`, name, group)
}

// openSearch plays the security API of a domain and its search, since no OpenSearch can be had here: it knows users, their
// passwords and who has the shop's role (OpenSearch documentation, "Access control API").
type openSearch struct {
	mutex     sync.Mutex
	passwords map[string]string
	mapped    []string
}

func (o *openSearch) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	user, password, _ := r.BasicAuth()
	if known, found := o.passwords[user]; !found || known != password {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	var body struct {
		Password        string   `json:"password"`
		CurrentPassword string   `json:"current_password"`
		Users           []string `json:"users"`
	}
	_ = json.NewDecoder(r.Body).Decode(&body)
	path := strings.TrimPrefix(r.URL.Path, "/_plugins/_security/")
	named, isUser := strings.CutPrefix(path, "api/internalusers/")
	switch {
	case path == "authinfo":
	case path == "api/account" && r.Method == http.MethodPut && body.CurrentPassword == password:
		o.passwords[user] = body.Password
	case user == "admin" && isUser && r.Method == http.MethodPut:
		o.passwords[named] = body.Password
	case user == "admin" && path == "api/rolesmapping/magento_shop" && r.Method == http.MethodPut:
		o.mapped = body.Users
	case strings.HasPrefix(path, "/magento2") && slices.Contains(o.mapped, user):
	default:
		w.WriteHeader(http.StatusForbidden)
		return
	}
	fmt.Fprint(w, "{}")
}

// serveOn serves a handler until the test ends.
func serveOn(t *testing.T, server *http.Server, listen func() error) {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- listen() }()
	t.Cleanup(func() {
		require.NoError(t, server.Close())
		require.ErrorIs(t, <-ended, http.ErrServerClosed)
	})
}
