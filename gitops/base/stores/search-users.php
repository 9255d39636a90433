<?php
/**
 * Makes Magento's own user of OpenSearch, its role, and the mapping of the role to both of the pair that a rotation changes in turn,
 * by the security plugin's API (OpenSearch documentation, "Access control API"). What is there and right is left alone. What the role
 * may do is in search-role.json, which is pkg/data/search/access.
 */
declare(strict_types=1);

require __DIR__ . '/https.php';

const PAIR = ['magento-shop', 'magento-shop_clone'];

run('search-users', static function (): void {
    [$host, $port, $administrator, $password] = secret('search', 'host', 'port', 'username', 'password');
    $base = getenv('STORES_SEARCH_URL') ?: "https://$host:$port";
    $ask = static fn(string $method, string $path, ?array $body = null, int ...$expected): array =>
        request($method, $base, "/_plugins/_security/api/$path", $administrator, $password, $body, ...$expected);

    $role = json_decode(file_get_contents(__DIR__ . '/search-role.json'), true, 512, JSON_THROW_ON_ERROR);
    $ask('PUT', 'roles/magento_shop', $role);
    $ask('PUT', 'rolesmapping/magento_shop', ['users' => PAIR]);
    $accepts = static function (string $user, string $password) use ($ask, $base): ?bool {
        if ($ask('GET', "internalusers/$user", null, 404)[0] === 404) {
            return null;
        }
        return request('GET', $base, '/', $user, $password, null, 401)[0] !== 401;
    };
    user('search-shop', $accepts, static fn(string $user, string $password) =>
        $ask('PUT', "internalusers/$user", ['password' => $password]));
});
