package rotator

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/magestack/magestack/pkg/naming"
)

// everySecret asks for the end of all credentials that are due.
const everySecret = "*"

// apiKey is the secret of an API key.
func apiKey(name string) naming.Secret { return naming.Secret(secretAPIKeys + name) }

// end makes credentials worthless that were in use before the current ones.
func (f *Function) end(ctx context.Context, event Event) error {
	if event.End != everySecret {
		return wrap("ending the previous credential of "+event.End, f.endOne(ctx, naming.Secret(event.End), event.Urgent))
	}
	if event.Urgent {
		return errors.New("urgent ends one credential, which must be named")
	}
	var problems []error
	for _, secret := range f.ending() {
		err := f.endOne(ctx, secret, false)
		if errors.Is(err, errNotDue) || errors.Is(err, ErrNotFound) {
			continue
		}
		problems = append(problems, wrap("ending the previous credential of "+string(secret), err))
	}
	return errors.Join(problems...)
}

// ending are the secrets whose previous credential is good until it is ended. Which of them there are the configuration says, or
// Secrets Manager.
func (f *Function) ending() []naming.Secret {
	secrets := []naming.Secret{
		naming.SecretDatabaseWeb, naming.SecretDatabaseCLI, naming.SecretDatabaseReporting, naming.SecretDatabaseRead,
		naming.SecretProxySQL, naming.SecretCache, naming.SecretSessions, naming.SecretSearchShop, naming.SecretQueueShop,
	}
	for _, name := range slices.Sorted(maps.Keys(f.APIKeys)) {
		secrets = append(secrets, apiKey(name))
	}
	if len(f.Rotating) == 0 {
		return secrets
	}
	return slices.DeleteFunc(secrets, func(secret naming.Secret) bool { return !slices.Contains(f.Rotating, secret) })
}

// errNotDue is on a credential that may still be held.
var errNotDue = errors.New("not due")

// endOne ends the previous credential of one secret, unless it may still be held or a rotation is under way. Of two runs at
// once the second one would see nothing of the first: the function runs one at a time (reserved concurrency).
func (f *Function) endOne(ctx context.Context, secret naming.Secret, urgent bool) error {
	r, err := f.rotation(f.Environment.Secret(secret))
	if err != nil {
		return err
	}
	current, err := r.current(ctx)
	if err != nil {
		return err
	}
	switch pending, err := f.Secrets.Get(ctx, r.secret, StagePending); {
	case err == nil && pending.ID != current.ID:
		return fmt.Errorf("a rotation is under way: %w", errNotDue)
	case err != nil && !errors.Is(err, ErrNotFound):
		return fmt.Errorf("reading the pending version: %w", err)
	}
	previous, err := f.Secrets.Get(ctx, r.secret, StagePrevious)
	if err != nil {
		return fmt.Errorf("reading the previous version: %w", err)
	}
	if err := f.rested(current); err != nil && !urgent {
		return fmt.Errorf("%w: %w", err, errNotDue)
	}
	return r.kind.end(ctx, current.Value, previous.Value)
}
