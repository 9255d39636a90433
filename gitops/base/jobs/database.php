<?php
/**
 * Waits until the database answers through ProxySQL, and says whether it has Magento's tables: it ends with 0 where it has, with 3
 * where there is none, and with 1 when nobody answers in time.
 */
declare(strict_types=1);

$connection = (require getenv('MAGENTO_ENV') ?: '/var/www/html/app/etc/env.php')['db']['connection']['default'];
[$host, $port] = explode(':', $connection['host']) + [1 => '3306'];
$deadline = time() + (int)(getenv('DATABASE_SECONDS') ?: 600);
while (true) {
    try {
        $database = new PDO(
            "mysql:host=$host;port=$port;dbname={$connection['dbname']}",
            $connection['username'],
            $connection['password'],
            [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_TIMEOUT => 10]
        );
        $tables = $database->query('SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = ' . $database->quote($connection['dbname']));
        exit($tables->fetchColumn() > 0 ? 0 : 3);
    } catch (PDOException $e) {
        if (time() >= $deadline) {
            fwrite(STDERR, 'database: ' . $connection['host'] . ' answers ' . $e->getCode() . "\n");
            exit(1);
        }
        sleep(5);
    }
}
