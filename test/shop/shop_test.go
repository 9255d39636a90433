package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const repository = "../.."

// needed are the programs that a shop is made of.
var needed = []string{"nginx", "php-fpm*", "php", "varnishd", "rabbitmq-server", "epmd", "mariadbd", "mariadb-install-db"}

// theShop is started once for all tests, and is left by each as it was found.
var theShop = struct {
	once sync.Once
	shop *shop
	err  error
}{}

func TestMain(m *testing.M) {
	if called() {
		return
	}
	status := m.Run()
	if theShop.shop != nil {
		if err := errorsOf(theShop.shop); err != nil {
			fmt.Fprintln(os.Stderr, err)
			status = 1
		}
	}
	os.Exit(status)
}

func errorsOf(s *shop) error {
	err := s.stop()
	if removed := os.RemoveAll(s.work); err == nil {
		err = removed
	}
	return err
}

// running gives the shop. It skips the test where a program is missing.
func running(t *testing.T) *shop {
	t.Helper()
	for _, name := range needed {
		if _, err := program(name); err != nil {
			t.Skip(err)
		}
	}
	if _, err := program("valkey-server"); err != nil {
		if _, err := program("redis-server"); err != nil {
			t.Skip(err)
		}
	}
	modules, err := exec.CommandContext(t.Context(), "php", "-m").Output()
	require.NoError(t, err)
	for _, extension := range []string{"redis", "amqp", "pdo_mysql", "curl"} {
		if !slices.Contains(strings.Fields(string(modules)), extension) {
			t.Skip("PHP has no " + extension + "; on Debian: apt-get install " + packages)
		}
	}
	theShop.once.Do(func() { theShop.shop, theShop.err = startForTests() })
	require.NoError(t, theShop.err)
	return theShop.shop
}

// patienceOfStart is for a whole start, when much else runs on the machine. It takes half a minute.
const patienceOfStart = 5 * time.Minute

func startForTests() (*shop, error) {
	work, err := os.MkdirTemp("", "shop") // the path of a socket has 108 bytes
	if err != nil {
		return nil, err
	}
	tool, err := buildTool(context.Background(), repository, work)
	if err != nil {
		return nil, err
	}
	ports, err := freePorts(1)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patienceOfStart)
	defer cancel()
	return start(ctx, options{repository: repository, work: work, tool: tool, listen: localhost + ports[0]})
}
