package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// stores are what AWS runs: two Valkey, a database and a broker, with TLS and passwords.
type stores struct {
	authority *authority
	folder    string
	processes []*process

	cache, sessions, database, queue, console string // ports

	passwords map[string]string // by what they are of
}

// The administrators of the database and of the broker, as the secrets of AWS name them.
const (
	databaseAdministrator = "magento_admin"
	queueAdministrator    = "magento-admin"
	queueUser             = "magento-shop"
)

// password gives a password, and the same one for the same use.
func (s *stores) password(use string) string {
	if s.passwords[use] == "" {
		s.passwords[use] = rand.Text()
	}
	return s.passwords[use]
}

// newStores starts the stores side by side.
func newStores(ctx context.Context, authority *authority, folder string) (*stores, error) {
	s := &stores{authority: authority, folder: folder, passwords: map[string]string{}}
	ports, err := freePorts(5)
	if err != nil {
		return nil, err
	}
	s.cache, s.sessions, s.database, s.queue, s.console = ports[0], ports[1], ports[2], ports[3], ports[4]
	for _, use := range []string{"cache", "sessions", "database", "queue"} {
		s.password(use) // in this order, not while the stores start
	}
	type started struct {
		processes []*process
		err       error
	}
	kinds := []func(context.Context) ([]*process, error){
		func(ctx context.Context) ([]*process, error) {
			return s.valkey(ctx, "valkey-cache", s.cache, s.password("cache"))
		},
		func(ctx context.Context) ([]*process, error) {
			return s.valkey(ctx, "valkey-sessions", s.sessions, s.password("sessions"))
		},
		s.mariadb,
		s.rabbitmq,
	}
	answers := make(chan started)
	for _, kind := range kinds {
		go func() { processes, err := kind(ctx); answers <- started{processes, err} }()
	}
	for range kinds {
		answer := <-answers
		s.processes = append(s.processes, answer.processes...)
		err = errors.Join(err, answer.err)
	}
	if err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func (s *stores) stop() {
	for _, p := range s.processes {
		p.stop()
	}
}

// home is a store's folder, with its certificate.
func (s *stores) home(name string) (folder string, files pair, err error) {
	folder = filepath.Join(s.folder, name)
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // the stores' user is another
		return "", pair{}, fmt.Errorf("folder of %s: %w", name, err)
	}
	issued, err := s.authority.issue(name)
	if err != nil {
		return "", pair{}, err
	}
	files = pair{filepath.Join(folder, "certificate.pem"), filepath.Join(folder, "key.pem")}
	return folder, files, errors.Join(os.Rename(issued.certificate, files.certificate), os.Rename(issued.key, files.key), owned(folder))
}

func environmentOf(home string, more ...string) []string {
	return append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "LC_ALL=C.UTF-8"}, more...)
}

// valkey starts a Valkey, or the Redis that it was made from, without a port that has no TLS.
func (s *stores) valkey(ctx context.Context, name, port, password string) ([]*process, error) {
	path, err := program("valkey-server")
	if err != nil {
		if path, err = program("redis-server"); err != nil {
			return nil, err
		}
	}
	folder, files, err := s.home(name)
	if err != nil {
		return nil, err
	}
	settings := fmt.Sprintf("bind 127.0.0.1\nport 0\ntls-port %s\ntls-cert-file %s\ntls-key-file %s\ntls-ca-cert-file %s\ntls-auth-clients no\n"+
		"requirepass %s\nsave \"\"\nappendonly no\ndir %s\nmaxmemory 64mb\nmaxmemory-policy noeviction\n",
		port, files.certificate, files.key, s.authority.file(), password, folder)
	if err := errors.Join(write(filepath.Join(folder, "server.conf"), settings), owned(folder)); err != nil {
		return nil, err
	}
	p, err := launch{
		name: name, what: "Redis or Valkey, in ElastiCache's place", path: path, arguments: []string{filepath.Join(folder, "server.conf")},
		environment: environmentOf(folder), folder: folder, address: "127.0.0.1:" + port,
	}.start(ctx)
	if err != nil {
		return nil, err
	}
	return []*process{p}, nil
}

// mariadb starts a database. Magento reaches it without TLS, in ProxySQL's place, which no Debian has; the job of the users
// reaches it as it reaches Aurora.
func (s *stores) mariadb(ctx context.Context) ([]*process, error) {
	server, err := program("mariadbd")
	if err != nil {
		return nil, err
	}
	install, err := program("mariadb-install-db")
	if err != nil {
		return nil, err
	}
	folder, files, err := s.home("mariadb")
	if err != nil {
		return nil, err
	}
	start := fmt.Sprintf("CREATE USER '%[1]s'@'%%' IDENTIFIED BY '%[2]s' REQUIRE SSL;\nGRANT ALL PRIVILEGES ON *.* TO '%[1]s'@'%%' WITH GRANT OPTION;\n", databaseAdministrator, s.password("database"))
	if err := errors.Join(os.WriteFile(filepath.Join(folder, "start.sql"), []byte(start), 0o600), owned(folder)); err != nil {
		return nil, err
	}
	data := filepath.Join(folder, "data")
	making := launch{
		name: "mariadb-install", path: install, environment: environmentOf(folder), folder: folder,
		arguments: []string{"--no-defaults", "--datadir=" + data, "--auth-root-authentication-method=normal", "--skip-test-db"},
	}
	if _, err := making.run(ctx); err != nil {
		return nil, err
	}
	p, err := launch{
		name: "mariadb", what: "MariaDB, in place of ProxySQL and Aurora", path: server, environment: environmentOf(folder), folder: folder,
		arguments: []string{
			"--no-defaults", "--datadir=" + data, "--bind-address=127.0.0.1", "--port=" + s.database, "--socket=" + folder + "/socket",
			"--pid-file=" + folder + "/pid", "--init-file=" + folder + "/start.sql", "--innodb-buffer-pool-size=16M", "--max-connections=600",
			"--ssl-ca=" + s.authority.file(), "--ssl-cert=" + files.certificate, "--ssl-key=" + files.key,
		},
		address: "127.0.0.1:" + s.database,
	}.start(ctx)
	if err != nil {
		return nil, err
	}
	return []*process{p}, nil
}
