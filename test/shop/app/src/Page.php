<?php
declare(strict_types=1);

namespace Shop;

/** The pages' HTML. */
final class Page
{
    public static function whole(string $title, string $body): string
    {
        $static = '/static/version' . trim(file_get_contents(dirname(__DIR__) . '/pub/static/deployed_version.txt')) . '/frontend';
        $made = bin2hex(random_bytes(6)); // tells two renderings of a page apart
        $title = self::text($title);
        return <<<HTML
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="rendered" content="$made">
            <title>$title</title>
            <link rel="icon" href="$static/shop.svg">
            <link rel="stylesheet" href="$static/shop.css">
            <script type="module" src="$static/shop.js"></script>
            <header><esi:include src="/page_cache/block/esi/blocks/menu/handles/default/"/>
            <span><span id="customer"></span> <a href="/checkout/cart/">Cart <b id="count">0</b></a>
            <a href="/customer/account/login/">Sign in</a> <a href="/customer/account/logout/">Sign out</a></span></header>
            <main><h1>$title</h1>
            $body
            </main>
            HTML;
    }

    public static function menu(): string
    {
        return '<nav id="menu"><a href="/">All products</a> <a href="/flash-sale.html">Flash sale</a></nav>';
    }

    public static function products(array $products, string $group): string
    {
        $items = '';
        foreach ($products as $product) {
            $items .= sprintf(
                '<li><a href="/product-%d.html"><img src="/media/catalog/product/%1$d.svg" alt="">%s</a> <span>€ %s</span></li>',
                $product['id'],
                self::text($product['name']),
                Catalog::price($product, $group)
            );
        }
        return "<ul class=\"products\">$items</ul>";
    }

    public static function product(array $product, string $group): string
    {
        return sprintf(
            '<img src="/media/catalog/product/%d.svg" alt=""><p id="price" data-group="%s">€ %s</p><p>%d in stock</p>%s',
            $product['id'],
            self::text($group),
            Catalog::price($product, $group),
            $product['stock'],
            self::form('/checkout/cart/add/', 'Add to cart', '<input type="hidden" name="product" value="' . (int)$product['id'] . '">')
        );
    }

    public static function login(): string
    {
        return '<p>alice@example.com buys at wholesale prices, bob@example.com does not; the password of either is <code>magento</code>.</p>'
            . self::form('/customer/account/loginPost/', 'Sign in', '<label>E-mail <input name="login[username]" id="email" autocomplete="username"></label>'
            . '<label>Password <input name="login[password]" id="pass" type="password" autocomplete="current-password"></label>');
    }

    public static function cart(array $lines, string $owner): string
    {
        $items = implode('', array_map(static fn(array $line): string => sprintf('<li>%d × %s</li>', $line[0], self::text($line[1])), $lines));
        $order = $lines === [] ? '' : self::form('/checkout/onepage/saveOrder/', 'Place order', '');
        return '<p id="owner">' . self::text($owner) . '</p><ul id="lines">' . ($items ?: '<li>nothing</li>') . "</ul>$order";
    }

    /** A form, into which the page's script puts the key of the visitor's cookie. */
    private static function form(string $action, string $button, string $fields): string
    {
        return "<form method=\"post\" action=\"$action\"><input type=\"hidden\" name=\"form_key\">$fields<button>$button</button></form>";
    }

    private static function text(string $text): string
    {
        return htmlspecialchars($text, ENT_QUOTES);
    }
}
