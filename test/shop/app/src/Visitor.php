<?php
declare(strict_types=1);

namespace Shop;

/** The session of a request, kept where env.php says, and the cookies that Magento sends with it. */
final class Visitor
{
    private const SESSION = 'PHPSESSID';
    private const VARY = 'X-Magento-Vary';

    public function __construct(private readonly Env $env)
    {
        if ($env->at('session/save') !== 'redis') {
            throw new \RuntimeException('session/save is not redis');
        }
        $at = $env->at('session/redis');
        ini_set('session.save_handler', 'redis');
        ini_set('session.save_path', sprintf(
            '%s:%s?auth=%s&database=%d&timeout=%s&prefix=sess_',
            $at['host'],
            $at['port'],
            rawurlencode($at['password']),
            $at['database'],
            $at['timeout']
        ));
        ini_set('redis.session.locking_enabled', $at['disable_locking'] === '0' ? '1' : '0');
        ini_set('redis.session.lock_expire', $at['break_after_frontend']);
        ini_set('session.gc_maxlifetime', $this->lifetime());
        session_cache_limiter('');
        session_set_cookie_params($this->cookie((int)$this->lifetime()));
        session_name(self::SESSION);
        if (!session_start()) {
            throw new \RuntimeException('the session cannot be opened');
        }
        if (isset($_COOKIE[self::SESSION])) { // PHP sends a new one by itself
            setcookie(self::SESSION, session_id(), $this->cookie(time() + (int)$this->lifetime(), 'expires'));
        }
    }

    private function lifetime(): string
    {
        return $this->env->configuration('web/cookie/cookie_lifetime');
    }

    private function cookie(int $end, string $key = 'lifetime'): array
    {
        return [$key => $end, 'path' => '/', 'secure' => $this->secure(), 'httponly' => true, 'samesite' => 'Lax'];
    }

    /** Whether the visitor came by HTTPS, which the load balancer says in the header that env.php names. */
    public function secure(): bool
    {
        $header = 'HTTP_' . strtoupper(str_replace('-', '_', $this->env->configuration('web/secure/offloader_header')));
        return ($_SERVER[$header] ?? '') === 'https';
    }

    public function customer(): ?array
    {
        return $_SESSION['customer'] ?? null;
    }

    public function group(): string
    {
        return $this->customer()['grp'] ?? 'guests';
    }

    public function login(array $customer): void
    {
        session_regenerate_id(true);
        $_SESSION['customer'] = ['firstname' => $customer['firstname'], 'email' => $customer['email'], 'grp' => $customer['grp']];
    }

    public function logout(): void
    {
        session_regenerate_id(true);
        $_SESSION = [];
    }

    public function cart(): array
    {
        return $_SESSION['cart'] ?? [];
    }

    public function put(int $product): void
    {
        $_SESSION['cart'][$product] = ($_SESSION['cart'][$product] ?? 0) + 1;
    }

    public function emptyCart(): void
    {
        unset($_SESSION['cart']);
    }

    /** A hash of what makes pages of this visitor differ from those of a guest; none for a guest (Magento's HTTP context). */
    public function sendVary(): void
    {
        if ($this->customer() === null) {
            if (isset($_COOKIE[self::VARY])) {
                setcookie(self::VARY, '', $this->cookie(1, 'expires'));
            }
            return;
        }
        $vary = hash_hmac('sha256', 'customer_group=' . $this->group(), $this->env->at('crypt/key'));
        setcookie(self::VARY, $vary, $this->cookie(time() + (int)$this->lifetime(), 'expires'));
    }
}
