package main

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"regexp"
)

const localhost = "127.0.0.1:"

// reserve gives addresses to the replicas of Varnish, which env.php of every pod must know before they run.
func (s *shop) reserve() error {
	replicas := s.layout.overlay.workloads["StatefulSet/magento-varnish"].replicas
	ports, err := freePorts(2 * replicas)
	if err != nil {
		return err
	}
	for n := range replicas {
		s.varnish = append(s.varnish, replica{name: fmt.Sprintf("varnish-%d", n), http: localhost + ports[2*n], purge: localhost + ports[2*n+1]})
	}
	return nil
}

// startWeb starts the pods of the base, and the Service that Varnish asks.
func (s *shop) startWeb(ctx context.Context) error {
	const name = "magento-web-base"
	if err := s.reserve(); err != nil {
		return err
	}
	s.log.Info("starting nginx and PHP-FPM")
	var pods []string
	for n := range s.layout.overlay.workloads["Deployment/"+name].replicas {
		address, err := s.startWebPod(ctx, name, n)
		if err != nil {
			return err
		}
		pods = append(pods, address)
	}
	var err error
	s.service, err = newService(pods)
	return err
}

// startWebPod starts both containers of a web pod, and gives where nginx answers. What nginx trusts as the load balancer's
// addresses is this machine.
func (s *shop) startWebPod(ctx context.Context, name string, number int) (string, error) {
	ports, err := freePorts(2)
	if err != nil {
		return "", err
	}
	address, probes := localhost+ports[0], localhost+ports[1]
	p, err := s.pod("Deployment", name, number, s.purges(),
		mapping{"nginx", regexp.MustCompile(`listen 8080;`), "listen " + address + ";"},
		mapping{"nginx", regexp.MustCompile(`listen     8082;`), "listen " + probes + ";"},
		mapping{"nginx", regexp.MustCompile(`set_real_ip_from 10\.0\.0\.0/8;`), "set_real_ip_from 127.0.0.0/8;"},
	)
	if err != nil {
		return "", err
	}
	for _, c := range p.containers {
		what, listens := "PHP-FPM of a web pod", ""
		if c.name == "nginx" {
			what, listens = "nginx of a web pod", address
		}
		l, err := p.launch(c, what, listens, s.addresses()...)
		if err != nil {
			return "", err
		}
		if c.name == "magento" {
			l.network, l.address = "unix", filepath.Join(p.folder, "volumes", "run", "php.sock")
		}
		started, err := l.start(ctx)
		if err != nil {
			return "", err
		}
		if c.name == "magento" {
			s.php.add(started)
		} else {
			s.running = append(s.running, started)
		}
	}
	return address, nil
}

// startVarnish starts every replica, and the load balancer in front of them.
func (s *shop) startVarnish(ctx context.Context) error {
	s.log.Info("starting Varnish")
	_, port, err := net.SplitHostPort(s.service.address())
	if err != nil {
		return err
	}
	var targets []string
	for n, replica := range s.varnish {
		p, err := s.pod("StatefulSet", "magento-varnish", n,
			mapping{"varnish", regexp.MustCompile(`^http=:8080,`), "http=" + replica.http + ","},
			mapping{"varnish", regexp.MustCompile(`^purge=:8081,`), "purge=" + replica.purge + ","},
			mapping{"varnish", regexp.MustCompile(`\.host = "magento-origin"`), `.host = "127.0.0.1"`},
			mapping{"varnish", regexp.MustCompile(`\.port = "8080"`), `.port = "` + port + `"`},
		)
		if err != nil {
			return err
		}
		c := p.containers[0]
		c.command = append(c.command, "-p", "vcl_path="+filepath.Join(p.folder, "root/etc/varnish")) // where the image's varnishd looks by itself
		l, err := p.launch(c, "Varnish, Magento's page cache", replica.http)
		if err != nil {
			return err
		}
		started, err := l.start(ctx)
		if err != nil {
			return err
		}
		s.running = append(s.running, started)
		s.varnish[n].work = filepath.Join(p.folder, "root/var/lib/varnish")
		targets = append(targets, replica.http)
	}
	files, err := s.stores.authority.issue("balancer")
	if err != nil {
		return err
	}
	s.balancer, err = newBalancer(targets, files)
	return err
}

// startConsumers starts the consumers of one group, which take what an order leaves to be done.
func (s *shop) startConsumers(ctx context.Context) error {
	const name = "magento-consumers-sales"
	p, err := s.pod("Deployment", name, 0, s.purges())
	if err != nil {
		return err
	}
	l, err := p.launch(p.containers[0], "consumers of the group sales", "", s.addresses()...)
	if err != nil {
		return err
	}
	started, err := l.start(ctx)
	if err != nil {
		return err
	}
	s.running = append(s.running, started)
	return nil
}
