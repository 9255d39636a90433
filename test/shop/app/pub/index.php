<?php
declare(strict_types=1);

require dirname(__DIR__) . '/src/autoload.php';

(new Shop\Front(Shop\Env::load()))->answer();
