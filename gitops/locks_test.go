package gitops_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLocksOfAnEarlierCron deletes what a killed pod left, and nothing else.
func TestLocksOfAnEarlierCron(t *testing.T) {
	php(t)
	store := newStore(t, "zc:k:locks_LOCKED_RECORD_INFO_CRON_GROUP_index", "zc:k:locks_LOCKED_RECORD_INFO_INDEXERcatalog_product_price", "zc:k:locks_LOCKED_RECORD_INFO_cart_1", "sess_1")
	host, port, err := net.SplitHostPort(store.address)
	require.NoError(t, err)
	p := newPod(t, map[string]string{"env.php": fmt.Sprintf(`<?php return ['cache' => ['frontend' => ['locks' => ['backend_options' => [
		'server' => '%s', 'port' => '%s', 'database' => '1', 'password' => 'store-secret']]]]];`, host, port)})
	p.environment = append(p.environment, "MAGENTO_ENV="+p.folder+"/env.php")
	for _, deleted := range []int{2, 0} {
		output, status := p.run("php", script(t, "cron/unlock-cron.php"))
		assert.Zero(t, status, output)
		assert.Equal(t, fmt.Sprintf("unlock-cron: %d locks of an earlier pod deleted\n", deleted), output)
	}
	assert.Equal(t, []string{"sess_1", "zc:k:locks_LOCKED_RECORD_INFO_cart_1"}, store.keys())
	assert.Equal(t, []string{"AUTH store-secret", "SELECT 1"}, store.first(2))
	store.close()
	output, status := p.run("php", script(t, "cron/unlock-cron.php"))
	assert.Equal(t, 1, status)
	assert.Contains(t, output, "cannot connect to the store of sessions")
}

// store speaks as much of Valkey's protocol as the script does.
type store struct {
	address  string
	close    func()
	mutex    sync.Mutex
	all      map[string]bool
	commands []string
}

func newStore(t *testing.T, keys ...string) *store {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &store{address: listener.Addr().String(), close: sync.OnceFunc(func() { _ = listener.Close() }), all: map[string]bool{}}
	for _, key := range keys {
		s.all[key] = true
	}
	t.Cleanup(s.close)
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go s.serve(connection)
		}
	}()
	return s
}

func (s *store) serve(connection net.Conn) {
	defer connection.Close()
	reader := bufio.NewReader(connection)
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			return
		}
		count, _ := strconv.Atoi(strings.TrimSpace(line[1:]))
		words := make([]string, count)
		for i := range words {
			_, _ = reader.ReadString('\n')
			word, _ := reader.ReadString('\n')
			words[i] = strings.TrimRight(word, "\r\n")
		}
		_, _ = io.WriteString(connection, s.answer(words))
	}
}

func (s *store) answer(words []string) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.commands = append(s.commands, strings.Join(words, " "))
	switch words[0] {
	case "SCAN": // one key at a time, so that a cursor has to be followed
		pattern := strings.ReplaceAll(regexp.QuoteMeta(words[3]), `\*`, ".*")
		var found []string
		for key := range s.all {
			if regexp.MustCompile("^" + pattern + "$").MatchString(key) {
				found = append(found, key)
			}
		}
		slices.Sort(found)
		if len(found) == 0 {
			return "*2\r\n$1\r\n0\r\n*0\r\n"
		}
		return fmt.Sprintf("*2\r\n$1\r\n7\r\n*1\r\n$%d\r\n%s\r\n", len(found[0]), found[0])
	case "DEL":
		delete(s.all, words[1])
		return ":1\r\n"
	}
	return "+OK\r\n"
}

func (s *store) keys() (keys []string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for key := range s.all {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func (s *store) first(n int) []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.commands[:n]
}
