package rotator

import "context"

// Users is what a rotation needs of a store with users: the database, OpenSearch or RabbitMQ. What the store refuses is
// ErrRefused; no error holds a password.
type Users interface {
	// Login tries a login as the store's clients do.
	Login(ctx context.Context, as Credential) error

	// SetPassword gives a user that exists another password. It may be the administrator's own.
	SetPassword(ctx context.Context, administrator Credential, user, password string) error

	// Holders are the addresses from which a user is connected now. A store without connections that last has none.
	Holders(ctx context.Context, administrator Credential, user string) ([]string, error)
}

// Database is the database with the ProxySQL in front of it.
type Database interface {
	Users

	// LoginThrough tries a login through the ProxySQL at an address, to the database and back.
	LoginThrough(ctx context.Context, proxysql string, as Credential) error
}

// Cache is a replication group of ElastiCache, which knows two tokens at most.
type Cache interface {
	// Login tries a token as the group's clients do.
	Login(ctx context.Context, host string, port int, token string) error

	// Add makes a token good beside the newest one, and returns when it is. The group forgets any older one.
	Add(ctx context.Context, group, token string) error

	// Keep makes a token the only one, and returns when it is.
	Keep(ctx context.Context, group, token string) error
}

// Stores are those of the environment.
type Stores struct {
	Database Database
	Cache    Cache
	Search   Users
	Queue    Users
}
