package gitops_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/data/search/access"
	"github.com/magestack/magestack/pkg/naming"
)

// envVariables are those of a pod.
var envVariables = []string{
	"MAGENTO_IMAGE=registry/shop@sha256:1", "MAGENTO_ROLE=alone", "MAGENTO_REGION=eu-central-1", "MAGENTO_MEDIA_BUCKET=bucket", "MAGENTO_HOST_NAME=shop.example.com",
	"MAGENTO_ADMIN_PATH=werkbank_p4m9", "MAGENTO_READ_SPLIT=none", "MAGENTO_VARNISH_REPLICAS=2",
}

// envSecrets are the files of a pod. One has what would end a string of PHP.
var envSecrets = map[string]string{
	"database/username": "magento", "database/password": `p'a"s\s$w{x}`,
	"cache/host": "cache.host", "cache/port": "6379", "cache/password": "cachepass",
	"sessions/host": "sessions.host", "sessions/port": "6379", "sessions/password": "sessionpass",
	"search/host": "search.host", "search/port": "443", "search/username": "magento-shop", "search/password": "searchpass",
	"queue/host": "queue.host", "queue/port": "5671", "queue/username": "magento-shop", "queue/password": "queuepass",
	"encryption-key/key": "0123456789abcdef0123456789abcdef",
}

// loaded is what PHP makes of env.php: the array, and what it puts into $_ENV.
type loaded struct {
	Env   map[string]any
	Extra map[string]string
}

func envPod(t *testing.T, secrets map[string]string, files map[string]string, variables ...string) pod {
	t.Helper()
	all := map[string]string{}
	for name, text := range secrets {
		all["secrets/"+name] = text
	}
	maps.Copy(all, files)
	p := newPod(t, all, append(envVariables, variables...)...)
	p.environment = append(p.environment, "MAGENTO_SECRETS="+p.folder+"/secrets")
	return p
}

// load copies env.php to where it is in an image, and loads it after the statements of a test.
func (p pod) load(before ...string) (string, int) {
	p.t.Helper()
	require.NoError(p.t, copyFile(script(p.t, "magento/env.php"), filepath.Join(p.folder, "app/etc/env.php"), p))
	return p.run("php", "-d", "variables_order=GPCS", "-r", strings.Join(before, " ")+
		`$env = require "app/etc/env.php"; echo json_encode(["Env" => $env, "Extra" => array_filter($_ENV, fn($k) => str_starts_with($k, "CONFIG__"), ARRAY_FILTER_USE_KEY)]);`)
}

func (p pod) loadedEnv(before ...string) loaded {
	p.t.Helper()
	output, status := p.load(before...)
	require.Zero(p.t, status, output)
	var env loaded
	require.NoError(p.t, json.Unmarshal([]byte(output), &env), output)
	return env
}

// at walks into nested arrays.
func (l loaded) at(path string) any {
	var value any = l.Env
	for _, key := range strings.Split(path, "/") {
		array, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = array[key]
	}
	return value
}

