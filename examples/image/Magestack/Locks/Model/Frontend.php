<?php
declare(strict_types=1);

namespace Magestack\Locks\Model;

use Magento\Framework\App\Cache\Frontend\Pool;
use Magento\Framework\Cache\Frontend\Decorator\Bare;

/**
 * The cache frontend "locks" of env.php.
 */
class Frontend extends Bare
{
    public function __construct(Pool $frontends)
    {
        parent::__construct($frontends->get('locks'));
    }
}
