<?php
declare(strict_types=1);

namespace Shop;

/** Answers a request as Magento's front controller does: pages for everybody say so and have tags, everything else is not kept. */
final class Front
{
    private const LIFETIME = 86400;
    private const NO_STORE = 'no-store, no-cache, must-revalidate, max-age=0';

    private readonly Stores $stores;
    private readonly Catalog $catalog;
    private readonly Visitor $visitor;

    public function __construct(Env $env)
    {
        $this->stores = new Stores($env);
        $this->catalog = new Catalog($this->stores);
        $this->visitor = new Visitor($env);
    }

    public function answer(): void
    {
        header('Cache-Control: ' . self::NO_STORE);
        $path = strtok($_SERVER['REQUEST_URI'], '?');
        if ($_SERVER['REQUEST_METHOD'] === 'POST') {
            $this->post($path);
            return;
        }
        match (true) {
            $path === '/' => $this->home(),
            $path === '/flash-sale.html' => $this->flashSale(),
            (bool)preg_match('~^/product-(\d+)\.html$~', $path, $found) => $this->product((int)$found[1]),
            str_starts_with($path, '/page_cache/block/esi/') => $this->menu(),
            $path === '/customer/section/load/' => $this->sections(),
            $path === '/customer/account/login/' => $this->show('Sign in', Page::login()),
            $path === '/customer/account/logout/' => $this->logout(),
            $path === '/checkout/cart/' => $this->cart(),
            $path === '/checkout/onepage/success/' => $this->show('Thank you', '<p id="order">Your order is placed.</p>'),
            default => $this->missing(),
        };
    }

    /** Marks an answer as one that everybody of the visitor's group may get. */
    private function forEverybody(array $tags, int $lifetime = self::LIFETIME): void
    {
        header("Cache-Control: public, max-age=$lifetime, s-maxage=$lifetime");
        header('Pragma: cache');
        header('X-Magento-Tags: ' . implode(',', $tags));
        $this->visitor->sendVary();
    }

    private function show(string $title, string $body): void
    {
        header('Content-Type: text/html; charset=UTF-8');
        echo Page::whole($title, $body);
    }

    private function tagsOf(array $products): array
    {
        return array_merge(['store'], array_map(static fn(array $p): string => "cat_p_{$p['id']}", $products));
    }

    private function home(): void
    {
        $products = $this->catalog->all();
        $this->forEverybody($this->tagsOf($products));
        $this->show('All products', Page::products($products, $this->visitor->group()));
    }

    /** A page of a block that lives for a second: it is past its time as soon as it is asked for again. */
    private function flashSale(): void
    {
        $this->forEverybody(['store', 'flash_sale'], 1);
        $this->show('Flash sale', '<p>Everything must go.</p>');
    }

    private function product(int $id): void
    {
        $product = $this->catalog->product($id);
        if ($product === null) {
            $this->missing();
            return;
        }
        $this->forEverybody($this->tagsOf([$product]));
        $this->show($product['name'], Page::product($product, $this->visitor->group()));
    }

    /** The menu, which Magento includes by ESI when the page cache is Varnish. */
    private function menu(): void
    {
        $this->forEverybody(['cat_c']);
        header('Content-Type: text/html; charset=UTF-8');
        echo Page::menu();
    }

    /** What a page's script asks for, since the page is everybody's. */
    private function sections(): void
    {
        header('Content-Type: application/json');
        echo json_encode([
            'customer' => ['firstname' => $this->visitor->customer()['firstname'] ?? ''],
            'cart' => ['summary_count' => array_sum($this->visitor->cart())],
        ]);
    }

    private function cart(): void
    {
        $lines = [];
        foreach ($this->visitor->cart() as $id => $quantity) {
            $lines[] = [$quantity, $this->catalog->product($id)['name']];
        }
        $this->show('Cart', Page::cart($lines, $this->visitor->customer()['firstname'] ?? 'a guest'));
    }

    private function logout(): void
    {
        $this->visitor->logout();
        $this->visitor->sendVary();
        $this->redirect('');
    }

    private function missing(): void
    {
        http_response_code(404);
        $this->show('Not found', '<p>There is nothing here.</p>');
    }

    private function redirect(string $path): void
    {
        header('Location: ' . $this->stores->env->configuration('web/secure/base_url') . $path, true, 302);
    }

    private function post(string $path): void
    {
        $key = $_COOKIE['form_key'] ?? '';
        if ($key === '' || !hash_equals($key, $_POST['form_key'] ?? '')) {
            $this->redirect('');
            return;
        }
        match ($path) {
            '/customer/account/loginPost/' => $this->login($_POST['login']['username'] ?? '', $_POST['login']['password'] ?? ''),
            '/checkout/cart/add/' => $this->add((int)($_POST['product'] ?? 0)),
            '/checkout/onepage/saveOrder/' => $this->order(),
            default => $this->missing(),
        };
    }

    private function login(string $email, string $password): void
    {
        $customer = (new Customers($this->stores))->authenticate($email, $password);
        if ($customer === null) {
            $this->redirect('customer/account/login/');
            return;
        }
        $this->visitor->login($customer);
        $this->visitor->sendVary();
        $this->redirect('');
    }

    private function add(int $product): void
    {
        if ($this->catalog->product($product) === null) {
            $this->missing();
            return;
        }
        $this->visitor->put($product);
        $this->redirect('checkout/cart/');
    }

    private function order(): void
    {
        (new Orders($this->stores, $this->catalog))->place($this->visitor->cart());
        $this->visitor->emptyCart();
        $this->redirect('checkout/onepage/success/');
    }
}
