<?php
declare(strict_types=1);

/**
 * The files of a secret that is mounted, as they were at one moment: a user with the password of that user. kubelet exchanges all
 * files at once, by pointing the link ..data at another directory (Kubernetes, pkg/volume/util/atomic_writer.go), also between two
 * reads. They are read below what the link said, and anew when it says something else by then.
 *
 * @return array<string, string>
 */
function secrets(string $name): array
{
    $folder = (getenv('STORES_SECRETS') ?: '/etc/magento/stores') . "/$name";
    do {
        $link = @readlink("$folder/..data");
        $files = [];
        $at = $link === false ? $folder : "$folder/$link";
        foreach (@scandir($at) ?: [] as $key) {
            $text = str_starts_with($key, '.') ? false : @file_get_contents("$at/$key");
            if ($text !== false) {
                $files[$key] = $text;
            }
        }
    } while (@readlink("$folder/..data") !== $link);
    return $files;
}

/** The values of some keys of one secret, in that order, all of the same moment. */
function secret(string $name, string ...$keys): array
{
    $files = secrets($name);
    $missing = array_filter($keys, static fn(string $key): bool => ($files[$key] ?? '') === '');
    if ($missing !== []) {
        throw new RuntimeException("the secret $name has no " . implode(', ', $missing) . ': see the ExternalSecret magento-stores-' . $name);
    }
    return array_map(static fn(string $key): string => $files[$key], $keys);
}

/** How long a file may be behind its secret: External Secrets looks each minute, kubelet each minute and a half, and both take a while. */
const SETTLE_SECONDS = 180;

/** Waits until the files have followed their secrets. */
function settle(): void
{
    sleep((int)(getenv('STORES_SETTLE_SECONDS') ?: SETTLE_SECONDS));
}