// TestEnvPHP holds each value that Magento asks for by its path to what the cluster has.
func TestEnvPHP(t *testing.T) {
	php(t)
	env := envPod(t, envSecrets, nil).loadedEnv()
	for path, want := range map[string]any{
		"db/connection/default/host":     naming.ServiceProxySQL + "." + naming.NamespaceProxySQL + ".svc.cluster.local:6033",
		"db/connection/default/dbname":   proxysql.DefaultSettings().Schema,
		"db/connection/default/username": "magento", "db/connection/default/password": envSecrets["database/password"],
		"db/connection/default/port": nil, "db/slave_connection": nil, "db/table_prefix": "",
		"resource/default_setup/connection":             "default",
		"cache/frontend/default/backend":                `Magento\Framework\Cache\Backend\Redis`,
		"cache/frontend/default/backend_options/server": "tls://cache.host", "cache/frontend/default/backend_options/database": "0",
		"cache/frontend/page_cache/backend_options/database": "1",
		"cache/frontend/locks/backend_options/server":        "tls://sessions.host", "cache/frontend/locks/backend_options/database": "1", "cache/frontend/locks/id_prefix": "locks_",
		"session/save": "redis", "session/redis/host": "tls://sessions.host", "session/redis/database": "0", "session/redis/disable_locking": "0",
		"lock/provider":                     "cache",
		"queue/consumers_wait_for_messages": float64(0), "queue/default_connection": "amqp", "queue/amqp/host": "queue.host", "queue/amqp/port": "5671",
		"queue/amqp/ssl": "true", "queue/amqp/ssl_options/verify_peer": true, "queue/amqp/virtualhost": "/",
		"cron_consumers_runner/cron_run": false,
		"remote_storage/driver":          "aws-s3", "remote_storage/config/bucket": "bucket", "remote_storage/config/region": "eu-central-1", "remote_storage/config/credentials": nil,
		"crypt/key": envSecrets["encryption-key/key"], "backend/frontName": "werkbank_p4m9", "x-frame-options": "SAMEORIGIN", "MAGE_MODE": "production",
		"directories/document_root_is_pub": true, "system": nil,
		"http_cache_hosts": []any{map[string]any{"host": "magento-varnish-0.magento-varnish", "port": "8081"}, map[string]any{"host": "magento-varnish-1.magento-varnish", "port": "8081"}},
	} {
		assert.Equal(t, want, env.at(path), path)
	}
	assert.NotEmpty(t, env.at("install/date"), "setup:db:status asks whether Magento is installed")
	for path, want := range map[string]string{ // the origin contract (pkg/magento), as far as it is configuration
		"system/full_page_cache/caching_application": "2", "web/secure/offloader_header": "X-Forwarded-Proto", "web/cookie/cookie_lifetime": "86400",
		"dev/css/merge_css_files": "0", "dev/js/merge_files": "0", "web/secure/base_url": "https://shop.example.com/",
		"catalog/search/opensearch_index_prefix": access.IndexPrefix, "catalog/search/opensearch_server_hostname": "https://search.host", "catalog/search/opensearch_password": "searchpass",
	} {
		assert.Equal(t, want, env.Extra["CONFIG__DEFAULT__"+strings.ToUpper(strings.ReplaceAll(path, "/", "__"))], path)
	}
}

// mailSecrets are the files of a pod of an overlay with the component mail.
var mailSecrets = map[string]string{"mail/host": "smtp.host", "mail/port": "465", "mail/username": "AKIA", "mail/password": `m'a"$i\l`}

// TestEnvPHPOfMails has SES's values exactly where the secret is, TLS from the first byte in the words of each version, and every key
// that is missing named.
func TestEnvPHPOfMails(t *testing.T) {
	php(t)
	at := func(l loaded, key string) any {
		value, there := l.Extra["CONFIG__DEFAULT__SYSTEM__SMTP__"+key]
		if !there {
			return nil
		}
		return value
	}
	assert.Nil(t, at(envPod(t, envSecrets, nil).loadedEnv(), "TRANSPORT"), "without the secret Magento is told nothing")
	secrets := maps.Clone(envSecrets)
	maps.Copy(secrets, mailSecrets)
	const transport = "vendor/magento/module-email/Model/Transport.php"
	for source, ssl := range map[string]string{"<?php use Laminas\\Mail\\Transport\\Smtp;": "ssl", "<?php use Symfony\\Component\\Mailer\\Mailer;": "tls"} {
		env := envPod(t, secrets, map[string]string{transport: source}).loadedEnv()
		for key, want := range map[string]string{
			"TRANSPORT": "smtp", "HOST": "smtp.host", "PORT": "465", "SSL": ssl, "AUTH": "login", "USERNAME": "AKIA",
		} {
			assert.Equal(t, want, at(env, key), key)
		}
		assert.Nil(t, env.at("system"), "a change of it would have to be imported")
	}
	for key, newest := range map[string]string{
		strings.Repeat("k", 32): "0", "old\n" + strings.Repeat("k", 32): "1", "old older base64" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 32))) + "\n": "2",
	} {
		secrets["encryption-key/key"] = key
		p := envPod(t, secrets, nil)
		version, text := p.decrypted(fmt.Sprint(at(p.loadedEnv(), "PASSWORD")), strings.Repeat("k", 32))
		assert.Equal(t, newest, version, "the newest key")
		assert.Equal(t, mailSecrets["mail/password"], text, "Magento decrypts it for each store")
	}
	for name := range mailSecrets {
		some := maps.Clone(secrets)
		delete(some, name)
		output, status := envPod(t, some, nil).load()
		assert.NotZero(t, status, name)
		assert.Contains(t, output, name+" cannot be read: see the ExternalSecret magento-mail")
		if name != "mail/password" {
			assert.NotContains(t, output, mailSecrets["mail/password"])
		}
	}
}

