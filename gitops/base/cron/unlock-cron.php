<?php
/**
 * Deletes the locks of cron's groups and of indexers. Magento's provider "cache" keeps a lock for up to two hours when its
 * holder is killed (Magento\Framework\Lock\Backend\Cache); the pod of cron is the only one that takes these, so that it may
 * delete them when it begins. It speaks Valkey's protocol itself: the image need not have an extension for it.
 */
declare(strict_types=1);

$config = (require getenv('MAGENTO_ENV') ?: '/var/www/html/app/etc/env.php')['cache']['frontend']['locks']['backend_options'];
$host = preg_match('~^\w+://~', $config['server']) ? $config['server'] : 'tcp://' . $config['server'];
$stream = @stream_socket_client("$host:{$config['port']}", $code, $message, 10);
if ($stream === false) {
    fwrite(STDERR, "unlock-cron: cannot connect to the store of sessions: $message\n");
    exit(1);
}
stream_set_timeout($stream, 10);

/** One answer of the server: a text, an integer or a list. */
$answer = static function () use ($stream, &$answer) {
    $line = fgets($stream);
    if ($line === false) {
        throw new RuntimeException('unlock-cron: the store of sessions closed the connection');
    }
    $rest = substr($line, 1, -2);
    switch ($line[0]) {
        case '$':
            return (int)$rest < 0 ? null : substr(stream_get_contents($stream, (int)$rest + 2), 0, -2);
        case '*':
            $list = [];
            for ($n = (int)$rest; $n > 0; $n--) {
                $list[] = $answer();
            }
            return $list;
        case '-':
            throw new RuntimeException("unlock-cron: the store of sessions says: $rest");
        default:
            return $rest;
    }
};
$command = static function (string ...$words) use ($stream, $answer) {
    $text = '*' . count($words) . "\r\n";
    foreach ($words as $word) {
        $text .= '$' . strlen($word) . "\r\n$word\r\n";
    }
    fwrite($stream, $text);
    return $answer();
};

if ($config['password'] !== '') {
    $command('AUTH', $config['password']);
}
$command('SELECT', $config['database']);
$deleted = 0;
foreach (['CRON_GROUP_', 'INDEXER'] as $name) {
    $cursor = '0';
    do {
        [$cursor, $keys] = $command('SCAN', $cursor, 'MATCH', "*LOCKED_RECORD_INFO_$name*", 'COUNT', '1000');
        foreach ($keys as $key) {
            $deleted += (int)$command('DEL', $key);
        }
    } while ($cursor !== '0');
}
echo "unlock-cron: $deleted locks of an earlier pod deleted\n";
