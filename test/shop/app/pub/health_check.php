<?php
/** Whether this pod can serve: it asks the database and the cache (Magento's pub/health_check.php). */
declare(strict_types=1);

require dirname(__DIR__) . '/src/autoload.php';

try {
    $stores = new Shop\Stores(Shop\Env::load());
    $stores->database()->query('SELECT 1');
    $stores->cache()->ping();
    echo 'ok';
} catch (Throwable $e) {
    error_log($e->getMessage());
    http_response_code(500);
}
