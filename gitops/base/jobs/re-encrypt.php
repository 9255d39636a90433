<?php
/**
 * Encrypts what the database holds with the newest key. A process that began before that key counted cannot read what this writes, and
 * may run for as long as the longest job: until then the script ends with 1, and changes nothing.
 */
declare(strict_types=1);

/** How long the longest process may run: activeDeadlineSeconds of the jobs that are started by hand. */
const LONGEST_SECONDS = 28800;

$root = getenv('MAGENTO_ROOT') ?: '/var/www/html';
$activeFrom = trim((string)@file_get_contents((getenv('MAGENTO_SECRETS') ?: '/etc/magento/secrets') . '/encryption-key/activeFrom'));
if ($activeFrom !== '') {
    $wait = getenv('RE_ENCRYPT_WAIT_SECONDS'); // 0 when all that began before has been ended
    $begin = (int)$activeFrom + ($wait === false || $wait === '' ? LONGEST_SECONDS : (int)$wait);
    if (!ctype_digit($activeFrom) || $_SERVER['REQUEST_TIME'] < $begin) {
        $what = ctype_digit($activeFrom) ? 'start the job again after ' . gmdate('Y-m-d H:i:s', $begin) . ' UTC' : 'it is to be a time in Unix seconds';
        fwrite(STDERR, "re-encrypt: activeFrom of the secret encryption-key is $activeFrom: $what; nothing was changed. docs/shop.md has what to do when a key is known to others\n");
        exit(1);
    }
}
$process = proc_open([PHP_BINARY, "$root/bin/magento", 'encryption:data:re-encrypt', '--no-interaction'], [STDIN, STDOUT, STDERR], $pipes);
exit($process === false ? 1 : proc_close($process));
