package main

import (
	"context"
	"crypto/tls"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/rabbitmq/amqp091-go"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/functions/rotation/rotator"
	"github.com/magestack/magestack/functions/rotation/store"
)

// think is the longest that a client waits between two requests, so that two hundred of them leave time for the stores.
const think = 800 * time.Millisecond

func chmod(folder string) error { return os.Chmod(folder, 0o755) } //nolint:gosec // the stores' user is another

// makeUsers makes what the jobs of the cluster make, and writes the secrets.
func (r *rotating) makeUsers(t *testing.T) {
	t.Helper()
	port, err := strconv.Atoi(r.stores.database)
	require.NoError(t, err)
	at := func(port int, user, password string) map[string]any {
		return map[string]any{"engine": "mysql", "host": "127.0.0.1", "port": port, "username": user, "password": password}
	}
	administrator := at(port, databaseAdministrator, r.stores.password("database"))
	r.secret(t, "database/admin", administrator)
	r.secret(t, "database/web", at(port, "magento", r.stores.password("web")))
	r.secret(t, "proxysql", map[string]any{
		"webPassword": r.stores.password("web"), "webClonePassword": r.stores.password("webClone"),
		"monitorPassword": r.stores.password("monitor"), "adminPassword": "a", "statsPassword": "s",
	})
	db := r.open(administrator, nil)
	for _, statement := range []string{
		"CREATE DATABASE magento", "CREATE TABLE magento.orders (id INT AUTO_INCREMENT PRIMARY KEY, at DATETIME(6))",
		"CREATE USER magento@'%' IDENTIFIED BY '" + r.stores.password("web") + "'", "CREATE USER magento_clone@'%' IDENTIFIED BY '" + r.stores.password("webClone") + "'",
		"CREATE USER monitor@'%' IDENTIFIED BY '" + r.stores.password("monitor") + "'", "CREATE USER monitor_clone@'%' IDENTIFIED BY 'unknown'",
		"GRANT SELECT, INSERT, UPDATE, DELETE ON magento.* TO magento@'%'", "GRANT SELECT, INSERT, UPDATE, DELETE ON magento.* TO magento_clone@'%'",
		// A trigger of either user of a pair fires for the other one, too.
		"CREATE DEFINER = magento_clone@'%' TRIGGER magento.placed BEFORE INSERT ON magento.orders FOR EACH ROW SET NEW.at = NOW(6)",
		"GRANT TRIGGER ON magento.* TO magento@'%'", "GRANT TRIGGER ON magento.* TO magento_clone@'%'",
	} {
		_, err := db.Exec(statement)
		require.NoError(t, err, statement)
	}
	require.NoError(t, db.Close())
	r.monitor(t, port)

	queuePort, err := strconv.Atoi(r.stores.queue)
	require.NoError(t, err)
	queueAdmin := at(queuePort, queueAdministrator, r.stores.password("queue"))
	r.secret(t, "queue", queueAdmin)
	r.secret(t, "queue/shop", at(queuePort, queueUser, r.stores.password("queue/shop")))
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: r.stores.authority.client()}}
	rabbit := store.NewRabbitMQ(client, r.stores.authority.client(), r.call.Console)
	require.NoError(t, rabbit.SetPassword(t.Context(), rotator.Credential{
		Host: "127.0.0.1", Port: queuePort, User: queueAdministrator, Password: r.stores.password("queue"),
	}, queueUser, r.stores.password("queue/shop")))
}

// monitor is connected to the database as ProxySQL's is, always, by whichever of the pair the secret names.
func (r *rotating) monitor(t *testing.T, port int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	t.Cleanup(func() { cancel(); <-ended })
	connected := make(chan struct{}, 1)
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			value, _ := rotator.Parse(r.secrets.Text(secretsPrefix+"proxysql", rotator.StageCurrent))
			user, _ := value["monitorUsername"].(string)
			if user == "" {
				user = "monitor"
			}
			db := r.open(map[string]any{"host": "127.0.0.1", "port": port, "username": user, "password": value["monitorPassword"]}, nil)
			if db.PingContext(ctx) == nil {
				select {
				case connected <- struct{}{}:
				default:
				}
				rest(ctx, 200*time.Millisecond)
			}
			_ = db.Close()
		}
	}()
	<-connected
}

// open opens the database as a document says.
func (r *rotating) open(held map[string]any, dial func(*mysql.Config)) *sql.DB {
	config := mysql.NewConfig()
	config.User, config.Passwd = fmt.Sprint(held["username"]), fmt.Sprint(held["password"])
	config.Net, config.Addr = "tcp", net.JoinHostPort("127.0.0.1", fmt.Sprint(held["port"]))
	config.TLS = r.stores.authority.client()
	config.TLS.ServerName = "127.0.0.1"
	config.Logger = &mysql.NopLogger{}
	if dial != nil {
		dial(config)
	}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		panic(err) // of a configuration that is written here
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(1)
	return db
}

