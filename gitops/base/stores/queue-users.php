<?php
/**
 * Makes Magento's own user of RabbitMQ, by the management API (RabbitMQ documentation, "HTTP API"). Each request says all of what
 * it makes, so that a second run changes nothing. What the user may do is in queue-permissions.json, which is pkg/data/queue/access.
 */
declare(strict_types=1);

require __DIR__ . '/https.php';

run('queue-users', static function (): void {
    $base = getenv('STORES_QUEUE_URL') ?: 'https://' . secret('queue/host'); // the console's port, and not that of AMQP
    $put = static fn(string $path, array $body): string =>
        request('PUT', $base, "/api/$path", secret('queue/username'), secret('queue/password'), $body);
    $permissions = json_decode(file_get_contents(__DIR__ . '/queue-permissions.json'), true, 512, JSON_THROW_ON_ERROR);
    $user = secret('queue-shop/username');
    $put("users/$user", ['password' => secret('queue-shop/password'), 'tags' => '']);
    $put("permissions/%2F/$user", $permissions);
});
