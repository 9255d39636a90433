package rotator

import (
	"context"
	"errors"
	"fmt"
)

// token is the password of a replication group of ElastiCache. The group knows two, the newest and the one before it.
type token struct {
	*Function
	group string
}

func (token) fields() []string { return []string{fieldPassword} }

// access is how to reach the group with a document's token.
func access(value Document) (Credential, error) {
	return value.with(Document{fieldUser: "default"}).credential() // Valkey's name of who logs in by password alone
}

func (k token) next(current Document) (Document, error) {
	if k.group == "" {
		return nil, errors.New("no replication group is configured for it")
	}
	if _, err := access(current); err != nil {
		return nil, err
	}
	return current.with(Document{fieldPassword: k.newPassword()}), nil
}

func (k token) ready(_ context.Context, current Version) error { return k.rested(current) }

// set makes the group forget every token but the current one, and then know the pending one beside it. Without the first, a
// token of a rotation that was given up would be the newest, and the group would forget the current one for the pending.
func (k token) set(ctx context.Context, current Version, pending Document) error {
	now, err := access(current.Value)
	if err != nil {
		return fmt.Errorf("the current version: %w", err)
	}
	next, err := access(pending)
	if err != nil {
		return fmt.Errorf("the pending version: %w", err)
	}
	switch err := k.Cache.Login(ctx, next.Host, next.Port, next.Password); {
	case err == nil:
		return nil
	case !errors.Is(err, ErrRefused):
		return fmt.Errorf("logging in with the pending token: %w", err)
	}
	if err := k.Cache.Keep(ctx, k.group, now.Password); err != nil {
		return fmt.Errorf("making the current token the only one: %w", err)
	}
	k.mark("token-kept")
	if err := k.Cache.Add(ctx, k.group, next.Password); err != nil {
		return fmt.Errorf("adding the pending token: %w", err)
	}
	k.mark("token-added")
	return nil
}

func (k token) test(ctx context.Context, pending Document) error {
	next, err := access(pending)
	if err != nil {
		return err
	}
	return wrap("logging in with the pending token", k.Cache.Login(ctx, next.Host, next.Port, next.Password))
}

func (k token) end(ctx context.Context, current, previous Document) error {
	now, err := access(current)
	if err != nil {
		return err
	}
	before, err := access(previous)
	if err != nil {
		return err
	}
	if now.Password == before.Password {
		return nil
	}
	switch err := k.Cache.Login(ctx, before.Host, before.Port, before.Password); {
	case errors.Is(err, ErrRefused):
		return nil
	case err != nil:
		return fmt.Errorf("logging in with the previous token: %w", err)
	}
	if err := k.Cache.Keep(ctx, k.group, now.Password); err != nil {
		return fmt.Errorf("making the current token the only one: %w", err)
	}
	k.mark("token-kept")
	return nil
}