// databaseSession is a request of a customer: a login, an order, a look at it. It goes through ProxySQL where there is one.
func (r *rotating) databaseSession() session {
	return func(ctx context.Context, held rotator.Document) error {
		db := r.open(held, func(config *mysql.Config) {
			config.Addr = net.JoinHostPort("127.0.0.1", strconv.Itoa(r.call.ProxySQL))
			config.TLS.InsecureSkipVerify = os.Getenv(proxySQLVariable) != "" // it signs its certificate itself
		})
		defer func() { _ = db.Close() }()
		for range 3 {
			if _, err := db.ExecContext(ctx, "INSERT INTO magento.orders () VALUES ()"); err != nil {
				return err
			}
			var id int
			if err := db.QueryRowContext(ctx, "SELECT LAST_INSERT_ID()").Scan(&id); err != nil {
				return err
			}
			rest(ctx, rand.N(think))
		}
		return nil
	}
}

// startElastiCache serves the stand-in in front of the Redis or Valkey of the cache.
func (r *rotating) startElastiCache(t *testing.T) string {
	t.Helper()
	address, token := "127.0.0.1:"+r.stores.cache, r.stores.password("cache")
	secure := r.stores.authority.client()
	first := redis.NewClient(&redis.Options{Addr: address, Password: token, TLSConfig: secure, Protocol: 2, DisableIdentity: true})
	require.NoError(t, first.Do(t.Context(), "ACL", "SETUSER", "manager", "on", ">manager", "+@all").Err())
	require.NoError(t, first.Close())
	manager := redis.NewClient(&redis.Options{Addr: address, Username: "manager", Password: "manager", TLSConfig: secure, Protocol: 2, DisableIdentity: true})
	t.Cleanup(func() { _ = manager.Close() })
	server := httptest.NewServer(&elastiCache{client: manager, tokens: []string{token}})
	t.Cleanup(server.Close)
	port, err := strconv.Atoi(r.stores.cache)
	require.NoError(t, err)
	r.secret(t, "cache", map[string]any{"engine": "valkey", "host": "127.0.0.1", "port": port, "password": token, "tls": true})
	return server.URL
}

// cacheSession is a login by token, and some commands.
func (r *rotating) cacheSession() session {
	secure := r.stores.authority.client()
	return func(ctx context.Context, held rotator.Document) error {
		client := redis.NewClient(&redis.Options{
			Addr: "127.0.0.1:" + r.stores.cache, Password: fmt.Sprint(held["password"]), TLSConfig: secure,
			Protocol: 2, DisableIdentity: true, PoolSize: 1, MaxRetries: -1,
		})
		defer func() { _ = client.Close() }()
		for range 3 {
			if err := client.Incr(ctx, "visits").Err(); err != nil {
				return err
			}
			rest(ctx, rand.N(think))
		}
		return nil
	}
}

// queueSession is a consumer that stays for some seconds, and publishes meanwhile.
func (r *rotating) queueSession() session {
	secure := r.stores.authority.client()
	return func(ctx context.Context, held rotator.Document) error {
		connection, err := amqp091.DialConfig("amqps://127.0.0.1:"+r.stores.queue+"/", amqp091.Config{
			SASL:  []amqp091.Authentication{&amqp091.PlainAuth{Username: fmt.Sprint(held["username"]), Password: fmt.Sprint(held["password"])}},
			Vhost: "/", TLSClientConfig: secure,
		})
		if err != nil {
			return err
		}
		defer func() { _ = connection.Close() }()
		channel, err := connection.Channel()
		if err != nil {
			return err
		}
		for range 3 {
			if err := channel.PublishWithContext(ctx, "amq.topic", "orders", false, false, amqp091.Publishing{}); err != nil {
				return err
			}
			rest(ctx, rand.N(2*think)) // a broker takes its time for each login
		}
		return nil
	}
}

// searchSession is some searches.
func (r *rotating) searchSession() session {
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: r.stores.authority.client().RootCAs, MinVersion: tls.VersionTLS12}, MaxIdleConnsPerHost: connections}}
	return func(ctx context.Context, held rotator.Document) error {
		for range 3 {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("https://127.0.0.1:%v/magento2_product/_search", held["port"]), nil)
			if err != nil {
				return err
			}
			request.SetBasicAuth(fmt.Sprint(held["username"]), fmt.Sprint(held["password"]))
			response, err := client.Do(request)
			if err != nil {
				return err
			}
			_ = response.Body.Close()
			if response.StatusCode != http.StatusOK {
				return fmt.Errorf("the answer is %d", response.StatusCode)
			}
			rest(ctx, rand.N(think))
		}
		return nil
	}
}
