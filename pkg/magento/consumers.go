package magento

import "maps"

// consumers are the consumers of Magento Open Source 2.4.7 to 2.4.9 with the queue that each reads (etc/queue_consumer.xml of every
// module, and of magento/inventory; `bin/magento queue:consumers:list`). None names a connection of its own, so that all are at
// queue/default_connection of env.php.
var consumers = map[string]string{
	"async.operations.all":                          "async.operations.all",
	"codegeneratorProcessor":                        "codegenerator",
	"exportProcessor":                               "export",
	"inventory.indexer.sourceItem":                  "inventory.indexer.sourceItem",
	"inventory.indexer.stock":                       "inventory.indexer.stock",
	"inventory.mass.update":                         "inventory.mass.update",
	"inventory.reservations.cleanup":                "inventory.reservations.cleanup",
	"inventory.reservations.update":                 "inventory.reservations.update",
	"inventory.reservations.updateSalabilityStatus": "inventory.reservations.updateSalabilityStatus",
	"inventory.source.items.cleanup":                "inventory.source.items.cleanup",
	"media.content.synchronization":                 "media.content.synchronization",
	"media.gallery.renditions.update":               "media.gallery.renditions.update",
	"media.gallery.synchronization":                 "media.gallery.synchronization",
	"media.storage.catalog.image.resize":            "media.storage.catalog.image.resize",
	"product_action_attribute.update":               "product_action_attribute.update",
	"product_action_attribute.website.update":       "product_action_attribute.website.update",
	"product_alert":                                 "product_alert.queue",
	"sales.rule.quote.trigger.recollect":            "sales.rule.quote.trigger.recollect",
	"sales.rule.update.coupon.usage":                "sales.rule.update.coupon.usage",
	"saveConfigProcessor":                           "saveConfig",
}

// Consumers returns the queue of each of Magento's consumers by the consumer's name. What modules add is declared where it is run.
func Consumers() map[string]string { return maps.Clone(consumers) }
