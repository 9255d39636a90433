<?php
/**
 * app/etc/env.php of every pod that runs Magento 2.4.7, 2.4.8 or 2.4.9.
 *
 * Magento loads it for every request, so that a file of a secret that has changed counts from the next one on, without a new
 * pod. Secrets are files below $MAGENTO_SECRETS, one a key; what the cluster knows of AWS is in variables named MAGENTO_*.
 * Variables of Magento's own (MAGENTO_DC_*) do not reach the database, the caches and the queue
 * (Magento\Framework\App\DeploymentConfig answers arrays from this file alone; magento/magento2#41206).
 */

$variable = static function (string $name, ?string $otherwise = null): string {
    $value = getenv($name);
    $value = $value === false || $value === '' ? $otherwise : $value;
    if ($value === null) {
        throw new \RuntimeException("env.php: the variable $name is not set");
    }
    return $value;
};
$secrets = $variable('MAGENTO_SECRETS', '/etc/magento/secrets');

/**
 * The files of a secret as they were at one moment: a user with the password of that user. kubelet exchanges all files at once, by
 * pointing the link ..data at another directory (Kubernetes, pkg/volume/util/atomic_writer.go), also between two reads of this
 * request. They are read below what the link said, and anew when it says something else by then. The link itself is asked:
 * realpath() would answer from PHP's cache for minutes. A directory without ..data is read as it is.
 */
$files = static function (string $folder): array {
    do {
        $link = @readlink("$folder/..data");
        $files = [];
        $at = $link === false ? $folder : "$folder/$link";
        foreach (@scandir($at) ?: [] as $name) {
            $text = str_starts_with($name, '.') ? false : @file_get_contents("$at/$name");
            if ($text !== false) {
                $files[$name] = $text;
            }
        }
    } while (@readlink("$folder/..data") !== $link);
    return $files;
};
$read = [];
$secret = static function (string $store, string $key) use ($secrets, $files, &$read): string {
    $read[$store] ??= $files("$secrets/$store");
    return $read[$store][$key]
        ?? throw new \RuntimeException("env.php: $secrets/$store/$key cannot be read: see the ExternalSecret magento-$store");
};

/**
 * The keys that count now, the last of which encrypts. A key that was appended a moment ago is in some pods and not yet in others,
 * which could not read what it has encrypted. Its secret says from which second on all of them have it: what begins before that leaves
 * it out to its end, and so does everything when that is no number.
 */
$cryptKey = $secret('encryption-key', 'key');
$activeFrom = trim($read['encryption-key']['activeFrom'] ?? '');
if ($activeFrom !== '' && (!ctype_digit($activeFrom) || ($_SERVER['REQUEST_TIME'] ?? time()) < (int)$activeFrom)) {
    $known = preg_split('/\s+/', trim($cryptKey)); // as Magento\Framework\Encryption\Encryptor takes them apart
    $cryptKey = implode("\n", count($known) > 1 ? array_slice($known, 0, -1) : $known);
}

// Two releases run beside each other while one takes over from the other, and what one keeps (configuration, layouts, compiled
// blocks) is wrong for the other: each has entries of its own. Those of a release that is gone are evicted.
$release = 'r' . substr(sha1($variable('MAGENTO_IMAGE')), 0, 8) . '_';

// 2.4.9 takes short names for what it builds on Symfony's cache, and falls back to files for a class that it does not know;
// 2.4.7 and 2.4.8 take classes, and fall back to files for short names (Magento\Framework\App\Cache\Frontend\Factory).
$symfony = is_file(dirname(__DIR__, 2) . '/vendor/magento/framework/Cache/Frontend/Adapter/Symfony.php');
$valkey = static function (string $store, string $database, string $prefix, string $compress) use ($secret, $symfony): array {
    return [
        'id_prefix' => $prefix,
        'backend' => $symfony ? 'valkey' : \Magento\Framework\Cache\Backend\Redis::class,
        'backend_options' => [
            'server' => 'tls://' . $secret($store, 'host'),
            'port' => $secret($store, 'port'),
            'database' => $database,
            'password' => $secret($store, 'password'),
            'compress_data' => $compress,
            'compression_lib' => 'gzip',
            'connect_retries' => '2',
            'read_timeout' => '10',
        ],
    ];
};

