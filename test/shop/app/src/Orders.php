<?php
declare(strict_types=1);

namespace Shop;

/** Orders: rows of the database, and a message for what needs no visitor to wait. */
final class Orders
{
    public const QUEUE = 'sales.rule.update.coupon.usage';

    public function __construct(private readonly Stores $stores, private readonly Catalog $catalog)
    {
    }

    public function place(array $cart): void
    {
        $database = $this->stores->database();
        $database->beginTransaction();
        foreach ($cart as $product => $quantity) {
            $database->prepare('UPDATE catalog_product SET stock = stock - ? WHERE id = ?')->execute([$quantity, $product]);
        }
        $database->prepare('INSERT INTO sales_order (items) VALUES (?)')->execute([array_sum($cart)]);
        $order = $database->lastInsertId();
        $database->commit();
        $this->catalog->changed(array_keys($cart));
        $this->exchange()->publish(json_encode(['order' => $order]), self::QUEUE, AMQP_NOPARAM, ['delivery_mode' => 2]);
    }

    private function exchange(): \AMQPExchange
    {
        $exchange = new \AMQPExchange($this->stores->queue());
        $exchange->setName('magento');
        return $exchange;
    }

    /** Does what orders have left to be done, until the queue is empty, and gives how many there were. */
    public function consume(string $name, int $most): int
    {
        $queue = new \AMQPQueue($this->stores->queue());
        $queue->setName($name);
        for ($done = 0; $done < $most && ($message = $queue->get()); $done++) {
            $order = json_decode($message->getBody(), true, 512, JSON_THROW_ON_ERROR)['order'];
            $this->stores->database()->prepare('UPDATE sales_order SET coupon_counted = 1 WHERE id = ?')->execute([$order]);
            $queue->ack($message->getDeliveryTag());
        }
        return $done;
    }
}
