<?php
declare(strict_types=1);

namespace Shop;

/** Connections to the stores, as env.php says. Each is opened when it is first asked for. */
final class Stores
{
    private ?\PDO $database = null;
    private ?\Redis $cache = null;

    public function __construct(public readonly Env $env)
    {
    }

    public function database(): \PDO
    {
        if ($this->database === null) {
            $at = $this->env->at('db/connection/default');
            [$host, $port] = explode(':', $at['host']) + [1 => '3306'];
            $this->database = new \PDO(
                "mysql:host=$host;port=$port;dbname={$at['dbname']};charset=utf8mb4",
                $at['username'],
                $at['password'],
                [\PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION, \PDO::ATTR_TIMEOUT => 10, \PDO::MYSQL_ATTR_INIT_COMMAND => $at['initStatements']]
            );
        }
        return $this->database;
    }

    /** The cache of configuration and blocks; the key has the release's prefix. */
    public function cached(string $name, callable $make): mixed
    {
        $key = $this->env->at('cache/frontend/default/id_prefix') . $name;
        $text = $this->cache()->get($key);
        if ($text === false) {
            $text = json_encode($make(), JSON_THROW_ON_ERROR);
            $this->cache()->set($key, $text, 3600);
        }
        return json_decode($text, true, 512, JSON_THROW_ON_ERROR);
    }

    public function forget(string $name): void
    {
        $this->cache()->del($this->env->at('cache/frontend/default/id_prefix') . $name);
    }

    public function cache(): \Redis
    {
        if ($this->cache === null) {
            $at = $this->env->at('cache/frontend/default/backend_options');
            $this->cache = new \Redis();
            $this->cache->connect($at['server'], (int)$at['port'], 2.5, null, 0, (float)$at['read_timeout']);
            $this->cache->auth($at['password']);
            $this->cache->select((int)$at['database']);
        }
        return $this->cache;
    }

    /** A channel to the broker. TLS is what env.php says of it. */
    public function queue(): \AMQPChannel
    {
        $at = $this->env->at('queue/amqp');
        $options = ['host' => $at['host'], 'port' => $at['port'], 'login' => $at['user'], 'password' => $at['password'], 'vhost' => $at['virtualhost']];
        if ($at['ssl'] === 'true') {
            $options += ['cacert' => $at['ssl_options']['cafile'], 'verify' => $at['ssl_options']['verify_peer']];
        }
        $connection = new \AMQPConnection($options);
        $connection->connect();
        return new \AMQPChannel($connection);
    }
}
