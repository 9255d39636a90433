package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// job runs a Job to its end: its init containers, and then its container.
func (s *shop) job(ctx context.Context, name string, more []string, mappings ...mapping) error {
	s.log.Info("running a job", "job", name)
	p, err := s.pod("Job", name, 0, mappings...)
	if err != nil {
		return err
	}
	if name == releaseJob {
		s.released = p
	}
	for _, c := range slices.Concat(p.inits, p.containers) {
		l, err := p.launch(c, "", "", more...)
		if err != nil {
			return err
		}
		output, err := l.run(ctx)
		s.jobs[name] += output
		if err != nil {
			return fmt.Errorf("job %s: %w", name, err)
		}
	}
	return nil
}

// makeUsers is wave 1. The job of the search's users has nobody to ask.
func (s *shop) makeUsers(ctx context.Context) error {
	if err := s.job(ctx, "magento-database-users", nil); err != nil {
		return err
	}
	return s.job(ctx, "magento-queue-users", []string{"STORES_QUEUE_URL=https://127.0.0.1:" + s.stores.console})
}

// makeSchema is wave 2.
func (s *shop) makeSchema(ctx context.Context) error {
	api, err := newKubernetes(filepath.Join(s.work, "account"))
	if err != nil {
		return err
	}
	s.api = api
	return s.job(ctx, "magento-schema", append(s.addresses(), api.variables()...))
}

// releaseJob purges and warms up.
const releaseJob = "magento-release"

// release is what follows a synchronisation.
func (s *shop) release(ctx context.Context) error {
	var addresses []string
	for _, replica := range s.varnish {
		addresses = append(addresses, replica.http)
	}
	return s.job(ctx, releaseJob, append(s.addresses(), "WARM_UP_ADDRESSES="+strings.Join(addresses, ",")), s.purges())
}

// magento runs bin/magento in a pod of the command line: the one that follows a release.
func (s *shop) magento(ctx context.Context, arguments ...string) error {
	l, err := s.commandLine()
	if err != nil {
		return err
	}
	l.arguments = append([]string{filepath.Join(s.released.folder, "image/html/bin/magento")}, arguments...)
	_, err = l.run(ctx)
	return err
}

// query gives the first column of a row of the database, as the storefront's user.
func (s *shop) query(ctx context.Context, statement string) (string, error) {
	const script = `require $argv[1]; echo (new Shop\Stores(Shop\Env::load()))->database()->query($argv[2])->fetchColumn();`
	l, err := s.commandLine()
	if err != nil {
		return "", err
	}
	l.arguments = []string{"-r", script, filepath.Join(s.released.folder, "image/html/src/autoload.php"), statement}
	return l.run(ctx)
}

// commandLine is PHP in the pod that follows a release, whose files are there since it ran.
func (s *shop) commandLine() (launch, error) {
	c := s.released.containers[0]
	path, err := program("php")
	return launch{
		name: "command-line", path: path, environment: append(slices.Clone(c.environment), s.addresses()...), folder: c.folder,
	}, err
}
