// Package main runs the desired state of staging as processes of one machine: stores, nginx, PHP-FPM, Varnish and a consumer, each
// with the configuration that Kustomize renders, and the local edge in front. See docs/shop.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// packages are what Debian calls what is run.
const packages = "nginx php-fpm php-cli php-mysql php-curl php-redis php-amqp varnish redis-server rabbitmq-server mariadb-server"

// options say what is run, and where.
type options struct {
	repository string
	work       string       // a folder of its own
	tool       string       // magestack
	listen     string       // where the edge listens, such as localhost:8443
	log        *slog.Logger // what happens while it starts
}

// shop is a shop that runs.
type shop struct {
	options
	facts    map[string]string
	layout   layout
	stores   *stores
	api      *kubernetes
	service  *service
	balancer *balancer
	released *pod // of the job that follows a release
	php      workers
	running  []*process // in the order in which they were started
	varnish  []replica
	jobs     map[string]string // what each has written
	edge     string            // the shop's URL at the edge
	page     *page
}

// replica is where a Varnish answers.
type replica struct{ name, http, purge, work string }

// start starts a shop in the order of a synchronisation. What has been started is stopped when something fails.
func start(ctx context.Context, o options) (*shop, error) {
	s := &shop{options: o, jobs: map[string]string{}}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	for _, step := range []func(context.Context) error{
		s.prepare, s.startStores, s.render, s.makeUsers, s.makeSchema, s.startWeb, s.startVarnish, s.startConsumers, s.release, s.startEdge, s.startPage,
	} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, s.stop())
		}
	}
	return s, nil
}

// stop ends everything, the last that was started first.
func (s *shop) stop() error {
	var err error
	if s.page != nil {
		err = s.page.server.Close()
	}
	for _, p := range slices.Backward(s.running) {
		p.stop()
	}
	s.php.stop()
	if s.balancer != nil {
		err = errors.Join(err, s.balancer.close())
	}
	if s.service != nil {
		err = errors.Join(err, s.service.listener.Close())
	}
	if s.api != nil {
		err = errors.Join(err, s.api.server.Close())
	}
	if s.stores != nil {
		s.stores.stop()
	}
	return err
}

func (s *shop) prepare(context.Context) error {
	if err := os.Chmod(s.work, 0o755); err != nil { //nolint:gosec // the pods' user is another
		return err
	}
	facts, err := settingsFacts(s.repository)
	if err != nil {
		return err
	}
	s.facts = facts
	return nil
}

func (s *shop) startStores(ctx context.Context) error {
	s.log.Info("starting the stores")
	authority, err := newAuthority(filepath.Join(s.work, "authority"))
	if err != nil {
		return err
	}
	s.stores, err = newStores(ctx, authority, filepath.Join(s.work, "stores"))
	return err
}

// render renders the overlay with the facts of these stores, and makes its Secrets.
func (s *shop) render(context.Context) error {
	authorities, err := os.ReadFile(s.stores.authority.file())
	if err != nil {
		return err
	}
	s.facts["databaseAuthorities"] = string(authorities)
	s.facts["secretsPrefix"], s.facts["sharedSecretsPrefix"] = secretsPrefix, secretsPrefix
	overlay, err := renderOverlay(s.repository, s.facts)
	if err != nil {
		return err
	}
	secrets, err := overlay.resolve(s.stores.manager())
	if err != nil {
		return err
	}
	ini := filepath.Join(s.work, "ini")
	trusted := fmt.Sprintf("openssl.cafile = %[1]s\ncurl.cainfo = %[1]s\n", s.stores.authority.file())
	if err := write(filepath.Join(ini, "authorities.ini"), trusted); err != nil {
		return err
	}
	s.layout = layout{overlay, secrets, filepath.Join(s.repository, "test", "shop", "app"), ini, s.work}
	return nil
}

// pod lays out a pod of a workload. number is its own among the replicas.
func (s *shop) pod(kind, name string, number int, mappings ...mapping) (*pod, error) {
	of, there := s.layout.overlay.workloads[kind+"/"+name]
	if !there {
		return nil, fmt.Errorf("the desired state has no %s %s", kind, name)
	}
	return s.layout.pod(fmt.Sprintf("%s-%d", strings.TrimPrefix(name, "magento-"), number), of, mappings...)
}

// launch gives how a container is started. more are variables that stand for addresses of the cluster.
func (p *pod) launch(c container, what, address string, more ...string) (launch, error) {
	path, err := program(c.command[0])
	if err != nil && c.command[0] == "php-fpm" {
		path, err = program("php-fpm[0-9]*") // Debian has the version in the name
	}
	return launch{
		name: p.name + "-" + c.name, what: what, path: path, arguments: c.command[1:], environment: append(c.environment, more...),
		folder: c.folder, address: address,
	}, err
}

// addresses are the variables by which env.php takes an address.
func (s *shop) addresses() []string {
	return []string{"MAGENTO_DATABASE_HOST=127.0.0.1:" + s.stores.database, "MAGENTO_CA_FILE=" + s.stores.authority.file()}
}

// purges puts the replicas of Varnish where env.php has their names. Those are a loop's, and the replicas' ports are not.
func (s *shop) purges() mapping {
	var ports []string
	for _, replica := range s.varnish {
		_, port, _ := net.SplitHostPort(replica.purge)
		ports = append(ports, "'"+port+"'")
	}
	return mapping{
		"magento", regexp.MustCompile(`\['host' => "magento-varnish-\$n\.magento-varnish", 'port' => '8081'\]`),
		"['host' => '127.0.0.1', 'port' => [" + strings.Join(ports, ", ") + "][$$n]]",
	}
}
