<?php
/**
 * Makes the database's users: both of every pair that a rotation changes in turn, and ProxySQL's monitor. It may be run at any
 * time and as often as it is asked to: what is there and right is left alone. It connects to the database itself, as the
 * administrator, since ProxySQL serves nobody before it has run.
 */
declare(strict_types=1);

$root = getenv('STORES_SECRETS') ?: '/etc/magento/stores';
$read = static function (string $file) use ($root): string {
    $text = @file_get_contents("$root/$file");
    if ($text === false || $text === '') {
        throw new RuntimeException("$root/$file cannot be read or is empty: see the ExternalSecrets magento-stores-*");
    }
    return $text;
};

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
$users = ['monitor' => 'monitor', 'web' => 'magento', 'cli' => 'mage_cli', 'reporting' => 'mage_bi'];
if (getenv('MAGENTO_READ_SPLIT') === 'slave-connection') {
    $users['read'] = 'mage_read';
}

$connect = static function (string $user, string $password) use ($read): PDO {
    $options = [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_TIMEOUT => 10];
    $authorities = getenv('STORES_AUTHORITIES');
    if ($authorities !== false && $authorities !== '') {
        $options[PDO::MYSQL_ATTR_SSL_CA] = $authorities;
        $options[PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT] = true;
    }
    return new PDO(sprintf('mysql:host=%s;port=%s;charset=utf8mb4', $read('database/host'), $read('database/port')), $user, $password, $options);
};
$refused = static function (string $user, string $password) use ($connect): bool {
    try {
        $connect($user, $password);
        return false;
    } catch (PDOException $e) {
        if ((int)$e->getCode() === 1045) { // ER_ACCESS_DENIED_ERROR
            return true;
        }
        throw $e;
    }
};

try {
    $admin = $connect($read('database/username'), $read('database/password'));
    $admin->exec('CREATE DATABASE IF NOT EXISTS `' . SCHEMA . '`');
    $exists = $admin->prepare("SELECT COUNT(*) FROM mysql.user WHERE User = ? AND Host = '%'");
    foreach ($users as $kind => $name) {
        $pair = $kind === 'monitor' ? ['' => $name] : ['' => $name, 'Clone' => $name . '_clone'];
        foreach ($pair as $suffix => $user) {
            $file = "passwords/$kind{$suffix}Password";
            $exists->execute([$user]);
            $there = (bool)$exists->fetchColumn();
            $done = 'is there';
            if (!$there) {
                $admin->exec("CREATE USER IF NOT EXISTS '$user'@'%' IDENTIFIED BY " . $admin->quote($read($file)));
                $done = 'made';
            } elseif ($refused($user, $read($file))) {
                // While a rotation is under way the database may know a password that has not come into this pod yet. The
                // files follow the secret within two minutes; only what is still refused then is set.
                sleep((int)(getenv('STORES_SETTLE_SECONDS') ?: 150));
                clearstatcache();
                if ($refused($user, $read($file))) {
                    $admin->exec("ALTER USER '$user'@'%' IDENTIFIED BY " . $admin->quote($read($file)));
                    $done = 'got the password of the secret';
                }
            }
            $admin->exec("GRANT {$rights[$kind][0]} ON {$rights[$kind][1]} TO '$user'@'%'");
            echo "database-users: $user $done\n";
        }
    }
} catch (Throwable $e) {
    // A statement of an error may hold a password: the server's answer alone is told.
    $message = $e instanceof PDOException ? 'the database answers ' . $e->getCode() . ' ' . ($e->errorInfo[1] ?? '') : $e->getMessage();
    fwrite(STDERR, "database-users: $message\n");
    exit(1);
}