// The port belongs to the host: a key of its own is refused (Magento\Framework\DB\Adapter\Pdo\Mysql). A lost connection is
// opened anew by Magento; ProxySQL holds it through a failover.
$connection = static function (string $store) use ($secret, $variable): array {
    return [
        'host' => $variable('MAGENTO_DATABASE_HOST', 'proxysql.proxysql.svc.cluster.local:6033'),
        'dbname' => $variable('MAGENTO_DATABASE_NAME', 'magento'),
        'username' => $secret($store, 'username'),
        'password' => $secret($store, 'password'),
        'model' => 'mysql4',
        'engine' => 'innodb',
        'initStatements' => 'SET NAMES utf8;',
        'active' => '1',
    ];
};
$db = ['table_prefix' => '', 'connection' => ['default' => $connection('database')]];
if ($variable('MAGENTO_READ_SPLIT') === 'slave-connection') {
    $db['slave_connection'] = ['default' => $connection('database-read')]; // Adobe Commerce alone reads it
}

// API keys of the shop (magento/ENVIRONMENT/api/NAME), as api_keys/NAME/key of the deployment configuration. previousKey is what the other
// side may still know or send, and empty before the first rotation (docs/shop.md).
$apiKeys = [];
foreach (glob("$secrets/api-*", GLOB_ONLYDIR) ?: [] as $folder) {
    $store = basename($folder);
    $apiKeys[substr($store, strlen('api-'))] = ['key' => $secret($store, 'key'), 'previousKey' => $read[$store]['previousKey'] ?? ''];
}

// Every Varnish is purged by its name: a Service would purge one of them.
$varnishes = [];
for ($n = 0; $n < (int)$variable('MAGENTO_VARNISH_REPLICAS'); $n++) {
    $varnishes[] = ['host' => "magento-varnish-$n.magento-varnish", 'port' => '8081'];
}

// What the edge and this architecture need of the configuration. Variables count before the database and are in no configuration
// that has to be imported: a change of "system" in this file would stop every pod of the other release until
// app:config:import ran (Magento\Deploy\Model\Plugin\ConfigChangeDetector). Magento reads $_ENV
// (Magento\Config\App\Config\Source\EnvironmentConfigSource), which needs no secret in the environment of the process.
$baseUrl = 'https://' . $variable('MAGENTO_HOST_NAME') . '/';
$configuration = [
    'web/unsecure/base_url' => $baseUrl,
    'web/secure/base_url' => $baseUrl,
    'web/unsecure/base_media_url' => $baseUrl . 'media/',
    'web/secure/base_media_url' => $baseUrl . 'media/',
    'web/secure/use_in_frontend' => '1',
    'web/secure/use_in_adminhtml' => '1',
    'web/secure/offloader_header' => 'X-Forwarded-Proto',
    'web/cookie/cookie_lifetime' => '86400',
    'system/full_page_cache/caching_application' => '2', // Varnish
    'dev/css/merge_css_files' => '0',
    'dev/js/merge_files' => '0',
    'dev/js/enable_js_bundling' => '0',
    'dev/static/sign' => '1',
    'system/media_storage_configuration/media_storage' => '0',
    'catalog/search/engine' => 'opensearch',
    'catalog/search/opensearch_server_hostname' => 'https://' . $secret('search', 'host'),
    'catalog/search/opensearch_server_port' => $secret('search', 'port'),
    'catalog/search/opensearch_enable_auth' => '1',
    'catalog/search/opensearch_username' => $secret('search', 'username'),
    'catalog/search/opensearch_password' => $secret('search', 'password'),
    'catalog/search/opensearch_index_prefix' => 'magento2', // what its user may reach (pkg/data/search/access)
];

// Magento keeps some values encrypted. A variable of all scopes it takes as it is in that scope alone: what it copies into websites
// and stores, where it reads it, it decrypts (Magento\Framework\App\Config\MetadataConfigTypeProcessor). Such a value is encrypted
// here as Magento does it, with the newest key (Magento\Framework\Encryption\Encryptor, CIPHER_AEAD_CHACHA20POLY1305).
$encrypted = static function (string $text) use ($cryptKey): string {
    $keys = preg_split('/\s+/', trim($cryptKey));
    $key = end($keys);
    if (str_starts_with($key, 'base64')) {
        $key = (string)base64_decode(substr($key, 6));
    }
    $nonce = random_bytes(SODIUM_CRYPTO_AEAD_CHACHA20POLY1305_IETF_NPUBBYTES);
    $cipher = sodium_crypto_aead_chacha20poly1305_ietf_encrypt($text, $nonce, $nonce, $key);
    return sprintf('%d:3:%s', count($keys) - 1, base64_encode($nonce . $cipher));
};

