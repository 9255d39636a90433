<?php
declare(strict_types=1);

/**
 * One request to the API of a store, over TLS that is verified. It gives the answer's body, and throws for an answer that
 * refuses, without what was sent: that holds a password.
 */
function request(string $method, string $base, string $path, string $user, string $password, ?array $body = null): string
{
    $handle = curl_init($base . $path);
    $options = [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_USERPWD => "$user:$password",
        CURLOPT_HTTPHEADER => ['Content-Type: application/json'],
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_CONNECTTIMEOUT => 10,
        CURLOPT_TIMEOUT => 60,
    ];
    if ($body !== null) {
        $options[CURLOPT_POSTFIELDS] = json_encode($body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES);
    }
    curl_setopt_array($handle, $options);
    $answer = curl_exec($handle);
    $status = curl_getinfo($handle, CURLINFO_RESPONSE_CODE);
    if ($answer === false) {
        throw new RuntimeException("$method $path: " . curl_error($handle));
    }
    if ($status < 200 || $status > 299) {
        throw new RuntimeException("$method $path: the answer is $status");
    }
    return $answer;
}

/** The text of one key of a secret that is mounted. */
function secret(string $file): string
{
    $path = (getenv('STORES_SECRETS') ?: '/etc/magento/stores') . '/' . $file;
    $text = @file_get_contents($path);
    if ($text === false || $text === '') {
        throw new RuntimeException("$path cannot be read or is empty: see the ExternalSecrets magento-stores-*");
    }
    return $text;
}

/** Runs a script's work, and ends with 1 and one line when it fails. */
function run(string $script, callable $work): void
{
    try {
        $work();
        echo "$script: done\n";
    } catch (Throwable $e) {
        fwrite(STDERR, "$script: {$e->getMessage()}\n");
        exit(1);
    }
}
