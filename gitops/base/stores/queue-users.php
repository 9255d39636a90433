<?php
/**
 * Makes Magento's own user of RabbitMQ, by the management API (RabbitMQ documentation, "HTTP API"). What is there and right is left
 * alone. What the user may do is in queue-permissions.json, which is pkg/data/queue/access.
 */
declare(strict_types=1);

require __DIR__ . '/https.php';

run('queue-users', static function (): void {
    [$host, $administrator, $password] = secret('queue', 'host', 'username', 'password');
    $base = getenv('STORES_QUEUE_URL') ?: "https://$host"; // the console's port, and not that of AMQP
    $ask = static fn(string $method, string $path, ?array $body = null, int ...$expected): array =>
        request($method, $base, "/api/$path", $administrator, $password, $body, ...$expected);

    // A user without a tag may not ask the API, not even whether its password is right. The administrator is told its hash: four
    // bytes of salt, and the hash of salt and password (RabbitMQ documentation, "Credentials and Passwords").
    $accepts = static function (string $user, string $password) use ($ask): ?bool {
        [$status, $answer] = $ask('GET', "users/$user", null, 404);
        if ($status === 404) {
            return null;
        }
        $there = json_decode($answer, true, 512, JSON_THROW_ON_ERROR);
        $algorithm = str_replace('rabbit_password_hashing_', '', $there['hashing_algorithm'] ?? 'rabbit_password_hashing_sha256');
        $stored = (string)base64_decode($there['password_hash'] ?? '');
        return in_array($algorithm, ['sha256', 'sha512'], true)
            && hash_equals(substr($stored, 4), hash($algorithm, substr($stored, 0, 4) . $password, true));
    };
    $user = user('queue-shop', $accepts, static fn(string $user, string $password) =>
        $ask('PUT', "users/$user", ['password' => $password, 'tags' => '']));
    $permissions = json_decode(file_get_contents(__DIR__ . '/queue-permissions.json'), true, 512, JSON_THROW_ON_ERROR);
    $ask('PUT', "permissions/%2F/$user", $permissions);
});
