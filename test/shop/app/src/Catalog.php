<?php
declare(strict_types=1);

namespace Shop;

/** The products: rows of the database, kept in the cache, and purged from every Varnish when one changes. */
final class Catalog
{
    private const CACHED = 'products';
    private const WHOLESALE = 0.8;

    public function __construct(private readonly Stores $stores)
    {
    }

    public function all(): array
    {
        return $this->stores->cached(self::CACHED, function (): array {
            $rows = $this->stores->database()->query('SELECT id, name, price, stock FROM catalog_product ORDER BY id');
            return $rows->fetchAll(\PDO::FETCH_ASSOC);
        });
    }

    public function product(int $id): ?array
    {
        foreach ($this->all() as $product) {
            if ((int)$product['id'] === $id) {
                return $product;
            }
        }
        return null;
    }

    public static function price(array $product, string $group): string
    {
        $factor = $group === 'wholesale' ? self::WHOLESALE : 1;
        return number_format((float)$product['price'] * $factor, 2);
    }

    public function setPrice(int $id, float $price): void
    {
        $change = $this->stores->database()->prepare('UPDATE catalog_product SET price = ? WHERE id = ?');
        $change->execute([$price, $id]);
        $this->changed([$id]);
    }

    /** Takes what has been kept of products out of the cache and of Varnish. */
    public function changed(array $ids): void
    {
        $this->stores->forget(self::CACHED);
        (new Purge($this->stores->env))->tags(array_map(static fn(int $id): string => "cat_p_$id", $ids));
    }
}
