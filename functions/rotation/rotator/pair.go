package rotator

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/naming"
)

// pair is a user and its clone, which take turns.
type pair struct {
	user string
	key  string // begins the keys of both passwords in the secret of ProxySQL; of the database's pairs alone
}

// other is the one of the pair that is not in use.
func (p pair) other(user string) (string, error) {
	switch user {
	case p.user:
		return p.user + proxysql.CloneSuffix, nil
	case p.user + proxysql.CloneSuffix:
		return p.user, nil
	default:
		return "", fmt.Errorf("the user %q is none of the pair %s and %s", user, p.user, p.user+proxysql.CloneSuffix)
	}
}

// turn is the document with the other user and a new password.
func (p pair) turn(current Document, password string) (Document, error) {
	now, err := current.credential()
	if err != nil {
		return nil, err
	}
	other, err := p.other(now.User)
	if err != nil {
		return nil, err
	}
	return current.with(Document{fieldUser: other, fieldPassword: password}), nil
}

// following reads the login of a pending document, which must be the other one's.
func (p pair) following(current, pending Document) (Credential, error) {
	now, err := current.credential()
	if err != nil {
		return Credential{}, fmt.Errorf("the current version: %w", err)
	}
	next, err := pending.credential()
	if err != nil {
		return Credential{}, fmt.Errorf("the pending version: %w", err)
	}
	if other, err := p.other(now.User); err != nil || other != next.User {
		return Credential{}, errors.Join(err, fmt.Errorf("the pending version is of %q, which is not the one that rests", next.User))
	}
	return next, nil
}

// rested refuses to change a version that came into use less than Hold ago: the one before may still be held.
func (f *Function) rested(current Version) error {
	if wait := current.Created.Add(maxPending + f.Hold).Sub(f.Clock.Now()); wait > 0 {
		return fmt.Errorf("the current version is too new: the one before it may be held for another %s", wait.Round(time.Second))
	}
	return nil
}

// unused waits until a user is connected from nowhere.
func (f *Function) unused(ctx context.Context, users Users, administrator Credential, user string) error {
	return f.await(ctx, func() error {
		holders, err := users.Holders(ctx, administrator, user)
		if err != nil {
			return fmt.Errorf("asking who is connected as %s: %w", user, err)
		}
		if len(holders) > 0 {
			return fmt.Errorf("%s, which is to rest, is connected from %s", user, strings.Join(holders, ", "))
		}
		return nil
	})
}

// administrator is a store's administrator. While its own password rotates, the store knows the pending one before it is the
// current one.
func (f *Function) administrator(ctx context.Context, users Users, secret naming.Secret) (Credential, error) {
	var problems []error
	for _, stage := range []string{StageCurrent, StagePending} {
		version, err := f.Secrets.Get(ctx, f.Environment.Secret(secret), stage)
		if stage == StagePending && errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return Credential{}, errors.Join(append(problems, fmt.Errorf("reading %s of %s: %w", stage, secret, err))...)
		}
		as, err := version.Value.credential()
		if err != nil {
			return Credential{}, fmt.Errorf("%s of %s: %w", stage, secret, err)
		}
		if err = users.Login(ctx, as); err == nil {
			return as, nil
		}
		problems = append(problems, fmt.Errorf("logging in as %s with %s of %s: %w", as.User, stage, secret, err))
		if !errors.Is(err, ErrRefused) {
			break
		}
	}
	return Credential{}, errors.Join(problems...)
}

// storePair is a pair of OpenSearch's or RabbitMQ's.
type storePair struct {
	*Function
	users         Users
	pair          pair
	administrated naming.Secret
	suffix        string // of a password
}

func (storePair) fields() []string { return []string{fieldUser, fieldPassword} }

func (k storePair) next(current Document) (Document, error) {
	return k.pair.turn(current, k.newPassword()+k.suffix)
}

func (k storePair) ready(_ context.Context, current Version) error { return k.rested(current) }

func (k storePair) set(ctx context.Context, current Version, pending Document) error {
	next, err := k.pair.following(current.Value, pending)
	if err != nil {
		return err
	}
	return k.give(ctx, next)
}

// give makes the store know a login, unless it does already.
func (k storePair) give(ctx context.Context, as Credential) error {
	switch err := k.users.Login(ctx, as); {
	case err == nil:
		return nil
	case !errors.Is(err, ErrRefused):
		return fmt.Errorf("logging in as %s: %w", as.User, err)
	}
	administrator, err := k.administrator(ctx, k.users, k.administrated)
	if err != nil {
		return err
	}
	if err := k.unused(ctx, k.users, administrator, as.User); err != nil {
		return err
	}
	if err := k.users.SetPassword(ctx, administrator, as.User, as.Password); err != nil {
		return fmt.Errorf("changing the password of %s: %w", as.User, err)
	}
	k.mark("password-set")
	return nil
}

func (k storePair) test(ctx context.Context, pending Document) error {
	return testLogin(ctx, k.users, pending)
}

func (k storePair) end(ctx context.Context, current, previous Document) error {
	before, err := k.pair.following(current, previous)
	if err != nil {
		return err
	}
	if err := k.users.Login(ctx, before); errors.Is(err, ErrRefused) {
		return nil
	} else if err != nil {
		return fmt.Errorf("logging in as %s: %w", before.User, err)
	}
	before.Password = k.newPassword() + k.suffix
	return k.give(ctx, before)
}

// testLogin tries a document's login.
func testLogin(ctx context.Context, users Users, document Document) error {
	as, err := document.credential()
	if err != nil {
		return err
	}
	if err := users.Login(ctx, as); err != nil {
		return fmt.Errorf("logging in as %s: %w", as.User, err)
	}
	return nil
}
