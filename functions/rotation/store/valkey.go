package store

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/magestack/magestack/functions/rotation/rotator"
)

// Valkey logs in at a replication group as Magento does: by TLS, with a token and no user.
type Valkey struct{ Secure *tls.Config }

// Login asks for an answer with a token.
func (v Valkey) Login(ctx context.Context, host string, port int, token string) error {
	secure := v.Secure.Clone()
	secure.ServerName = host
	client := redis.NewClient(&redis.Options{
		Addr: net.JoinHostPort(host, strconv.Itoa(port)), Password: token, TLSConfig: secure,
		Protocol: 2, DisableIdentity: true, PoolSize: 1, MaxRetries: -1,
		DialTimeout: timeout, ReadTimeout: timeout, WriteTimeout: timeout,
	})
	defer func() { _ = client.Close() }()
	err := client.Ping(ctx).Err()
	var answer redis.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &answer) && (strings.HasPrefix(answer.Error(), "WRONGPASS") || strings.HasPrefix(answer.Error(), "NOAUTH")):
		return rotator.ErrRefused
	case errors.As(err, &answer):
		word, _, _ := strings.Cut(answer.Error(), " ") // what follows may quote the command
		return fmt.Errorf("the store answers %s", word)
	default:
		return fmt.Errorf("connecting to the store: %w", err)
	}
}
