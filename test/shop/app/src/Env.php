<?php
declare(strict_types=1);

namespace Shop;

/** What env.php says, by Magento's paths. */
final class Env
{
    private function __construct(private readonly array $values)
    {
    }

    public static function load(): self
    {
        return new self(require dirname(__DIR__) . '/app/etc/env.php');
    }

    /** A value that must be there: a path that is wrong is an error, and no default. */
    public function at(string $path): mixed
    {
        $value = $this->values;
        foreach (explode('/', $path) as $key) {
            if (!is_array($value) || !array_key_exists($key, $value)) {
                throw new \RuntimeException("env.php has no $path");
            }
            $value = $value[$key];
        }
        return $value;
    }

    /** A value of the configuration, which env.php puts into variables. */
    public function configuration(string $path): string
    {
        $name = 'CONFIG__DEFAULT__' . strtoupper(str_replace('/', '__', $path));
        return $_ENV[$name] ?? throw new \RuntimeException("env.php does not set $name");
    }
}
