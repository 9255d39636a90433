package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"sync"
)

// workers are the PHP-FPM of every web pod, which are stopped and started while the shop is looked at.
type workers struct {
	mu  sync.Mutex
	all []*process
}

func (w *workers) add(p *process) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, p)
}

// processes are those that were started last, one for each pod.
func (w *workers) processes() []*process {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.all)
}

// stop stops them. nginx stays, and answers with errors.
func (w *workers) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.all {
		one.stop()
	}
}

// start starts again what has stopped.
func (w *workers) start(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for n, one := range w.all {
		if one.running() {
			continue
		}
		if err := os.RemoveAll(one.address); err != nil { // the socket, which a process that is killed leaves
			return err
		}
		started, err := one.launch.start(ctx)
		if err != nil {
			return err
		}
		w.all[n] = started
	}
	return nil
}

// startPHP starts PHP again, and waits until Varnish knows.
func (s *shop) startPHP(ctx context.Context) error {
	if err := s.php.start(ctx); err != nil {
		return err
	}
	return wait(ctx, "Varnish knows that PHP is back", func(ctx context.Context) error {
		for _, replica := range s.varnish {
			if err := s.passes(ctx, replica.http); err != nil {
				return err
			}
		}
		return nil
	})
}

// passes asks a replica for what it does not keep.
func (s *shop) passes(ctx context.Context, address string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/checkout/cart/", nil)
	if err != nil {
		return err
	}
	request.Host = s.facts["hostName"]
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s", address, response.Status)
	}
	return errors.Join(err, response.Body.Close())
}
