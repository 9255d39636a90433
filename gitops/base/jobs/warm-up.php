<?php
/**
 * Asks every replica of Varnish for the pages of paths.txt, one after another for each, as the edge asks for a page that everybody
 * gets. It ends with 1 when a page was not answered with 200.
 */
declare(strict_types=1);

$paths = array_filter(array_map('trim', file(getenv('WARM_UP_PATHS') ?: '/etc/magento/warm-up/paths.txt')), static fn($l) => $l !== '' && $l[0] !== '#');
$addresses = getenv('WARM_UP_ADDRESSES')
    ? explode(',', getenv('WARM_UP_ADDRESSES'))
    : array_map(static fn($n) => "magento-varnish-$n.magento-varnish:8080", range(0, (int)getenv('MAGENTO_VARNISH_REPLICAS') - 1));
$failed = 0;
foreach ($paths as $path) {
    foreach ($addresses as $address) {
        $handle = curl_init("http://$address$path");
        curl_setopt_array($handle, [
            CURLOPT_HTTPHEADER => ['Host: ' . getenv('MAGENTO_HOST_NAME'), 'X-Forwarded-Proto: https', 'X-Cache-Scope: shared'],
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_ENCODING => 'gzip',
            CURLOPT_TIMEOUT => 60,
        ]);
        curl_exec($handle);
        $status = curl_getinfo($handle, CURLINFO_RESPONSE_CODE);
        if ($status !== 200) {
            fwrite(STDERR, "warm-up: $address answers $status for $path\n");
            $failed++;
        }
    }
}
printf("warm-up: %d pages at %d replicas, %d not answered with 200\n", count($paths), count($addresses), $failed);
exit($failed === 0 ? 0 : 1);