// decrypted takes apart what Magento encrypts, and returns the number of the key with the text.
func (p pod) decrypted(value, key string) (version, text string) {
	p.t.Helper()
	parts := strings.Split(value, ":")
	require.Len(p.t, parts, 3, value)
	require.Equal(p.t, "3", parts[1], "the cipher of Magento 2.4.7 and newer")
	output, status := p.run("php", "-r", `$data = base64_decode($argv[1]); $nonce = substr($data, 0, 12);
		echo sodium_crypto_aead_chacha20poly1305_ietf_decrypt(substr($data, 12), $nonce, $nonce, $argv[2]);`, parts[2], key)
	require.Zero(p.t, status, output)
	return parts[0], output
}

// TestEnvPHPOfOtherReleases wants caches of their own for each release, the names of 2.4.9's backends, and locks that are shared.
func TestEnvPHPOfOtherReleases(t *testing.T) {
	php(t)
	one := envPod(t, envSecrets, nil).loadedEnv()
	next := envPod(t, envSecrets, map[string]string{"vendor/magento/framework/Cache/Frontend/Adapter/Symfony.php": ""}, "MAGENTO_IMAGE=registry/shop@sha256:2").loadedEnv()
	assert.NotEqual(t, one.at("cache/frontend/default/id_prefix"), next.at("cache/frontend/default/id_prefix"))
	assert.Equal(t, one.at("cache/frontend/locks/id_prefix"), next.at("cache/frontend/locks/id_prefix"))
	assert.Equal(t, "valkey", next.at("cache/frontend/default/backend"))
	assert.Equal(t, one.at("cache/graphql/id_salt"), next.at("cache/graphql/id_salt"))
}

// TestEnvPHPReadsASecretThatHasChanged, without a new pod.
func TestEnvPHPReadsASecretThatHasChanged(t *testing.T) {
	php(t)
	p := envPod(t, envSecrets, nil)
	p.loadedEnv()
	p.write("secrets/database/username", "magento_clone")
	assert.Equal(t, "magento_clone", p.loadedEnv().at("db/connection/default/username"))
}

// TestEnvPHPOfASplit has a slave connection with its own user, exactly where the settings say so.
func TestEnvPHPOfASplit(t *testing.T) {
	php(t)
	p := envPod(t, envSecrets, map[string]string{"secrets/database-read/username": "mage_read", "secrets/database-read/password": "r"}, "MAGENTO_READ_SPLIT=slave-connection")
	assert.Equal(t, "mage_read", p.loadedEnv().at("db/slave_connection/default/username"))
}

// TestEnvPHPSaysWhatIsMissing by name, and prints no secret.
func TestEnvPHPSaysWhatIsMissing(t *testing.T) {
	php(t)
	for name := range envSecrets {
		some := maps.Clone(envSecrets)
		delete(some, name)
		output, status := envPod(t, some, nil).load()
		assert.NotZero(t, status, name)
		store, _, _ := strings.Cut(name, "/")
		assert.Contains(t, output, name+" cannot be read: see the ExternalSecret magento-"+store)
		for other, value := range some {
			if strings.HasSuffix(other, "password") {
				assert.NotContains(t, output, value)
			}
		}
	}
	output, _ := envPod(t, envSecrets, nil, "MAGENTO_READ_SPLIT=").load()
	assert.Contains(t, output, "the variable MAGENTO_READ_SPLIT is not set")
}

// TestEnvPHPOfAPIKeys has every key that is mounted under its name, with the one before, and none where there is none.
func TestEnvPHPOfAPIKeys(t *testing.T) {
	php(t)
	assert.Empty(t, envPod(t, envSecrets, nil).loadedEnv().at("api_keys"))
	secrets := maps.Clone(envSecrets)
	maps.Copy(secrets, map[string]string{"api-erp/key": "now", "api-erp/previousKey": "before", "api-search-ads/key": "first", "api-search-ads/previousKey": ""})
	p := envPod(t, secrets, nil)
	assert.Equal(t, map[string]any{
		"erp": map[string]any{"key": "now", "previousKey": "before"}, "search-ads": map[string]any{"key": "first", "previousKey": ""},
	}, p.loadedEnv().at("api_keys"))
	delete(secrets, "api-erp/key")
	output, status := envPod(t, secrets, nil).load()
	assert.NotZero(t, status)
	assert.Contains(t, output, "api-erp/key cannot be read: see the ExternalSecret magento-api-erp")
}
