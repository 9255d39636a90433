package magento

// Fragments are paths whose answers scripts put into pages, and which Magento marks as public: reviews of a product
// (Magento\Review\Controller\Product\ListAjax) and pictures of its variants (Magento\Swatches\Controller\Ajax\Media). Nothing of a
// session is in them, and no cookie that a visitor needs leaves with them.
func Fragments() []string { return []string{"review/product/listAjax", "swatches/ajax/media"} }

// Include is the path of the blocks that a page includes by ESI (Magento\PageCache\Controller\Block\Esi).
const Include = "page_cache/block/esi"

// PurgeHeader has the tags that Magento purges, as a regular expression (Magento\CacheInvalidate\Model\PurgeCache).
const PurgeHeader = "X-Magento-Tags-Pattern"

// TagsHeader names what is on a page, separated by commas.
const TagsHeader = "X-Magento-Tags"
