// Package store has the clients of the stores that a rotation changes credentials in. Every error is without what was sent.
package store

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/magestack/magestack/functions/rotation/rotator"
	"github.com/magestack/magestack/pkg/data/proxysql"
)

const (
	// timeout bounds one request to a store. An instance at its minimum of capacity greets slowly.
	timeout = 10 * time.Second

	// accessDenied is the server's answer to a wrong user or password (MySQL, ER_ACCESS_DENIED_ERROR).
	accessDenied = 1045
)

// MySQL is the database, by TLS that is verified, and the ProxySQL in front of it.
type MySQL struct {
	Authorities *x509.CertPool

	// ProxyPort is where ProxySQL's clients connect; zero is proxysql.ClientPort.
	ProxyPort int
}

// Login asks the server for an answer, as a user.
func (m MySQL) Login(ctx context.Context, as rotator.Credential) error {
	return m.with(ctx, as, m.verified(as.Host), func(db *sql.DB) error { return one(ctx, db) })
}

// LoginThrough does so through a ProxySQL. It signs its certificate itself, so that the certificate proves nothing; what is
// sent is an answer to a challenge, and no password.
func (m MySQL) LoginThrough(ctx context.Context, pod string, as rotator.Credential) error {
	as.Host, as.Port = pod, m.ProxyPort
	if as.Port == 0 {
		as.Port = proxysql.ClientPort
	}
	return m.with(ctx, as, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}, func(db *sql.DB) error { return one(ctx, db) }) //nolint:gosec // see above
}

// SetPassword changes the password of a user that exists. The client writes both into the statement itself, since no server
// takes them as parameters.
func (m MySQL) SetPassword(ctx context.Context, administrator rotator.Credential, user, password string) error {
	return m.with(ctx, administrator, m.verified(administrator.Host), func(db *sql.DB) error {
		_, err := db.ExecContext(ctx, "ALTER USER ?@'%' IDENTIFIED BY ?", user, password)
		return err
	})
}

// Holders are the addresses of a user's connections. The list of processes is the server's own; the administrator sees all of it.
func (m MySQL) Holders(ctx context.Context, administrator rotator.Credential, user string) ([]string, error) {
	var hosts []string
	err := m.with(ctx, administrator, m.verified(administrator.Host), func(db *sql.DB) error {
		rows, err := db.QueryContext(ctx, "SELECT HOST FROM information_schema.PROCESSLIST WHERE USER = ?", user)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var address string
			if err := rows.Scan(&address); err != nil {
				return err
			}
			host, _, err := net.SplitHostPort(address)
			if err != nil {
				host = address
			}
			hosts = append(hosts, host)
		}
		return rows.Err()
	})
	slices.Sort(hosts)
	return slices.Compact(hosts), err
}

func (m MySQL) verified(host string) *tls.Config {
	return &tls.Config{RootCAs: m.Authorities, ServerName: host, MinVersion: tls.VersionTLS12}
}

// with connects once and never again: a second try would be a second login of a wrong password.
func (m MySQL) with(ctx context.Context, as rotator.Credential, secure *tls.Config, do func(*sql.DB) error) error {
	config := mysql.NewConfig()
	config.User, config.Passwd = as.User, as.Password
	config.Net, config.Addr = "tcp", net.JoinHostPort(as.Host, strconv.Itoa(as.Port))
	config.TLS = secure
	config.InterpolateParams = true
	config.Timeout, config.ReadTimeout, config.WriteTimeout = timeout, timeout, timeout
	config.Logger = &mysql.NopLogger{}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return errors.New("the login is none that the client of MySQL takes")
	}
	db := sql.OpenDB(connector)
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	if err := do(db); err != nil {
		return translate(err)
	}
	return nil
}

// one is a statement that goes to the database, also through ProxySQL, which answers some by itself.
func one(ctx context.Context, db *sql.DB) error {
	var answer int
	if err := db.QueryRowContext(ctx, "SELECT 1").Scan(&answer); err != nil {
		return err
	}
	if answer != 1 {
		return errors.New("the answer to SELECT 1 is another number")
	}
	return nil
}

// translate tells a refused login from other failures. The server's text of a failed statement may quote it: its number is told.
func translate(err error) error {
	var answer *mysql.MySQLError
	switch {
	case !errors.As(err, &answer):
		return err
	case answer.Number == accessDenied:
		return rotator.ErrRefused
	default:
		return fmt.Errorf("the database answers with error %d", answer.Number)
	}
}
