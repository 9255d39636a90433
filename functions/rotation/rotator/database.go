package rotator

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/naming"
)

// engineMySQL is what the secrets of the database's users name (pkg/data/aurora).
const engineMySQL = "mysql"

// databasePair is a pair of the database's users, whose clients log in through ProxySQL.
type databasePair struct {
	*Function
	pair pair
}

func (databasePair) fields() []string { return []string{fieldUser, fieldPassword} }

func (k databasePair) next(current Document) (Document, error) {
	if engine, _ := current.text(fieldEngine); engine != engineMySQL {
		return nil, fmt.Errorf("the engine is %q, it must be %s", engine, engineMySQL)
	}
	return k.pair.turn(current, k.newPassword())
}

func (k databasePair) ready(_ context.Context, current Version) error { return k.rested(current) }

func (k databasePair) set(ctx context.Context, current Version, pending Document) error {
	next, err := k.pair.following(current.Value, pending)
	if err != nil {
		return err
	}
	return k.give(ctx, next)
}

// passwordKey is the key of a user's password in the secret of ProxySQL (proxysql.Settings.SecretKeys).
func (p pair) passwordKey(user string) string {
	if user == p.user {
		return p.key + "Password"
	}
	return p.key + "ClonePassword"
}

// give makes ProxySQL and the database know a login that rests. The secret of ProxySQL is written first: the job that makes
// the users gives the database what it finds there, so that it completes what is cut off in between and never undoes it.
func (k databasePair) give(ctx context.Context, as Credential) error {
	administrator, err := k.administrator(ctx, k.Database, naming.SecretDatabaseAdmin)
	if err != nil {
		return err
	}
	refused := k.Database.Login(ctx, as)
	if refused != nil && !errors.Is(refused, ErrRefused) {
		return fmt.Errorf("logging in as %s: %w", as.User, refused)
	}
	if refused != nil { // an earlier run of the same rotation is not asked: who tests is connected, too
		if err := k.unused(ctx, k.Database, administrator, as.User); err != nil {
			return err
		}
	}
	key := k.pair.passwordKey(as.User)
	err = k.amend(ctx, k.Environment.Secret(naming.SecretProxySQL), func(passwords Document) (bool, error) {
		if _, err := passwords.text(key); err != nil {
			return false, err
		}
		changed := passwords[key] != as.Password
		passwords[key] = as.Password
		return changed, nil
	})
	if err != nil {
		return err
	}
	if refused == nil {
		return nil
	}
	if err := k.Database.SetPassword(ctx, administrator, as.User, as.Password); err != nil {
		return fmt.Errorf("changing the password of %s: %w", as.User, err)
	}
	k.mark("password-set")
	return nil
}

// test logs in at the database, and then through every ProxySQL, until each has loaded the password. No client is told of the
// login before: ProxySQL refuses one that it does not know.
func (k databasePair) test(ctx context.Context, pending Document) error {
	if err := testLogin(ctx, k.Database, pending); err != nil {
		return err
	}
	as, err := pending.credential()
	if err != nil {
		return err
	}
	administrator, err := k.administrator(ctx, k.Database, naming.SecretDatabaseAdmin)
	if err != nil {
		return err
	}
	return k.await(ctx, func() error { return k.throughEvery(ctx, administrator, as) })
}

// throughEvery logs in through each ProxySQL. Where they are, the database tells: their monitors are connected to it always.
func (k databasePair) throughEvery(ctx context.Context, administrator, as Credential) error {
	found := map[string]bool{}
	for _, user := range []string{proxysql.MonitorUser, proxysql.MonitorUser + proxysql.CloneSuffix} {
		holders, err := k.Database.Holders(ctx, administrator, user)
		if err != nil {
			return fmt.Errorf("asking where ProxySQL is: %w", err)
		}
		for _, holder := range holders {
			found[holder] = true
		}
	}
	if len(found) < k.ProxySQLPods {
		return fmt.Errorf("the monitors of %d pods of ProxySQL are connected to the database, there must be %d at least", len(found), k.ProxySQLPods)
	}
	var problems []error
	for _, pod := range slices.Sorted(maps.Keys(found)) {
		if err := k.Database.LoginThrough(ctx, pod, as); err != nil {
			problems = append(problems, fmt.Errorf("logging in as %s through ProxySQL at %s: %w", as.User, pod, err))
		}
	}
	return errors.Join(problems...)
}

func (k databasePair) end(ctx context.Context, current, previous Document) error {
	before, err := k.pair.following(current, previous)
	if err != nil {
		return err
	}
	if err := k.Database.Login(ctx, before); errors.Is(err, ErrRefused) {
		return nil
	} else if err != nil {
		return fmt.Errorf("logging in as %s: %w", before.User, err)
	}
	before.Password = k.newPassword()
	return k.give(ctx, before)
}
