<?php
declare(strict_types=1);

namespace Shop;

final class Customers
{
    public function __construct(private readonly Stores $stores)
    {
    }

    public function authenticate(string $email, string $password): ?array
    {
        $query = $this->stores->database()->prepare('SELECT email, firstname, grp, password_hash FROM customer_entity WHERE email = ?');
        $query->execute([$email]);
        $customer = $query->fetch(\PDO::FETCH_ASSOC);
        return $customer !== false && password_verify($password, $customer['password_hash']) ? $customer : null;
    }
}
