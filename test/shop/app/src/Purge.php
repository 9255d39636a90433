<?php
declare(strict_types=1);

namespace Shop;

/** Asks every Varnish of http_cache_hosts to forget pages (Magento\CacheInvalidate\Model\PurgeCache). */
final class Purge
{
    public function __construct(private readonly Env $env)
    {
    }

    public function tags(array $tags): void
    {
        $this->pattern(implode('|', array_map(static fn(string $tag): string => "((^|,)$tag(,|\$))", $tags)));
    }

    public function everything(): void
    {
        $this->pattern('.*');
    }

    private function pattern(string $pattern): void
    {
        foreach ($this->env->at('http_cache_hosts') as $varnish) {
            $handle = curl_init("http://{$varnish['host']}:{$varnish['port']}/");
            curl_setopt_array($handle, [
                CURLOPT_CUSTOMREQUEST => 'PURGE',
                CURLOPT_HTTPHEADER => ["X-Magento-Tags-Pattern: $pattern"],
                CURLOPT_RETURNTRANSFER => true,
                CURLOPT_TIMEOUT => 10,
            ]);
            curl_exec($handle);
            $status = curl_getinfo($handle, CURLINFO_RESPONSE_CODE);
            if ($status !== 200) {
                throw new \RuntimeException("Varnish at {$varnish['host']}:{$varnish['port']} answers a purge with $status");
            }
        }
    }
}
