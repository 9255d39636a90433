<?php
/**
 * Runs setup:install against an empty database, with what env.php says: the command asks for connections as options, and writes an
 * env.php that nobody keeps. Options are given without a shell. They hold passwords, and are seen in this pod alone.
 */
declare(strict_types=1);

$root = getenv('MAGENTO_ROOT') ?: '/var/www/html';
$env = require getenv('MAGENTO_ENV') ?: "$root/app/etc/env.php";
$db = $env['db']['connection']['default'];
$amqp = $env['queue']['amqp'];
$config = static fn(string $path): string => $_ENV['CONFIG__DEFAULT__' . strtoupper(str_replace('/', '__', $path))];
$options = [
    'backend-frontname' => $env['backend']['frontName'],
    'key' => strtok($env['crypt']['key'], "\n"),
    'db-host' => $db['host'],
    'db-name' => $db['dbname'],
    'db-user' => $db['username'],
    'db-password' => $db['password'],
    'amqp-host' => $amqp['host'],
    'amqp-port' => $amqp['port'],
    'amqp-user' => $amqp['user'],
    'amqp-password' => $amqp['password'],
    'amqp-virtualhost' => $amqp['virtualhost'],
    'amqp-ssl' => 'true',
    'search-engine' => 'opensearch',
    'opensearch-host' => $config('catalog/search/opensearch_server_hostname'),
    'opensearch-port' => $config('catalog/search/opensearch_server_port'),
    'opensearch-enable-auth' => '1',
    'opensearch-username' => $config('catalog/search/opensearch_username'),
    'opensearch-password' => $config('catalog/search/opensearch_password'),
    'opensearch-index-prefix' => $config('catalog/search/opensearch_index_prefix'),
    'use-rewrites' => '1',
];
$command = [PHP_BINARY, "$root/bin/magento", 'setup:install', '--no-interaction'];
foreach ($options as $name => $value) {
    $command[] = "--$name=$value";
}
$process = proc_open($command, [STDIN, STDOUT, STDERR], $pipes);
exit($process === false ? 1 : proc_close($process));
