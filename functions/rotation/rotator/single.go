package rotator

import (
	"context"
	"errors"
	"fmt"
)

// single is the administrator of a store: one user, who changes their own password. Nothing that serves customers logs in as
// one; whoever does (this function, jobs of the cluster) tries again.
type single struct {
	*Function
	users  Users
	suffix string // of a password
}

func (single) fields() []string { return []string{fieldPassword} }

func (k single) next(current Document) (Document, error) {
	if _, err := current.credential(); err != nil {
		return nil, err
	}
	return current.with(Document{fieldPassword: k.newPassword() + k.suffix}), nil
}

func (single) ready(context.Context, Version) error { return nil }

func (k single) set(ctx context.Context, current Version, pending Document) error {
	now, err := current.Value.credential()
	if err != nil {
		return fmt.Errorf("the current version: %w", err)
	}
	next, err := pending.credential()
	if err != nil {
		return fmt.Errorf("the pending version: %w", err)
	}
	switch err := k.users.Login(ctx, next); {
	case err == nil:
		return nil
	case !errors.Is(err, ErrRefused):
		return fmt.Errorf("logging in as %s: %w", next.User, err)
	}
	if err := k.users.SetPassword(ctx, now, next.User, next.Password); err != nil {
		return fmt.Errorf("changing the password of %s: %w", next.User, err)
	}
	k.mark("password-set")
	return nil
}

func (k single) test(ctx context.Context, pending Document) error {
	return testLogin(ctx, k.users, pending)
}

// end has nothing to do: the password before ended when this one was set.
func (single) end(context.Context, Document, Document) error { return nil }
