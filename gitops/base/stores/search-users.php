<?php
/**
 * Makes Magento's own user of OpenSearch, its role, and the mapping between the two, by the security plugin's API
 * (OpenSearch documentation, "Access control API"). Each request says all of what it makes, so that a second run changes nothing.
 * What the role may do is in search-role.json, which is pkg/data/search/access.
 */
declare(strict_types=1);

require __DIR__ . '/https.php';

run('search-users', static function (): void {
    $base = getenv('STORES_SEARCH_URL') ?: 'https://' . secret('search/host') . ':' . secret('search/port');
    $put = static fn(string $path, array $body): string =>
        request('PUT', $base, "/_plugins/_security/api/$path", secret('search/username'), secret('search/password'), $body);
    $role = json_decode(file_get_contents(__DIR__ . '/search-role.json'), true, 512, JSON_THROW_ON_ERROR);
    $user = secret('search-shop/username');
    $put('roles/magento_shop', $role);
    $put("internalusers/$user", ['password' => secret('search-shop/password')]);
    $put('rolesmapping/magento_shop', ['users' => [$user]]);
});
