// Package access says what Magento may do in RabbitMQ, as a user of its own. Amazon MQ makes one user with a broker, an
// administrator; others are made through RabbitMQ's own API, which answers inside the VPC alone, by a job that runs there. It
// is pure: no provider, no state.
package access

import "github.com/magestack/magestack/pkg/naming"

// User is as whom Magento logs in once the job has run, and CloneUser the second of the pair that a rotation changes in turn.
const (
	User      = "magento-shop"
	CloneUser = User + naming.CloneSuffix
)

// Permissions are what a user may do in a virtual host: patterns of the names of exchanges and queues, as RabbitMQ's
// management API takes them (RabbitMQ documentation, "Access Control").
type Permissions struct {
	Configure string `json:"configure"`
	Write     string `json:"write"`
	Read      string `json:"read"`
}

// Tags are the shop's: none. Every tag opens the management API, and administrator makes users.
const Tags = ""

// Shop is what the shop needs in the virtual host: it declares its exchanges and queues by itself (setup:upgrade), under names
// that modules bring along.
func Shop() Permissions { return Permissions{Configure: ".*", Write: ".*", Read: ".*"} }