// Mails leave through SES where the overlay has the component mail. On port 465 every connection begins with TLS; on 587 it would
// depend on the version whether it does, or whether it has to. 2.4.7 sends by Laminas and calls that ssl; from 2.4.8 on Symfony
// sends, and Magento calls it tls (Magento\Email\Model\Transport; magento/magento2#39947).
if (is_dir("$secrets/mail")) {
    $transport = (string)@file_get_contents(dirname(__DIR__, 2) . '/vendor/magento/module-email/Model/Transport.php');
    $configuration += [
        'system/smtp/transport' => 'smtp',
        'system/smtp/host' => $secret('mail', 'host'),
        'system/smtp/port' => $secret('mail', 'port'),
        'system/smtp/ssl' => str_contains($transport, 'Laminas\\Mail') ? 'ssl' : 'tls',
        'system/smtp/auth' => 'login',
        'system/smtp/username' => $secret('mail', 'username'),
        'system/smtp/password' => $encrypted($secret('mail', 'password')),
    ];
}
foreach ($configuration as $path => $value) {
    $_ENV['CONFIG__DEFAULT__' . strtoupper(str_replace('/', '__', $path))] ??= $value;
}

return [
    'backend' => ['frontName' => $variable('MAGENTO_ADMIN_PATH')],
    'MAGE_MODE' => 'production',
    'install' => ['date' => 'Mon, 01 Jan 2024 00:00:00 +0000'],
    'crypt' => ['key' => $cryptKey],
    'api_keys' => $apiKeys,
    'db' => $db,
    'resource' => ['default_setup' => ['connection' => 'default']],
    'cache' => [
        'frontend' => [
            'default' => $valkey('cache', '0', $release, '1'),
            'page_cache' => $valkey('cache', '1', $release, '0'), // pages are Varnish's; what asks for them is told so
            // Locks outlive a release, and are beside the sessions, where nothing is evicted.
            'locks' => $valkey('sessions', '1', 'locks_', '0'),
        ],
        'allow_parallel_generation' => false,
        'graphql' => ['id_salt' => substr(hash_hmac('sha256', 'graphql', $cryptKey), 0, 32)],
    ],
    'cache_types' => [
        'config' => 1, 'layout' => 1, 'block_html' => 1, 'collections' => 1, 'reflection' => 1, 'db_ddl' => 1,
        'compiled_config' => 1, 'eav' => 1, 'customer_notification' => 1, 'config_integration' => 1,
        'config_integration_api' => 1, 'graphql_query_resolver_result' => 1, 'full_page' => 1, 'target_rule' => 1,
        'config_webservice' => 1, 'translate' => 1,
    ],
    'session' => [
        'save' => 'redis',
        'redis' => [
            'host' => 'tls://' . $secret('sessions', 'host'),
            'port' => $secret('sessions', 'port'),
            'password' => $secret('sessions', 'password'),
            'database' => '0',
            'timeout' => '2.5',
            'persistent_identifier' => '',
            'compression_threshold' => '2048',
            'compression_library' => 'gzip',
            'log_level' => '3',
            // A session's requests wait for each other. Of a pod's twelve workers, six at most wait for one visitor.
            'max_concurrency' => '6',
            'break_after_frontend' => '5',
            'break_after_adminhtml' => '30',
            'first_lifetime' => '600',
            'bot_first_lifetime' => '60',
            'bot_lifetime' => '7200',
            'disable_locking' => '0',
            'min_lifetime' => '60',
            'max_lifetime' => '2592000',
        ],
    ],
    // Not in the database: GET_LOCK keeps a connection of ProxySQL's until its client goes. The image's module
    // Magestack_Locks gives the provider the frontend "locks"; without it, say db.
    'lock' => ['provider' => $variable('MAGENTO_LOCK_PROVIDER', 'cache')],
    'queue' => [
        // With 0 a consumer ends when its queue is empty; the pod then asks the next one. An integer: Magento compares by type.
        'consumers_wait_for_messages' => 0,
        'default_connection' => 'amqp',
        'amqp' => [
            'host' => $secret('queue', 'host'),
            'port' => $secret('queue', 'port'),
            'user' => $secret('queue', 'username'),
            'password' => $secret('queue', 'password'),
            'virtualhost' => '/',
            'ssl' => 'true',
            'ssl_options' => ['verify_peer' => true, 'verify_peer_name' => true, 'cafile' => $variable('MAGENTO_CA_FILE', '/etc/ssl/certs/ca-certificates.crt')],
        ],
    ],
    'cron_consumers_runner' => ['cron_run' => false], // consumers have pods of their own
    'cron' => ['enabled' => 1],
    'indexer' => ['use_application_lock' => true],
    'remote_storage' => [
        'driver' => 'aws-s3',
        'prefix' => '',
        // No keys: the pod has an identity (Pod Identity on nodes, a web identity on Fargate).
        'config' => ['bucket' => $variable('MAGENTO_MEDIA_BUCKET'), 'region' => $variable('MAGENTO_REGION')],
    ],
    'http_cache_hosts' => $varnishes,
    'x-frame-options' => 'SAMEORIGIN',
    'downloadable_domains' => [$variable('MAGENTO_HOST_NAME')],
    'directories' => ['document_root_is_pub' => true],
];
