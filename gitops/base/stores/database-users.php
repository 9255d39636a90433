<?php
/**
 * Makes the database's users: both of every pair that a rotation changes in turn. It may be run at any time, also while one changes,
 * and as often as it is asked to: what is there and right is left alone. It connects to the database itself, as the
 * administrator, since ProxySQL serves nobody before it has run.
 */
declare(strict_types=1);

require __DIR__ . '/secret.php';

const SCHEMA = 'magento';
const ON_SCHEMA = '`magento`.*';
const EVERYTHING = '*.*';

// What a user may do. The storefront changes rows; who changes tables and makes triggers is bin/magento's user, as which the
// admin, cron and consumers log in, too. A trigger runs with the rights of who made it, so that both of that pair have them.
$rights = [
    'web' => ['SELECT, INSERT, UPDATE, DELETE, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, SHOW VIEW', ON_SCHEMA],
    'cli' => ['ALL PRIVILEGES', ON_SCHEMA],
    'reporting' => ['SELECT, SHOW VIEW', ON_SCHEMA],
    'read' => ['SELECT, SHOW VIEW', ON_SCHEMA],
    'monitor' => ['REPLICATION CLIENT', EVERYTHING],
];
// Names as pkg/data/proxysql has them: a pair is a name and the name with _clone.
const SECOND = '_clone';
const MONITOR = 'monitor';
$pairs = ['web' => 'magento', 'cli' => 'mage_cli', 'reporting' => 'mage_bi'];
if (getenv('MAGENTO_READ_SPLIT') === 'slave-connection') {
    $pairs['read'] = 'mage_read';
}

/**
 * The users by their names, each with its kind and its password. Of the monitors the secret has the password of the one that is in use,
 * which monitorUsername names. The other one has none (null) until a rotation gives it one.
 *
 * @return array<string, array{string, ?string}>
 */
$wanted = static function () use ($pairs): array {
    $files = secrets('passwords');
    $monitor = ($files['monitorUsername'] ?? '') ?: MONITOR;
    if (!in_array($monitor, [MONITOR, MONITOR . SECOND], true)) {
        throw new RuntimeException("monitorUsername is \"$monitor\" in the secret proxysql: allowed are " . MONITOR . ' and ' . MONITOR . SECOND);
    }
    $keys = ['monitorPassword' => [$monitor, 'monitor']];
    foreach ($pairs as $kind => $name) {
        $keys += ["{$kind}Password" => [$name, $kind], "{$kind}ClonePassword" => [$name . SECOND, $kind]];
    }
    $users = [];
    foreach ($keys as $key => [$name, $kind]) {
        $users[$name] = [$kind, $files[$key] ?? ''];
        if ($users[$name][1] === '') {
            throw new RuntimeException("the secret passwords has no $key: see the ExternalSecret magento-stores-passwords");
        }
    }
    return $users + [MONITOR => ['monitor', null], MONITOR . SECOND => ['monitor', null]];
};

$connect = static function (string $user, string $password): PDO {
    [$host, $port] = secret('database', 'host', 'port');
    $options = [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_TIMEOUT => 10];
    $authorities = getenv('STORES_AUTHORITIES');
    if ($authorities !== false && $authorities !== '') {
        $options[PDO::MYSQL_ATTR_SSL_CA] = $authorities;
        $options[PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT] = true;
    }
    return new PDO("mysql:host=$host;port=$port;charset=utf8mb4", $user, $password, $options);
};

/** The users whose password the database does not take, with that password. */
$refused = static function () use ($wanted, $connect): array {
    $refused = [];
    foreach ($wanted() as $user => [, $password]) {
        try {
            $password === null || $connect($user, $password);
        } catch (PDOException $e) {
            if ((int)$e->getCode() !== 1045) { // ER_ACCESS_DENIED_ERROR
                throw $e;
            }
            $refused[$user] = $password;
        }
    }
    return $refused;
};

try {
    $admin = $connect(...secret('database', 'username', 'password'));
    $admin->exec('CREATE DATABASE IF NOT EXISTS `' . SCHEMA . '`');
    $exists = $admin->prepare("SELECT COUNT(*) FROM mysql.user WHERE User = ? AND Host = '%'");
    $done = [];
    foreach ($wanted() as $user => [$kind, $password]) {
        $exists->execute([$user]);
        $done[$user] = $exists->fetchColumn() ? 'is there' : 'made';
        if ($done[$user] === 'made') {
            $admin->exec("CREATE USER IF NOT EXISTS '$user'@'%' IDENTIFIED BY " . $admin->quote($password ?? bin2hex(random_bytes(24))));
        }
        $admin->exec("GRANT {$rights[$kind][0]} ON {$rights[$kind][1]} TO '$user'@'%'");
    }
    // A rotation writes the secret, and tells the database then: what the database refuses may be right, and the files of this pod old.
    // Only what is still refused when they have followed is set, as after a restore.
    if ($refused() !== []) {
        settle();
        foreach ($refused() as $user => $password) {
            $admin->exec("ALTER USER '$user'@'%' IDENTIFIED BY " . $admin->quote($password));
            $done[$user] = 'got the password of the secret';
        }
    }
    foreach ($done as $user => $what) {
        echo "database-users: $user $what\n";
    }
} catch (Throwable $e) {
    // A statement of an error may hold a password: the server's answer alone is told.
    $message = $e instanceof PDOException ? 'the database answers ' . $e->getCode() . ' ' . ($e->errorInfo[1] ?? '') : $e->getMessage();
    fwrite(STDERR, "database-users: $message\n");
    exit(1);
}
