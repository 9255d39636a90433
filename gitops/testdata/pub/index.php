<?php
// Answers as Magento 2.4 does in Varnish mode, for the test of the nginx rules: pages are public and set the session's cookie all
// the same, everything else says no-store, and nothing has a length.
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
header('X-Powered-By: PHP');
header('Set-Cookie: PHPSESSID=' . bin2hex(random_bytes(8)) . '; Max-Age=86400; path=/; secure; HttpOnly', false);
header('Set-Cookie: form_key=1; Max-Age=86400; path=/', false);
header('Content-Type: text/html; charset=UTF-8');
$public = 'public, max-age=86400, s-maxage=86400';
switch (true) {
    case $path === '/' || str_ends_with($path, '.html'):
        header("Cache-Control: $public");
        header('X-Magento-Tags: cms_p_2');
        break;
    case $path === '/broken':
        http_response_code(500);
        header("Cache-Control: $public");
        break;
    case $path === '/tags':
        header("Cache-Control: $public");
        header('X-Magento-Tags: ' . str_repeat('cat_p_1,', 3072));
        break;
    case $path === '/silent':
        break;
    default:
        header('Cache-Control: no-store, no-cache, must-revalidate, max-age=0');
}
foreach (['REQUEST_URI', 'SCRIPT_NAME', 'REMOTE_ADDR', 'MAGE_RUN_TYPE', 'MAGE_RUN_CODE'] as $name) {
    echo $name, '=', $_SERVER[$name] ?? '', "\n";
}
echo str_repeat('text ', 400);
flush();
