<?php
declare(strict_types=1);

require __DIR__ . '/secret.php';

/**
 * One request to the API of a store, over TLS that is verified: the status and the answer's body. It throws for an answer that
 * refuses, unless its status is expected, and without what was sent: that holds a password.
 *
 * @return array{int, string}
 */
function request(string $method, string $base, string $path, string $user, string $password, ?array $body = null, int ...$expected): array
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
    if (($status < 200 || $status > 299) && !in_array($status, $expected, true)) {
        throw new RuntimeException("$method $path: the answer is $status");
    }
    return [$status, $answer];
}

/**
 * Makes the user that a secret names where there is none, and returns its name. One that is there and has another password gets that
 * of the secret, but only when the files have had time to follow it: while a rotation is under way the store may know more than they
 * do. The other user of the pair is left alone.
 *
 * @param callable(string, string): ?bool $accepts whether the store takes user and password, and null where there is no such user
 * @param callable(string, string): void $put
 */
function user(string $secret, callable $accepts, callable $put): string
{
    [$user, $password] = secret($secret, 'username', 'password');
    $accepted = $accepts($user, $password);
    if ($accepted === false) {
        settle();
        [$user, $password] = secret($secret, 'username', 'password');
        $accepted = $accepts($user, $password);
    }
    if ($accepted !== true) {
        $put($user, $password);
        echo "$user got the password of the secret\n";
    }
    return $user;
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
