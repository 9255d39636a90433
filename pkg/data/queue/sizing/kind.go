// Package sizing knows what Magento's message queues can run on: the kinds of queue, and the modes,
// versions and instance types of Amazon MQ for RabbitMQ. It is pure: no provider, no state.
//
// Sources are named where a number stands: "MQG" is the Amazon MQ Developer Guide, "API" the Amazon MQ REST API
// reference.
package sizing

import "fmt"

// Kind is what carries Magento's messages (asynchronous orders, imports and exports, inventory, bulk API).
type Kind string

const (
	// KindRabbitMQ is a broker of its own. Consumers are called when a message is there, and a flood of them
	// stays away from the database. Its risks: one more service that must be up when customers check out with
	// asynchronous orders, and one more state. Messages are not part of the database's transactions and
	// backups: an order that is rolled back may have been announced, and after a restore to a point in time
	// the queue and the database tell different stories.
	KindRabbitMQ Kind = "rabbitmq"

	// KindDatabase is Magento's own queue in tables of the database; no broker is made. Nothing more to run or
	// pay, and one transaction and one backup for message and data. Its risks: consumers poll the writer, each
	// with a connection of ProxySQL's budget; messages are rows in the tables queue_message and
	// queue_message_status, which a large import fills and only cron empties; and a queue that is busy takes
	// capacity from the shop. For shops with few imports, and for environments that may be slow.
	KindDatabase Kind = "database"
)

// Allowed lists the kinds.
func (Kind) Allowed() string { return fmt.Sprintf("%s or %s", KindRabbitMQ, KindDatabase) }

// Validate refuses other kinds, the empty one among them.
func (k Kind) Validate() error {
	if k != KindRabbitMQ && k != KindDatabase {
		return fmt.Errorf("queue %q: must be %s", string(k), k.Allowed())
	}
	return nil
}

// UnmarshalText reads a setting.
func (k *Kind) UnmarshalText(text []byte) error {
	if err := Kind(text).Validate(); err != nil {
		return err
	}
	*k = Kind(text)
	return nil
}
