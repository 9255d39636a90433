package rotator

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// kind is how the secrets of one kind are rotated. Every method but next may be called again, and after a crash.
type kind interface {
	// fields are those that a rotation changes.
	fields() []string

	// next is the credential that follows the current one.
	next(current Document) (Document, error)

	// ready refuses a rotation that would take something from whoever still has it.
	ready(ctx context.Context, current Version) error

	// set makes the stores know the pending credential, beside the current one.
	set(ctx context.Context, current Version, pending Document) error

	// test proves that the stores, and what is between them and their clients, take the pending credential.
	test(ctx context.Context, pending Document) error

	// end makes the credential before the current one worthless. It is called when nobody has it.
	end(ctx context.Context, current, previous Document) error
}

// rotation is one secret with its kind.
type rotation struct {
	*Function
	kind   kind
	secret string // as Secrets Manager named it
	name   string
	token  string
}

// create draws the next credential, unless an earlier run has.
func (r *rotation) create(ctx context.Context) error {
	switch _, err := r.pending(ctx); {
	case err == nil:
		return nil
	case !errors.Is(err, ErrNotFound):
		return err
	}
	current, err := r.current(ctx)
	if err != nil {
		return err
	}
	if err := r.kind.ready(ctx, current); err != nil {
		return err
	}
	next, err := r.kind.next(current.Value)
	if err != nil {
		return fmt.Errorf("the current version: %w", err)
	}
	err = r.Secrets.Put(ctx, r.secret, r.token, next, StagePending)
	if errors.Is(err, ErrExists) {
		return nil // another run, at the same time, has drawn it
	}
	if err != nil {
		return fmt.Errorf("writing the pending version: %w", err)
	}
	r.mark("pending-written")
	return nil
}

// set makes the stores know the pending credential.
func (r *rotation) set(ctx context.Context) error {
	current, pending, err := r.both(ctx)
	if err != nil {
		return err
	}
	return r.kind.set(ctx, current, pending.Value)
}

// test proves the pending credential. Where rotation is turned on without rotating at once, Secrets Manager asks for this
// step alone, with a pending version that it takes away again (API Reference, RotateSecret, RotateImmediately). That may be on
// the first day, when no job has made any user yet: a version without a value, or with the current one, is nothing to prove.
func (r *rotation) test(ctx context.Context) error {
	current, pending, err := r.both(ctx)
	if errors.Is(err, ErrNotFound) || err == nil && pending.Value.sameBut(current.Value) {
		return nil
	}
	if err != nil {
		return err
	}
	return r.kind.test(ctx, pending.Value)
}

// finish makes the pending credential the current one, once it is proven again: what held at an earlier step need not hold
// any more. What it replaces must be what it was made from: a value that has changed meanwhile would be undone.
func (r *rotation) finish(ctx context.Context) error {
	current, pending, err := r.both(ctx)
	if err != nil {
		return err
	}
	if err := r.kind.test(ctx, pending.Value); err != nil {
		return err
	}
	if err := r.Secrets.Move(ctx, r.secret, StageCurrent, current.ID, r.token); err != nil {
		return fmt.Errorf("moving %s: %w", StageCurrent, err)
	}
	r.mark("current-moved")
	return r.close(ctx)
}

// close takes AWSPENDING from the version that has become the current one. It would stay there when the next amendment takes
// AWSCURRENT away, and Secrets Manager takes a pending version that is not the current one for a rotation under way (API
// Reference, RotateSecret).
func (r *rotation) close(ctx context.Context) error {
	err := r.Secrets.Move(ctx, r.secret, StagePending, r.token, "")
	if err != nil && !errors.Is(err, ErrConflict) {
		return fmt.Errorf("removing %s: %w", StagePending, err)
	}
	r.mark("pending-removed")
	return nil
}

// both reads the current and the pending version, and gives up a rotation that no longer follows from the current one.
func (r *rotation) both(ctx context.Context) (current, pending Version, err error) {
	if current, err = r.current(ctx); err != nil {
		return
	}
	if pending, err = r.pending(ctx); err != nil {
		return
	}
	if !pending.Value.sameBut(current.Value, r.kind.fields()...) {
		err = r.giveUp(ctx, "the current version has changed since the pending one was made from it")
	} else if age := r.Clock.Now().Sub(pending.Created); age > maxPending {
		err = r.giveUp(ctx, fmt.Sprintf("the pending version is %s old, more than %s", age.Round(time.Minute), maxPending))
	}
	return
}

// giveUp frees the secret for a new rotation. What the stores have learned of this one harms nobody, and is changed again.
func (r *rotation) giveUp(ctx context.Context, reason string) error {
	problem := fmt.Errorf("%s: given up, the next rotation begins anew", reason)
	if err := r.Secrets.Move(ctx, r.secret, StagePending, r.token, ""); err != nil {
		return errors.Join(problem, fmt.Errorf("removing %s: %w", StagePending, err))
	}
	r.mark("given-up")
	return problem
}

// current reads the version in use.
func (r *rotation) current(ctx context.Context) (Version, error) {
	version, err := r.Secrets.Get(ctx, r.secret, StageCurrent)
	if err != nil {
		return Version{}, fmt.Errorf("reading the current version: %w", err)
	}
	return version, nil
}

// pending reads the version of this rotation.
func (r *rotation) pending(ctx context.Context) (Version, error) {
	version, err := r.Secrets.Get(ctx, r.secret, StagePending)
	if err != nil {
		return Version{}, fmt.Errorf("reading the pending version: %w", err)
	}
	if version.ID != r.token {
		return Version{}, fmt.Errorf("the version %q is not pending any more", r.token)
	}
	return version, nil
}
