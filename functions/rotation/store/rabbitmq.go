package store

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/rabbitmq/amqp091-go"

	"github.com/magestack/magestack/functions/rotation/rotator"
	"github.com/magestack/magestack/pkg/data/queue/access"
)

// consolePort is where Amazon MQ serves the management API (Amazon MQ Developer Guide, "Management console").
const consolePort = 443

// RabbitMQ is a broker: its users by the management API (RabbitMQ documentation, "HTTP API"), logins by AMQP as its clients do.
type RabbitMQ struct {
	api    api
	secure *tls.Config
}

// NewRabbitMQ is a client. A console at another port than Amazon MQ's is for tests.
func NewRabbitMQ(client *http.Client, secure *tls.Config, console int) RabbitMQ {
	if console == 0 {
		console = consolePort
	}
	return RabbitMQ{api{client: client, port: console}, secure}
}

// Login opens a connection and closes it again.
func (r RabbitMQ) Login(ctx context.Context, as rotator.Credential) error {
	secure := r.secure.Clone()
	secure.ServerName = as.Host
	dialer := &net.Dialer{Timeout: timeout}
	connection, err := amqp091.DialConfig("amqps://"+net.JoinHostPort(as.Host, strconv.Itoa(as.Port))+"/", amqp091.Config{
		SASL:            []amqp091.Authentication{&amqp091.PlainAuth{Username: as.User, Password: as.Password}},
		Vhost:           "/",
		TLSClientConfig: secure,
		Dial: func(network, address string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, address)
		},
	})
	var answer *amqp091.Error
	switch {
	case err == nil:
		return connection.Close()
	case errors.As(err, &answer) && answer.Code == amqp091.AccessRefused:
		return rotator.ErrRefused
	default:
		return fmt.Errorf("connecting to the broker: %w", err)
	}
}

// SetPassword makes a user's password another one. The request says all of a user, so that the tags are read before; the
// shop's gets its permissions with it, since either of a pair may never have logged in.
func (r RabbitMQ) SetPassword(ctx context.Context, administrator rotator.Credential, user, password string) error {
	path := "/api/users/" + url.PathEscape(user)
	tags := any(access.Tags)
	if user == administrator.User {
		var known struct {
			Tags any `json:"tags"` // a list or a text, by version
		}
		if err := r.api.call(ctx, administrator, http.MethodGet, path, nil, &known); err != nil {
			return err
		}
		tags = known.Tags
	}
	if err := r.api.call(ctx, administrator, http.MethodPut, path, map[string]any{"password": password, "tags": tags}, nil); err != nil {
		return err
	}
	if user == administrator.User {
		return nil
	}
	return r.api.call(ctx, administrator, http.MethodPut, "/api/permissions/%2F/"+url.PathEscape(user), access.Shop(), nil)
}

// Holders are the addresses of a user's connections.
func (r RabbitMQ) Holders(ctx context.Context, administrator rotator.Credential, user string) ([]string, error) {
	var connections []struct {
		User     string `json:"user"`
		PeerHost string `json:"peer_host"`
	}
	if err := r.api.call(ctx, administrator, http.MethodGet, "/api/connections?columns=user,peer_host", nil, &connections); err != nil {
		return nil, err
	}
	var hosts []string
	for _, c := range connections {
		if c.User == user {
			hosts = append(hosts, c.PeerHost)
		}
	}
	slices.Sort(hosts)
	return slices.Compact(hosts), nil
}
