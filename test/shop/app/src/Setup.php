<?php
declare(strict_types=1);

namespace Shop;

/** Tables with what is in them, and the queue: what setup:install makes. */
final class Setup
{
    private const TABLES = [
        'CREATE TABLE catalog_product (id INT PRIMARY KEY, name VARCHAR(64) NOT NULL, price DECIMAL(8,2) NOT NULL, stock INT NOT NULL)',
        'CREATE TABLE customer_entity (email VARCHAR(64) PRIMARY KEY, firstname VARCHAR(32) NOT NULL, grp VARCHAR(16) NOT NULL, password_hash VARCHAR(255) NOT NULL)',
        'CREATE TABLE sales_order (id INT AUTO_INCREMENT PRIMARY KEY, items INT NOT NULL, coupon_counted INT NOT NULL DEFAULT 0)',
        "INSERT INTO catalog_product VALUES (1, 'Erika running short', 45, 100), (2, 'Juno jacket', 77, 100), (3, 'Breathe-easy tank', 34, 100)",
    ];

    public function __construct(private readonly Stores $stores)
    {
    }

    public function installed(): bool
    {
        return $this->stores->database()->query("SHOW TABLES LIKE 'sales_order'")->fetchColumn() !== false;
    }

    public function install(): void
    {
        foreach (self::TABLES as $statement) {
            $this->stores->database()->exec($statement);
        }
        $customer = $this->stores->database()->prepare('INSERT INTO customer_entity VALUES (?, ?, ?, ?)');
        foreach (['alice' => 'wholesale', 'bob' => 'general'] as $name => $group) {
            $customer->execute(["$name@example.com", ucfirst($name), $group, password_hash('magento', PASSWORD_DEFAULT)]);
        }
        $channel = $this->stores->queue();
        $exchange = new \AMQPExchange($channel);
        $exchange->setName('magento');
        $exchange->setType(AMQP_EX_TYPE_TOPIC);
        $exchange->setFlags(AMQP_DURABLE);
        $exchange->declareExchange();
        foreach (['codegenerator', Orders::QUEUE, 'sales.rule.quote.trigger.recollect'] as $name) {
            $queue = new \AMQPQueue($channel);
            $queue->setName($name);
            $queue->setFlags(AMQP_DURABLE);
            $queue->declareQueue();
            $queue->bind('magento', $name);
        }
    }
}
