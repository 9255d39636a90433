package rotator

import (
	"context"
	"errors"
	"fmt"
	"maps"
)

const (
	// versionLength is that of the ids of versions that we write ourselves, of the 32 to 64 that Secrets Manager takes (API
	// Reference, PutSecretValue, ClientRequestToken).
	versionLength = 36

	// amendTries is how often a value that changes meanwhile is read anew. Few write it, and seldom.
	amendTries = 5
)

// amend changes fields of a secret outside of its own rotation. change works on a copy and tells whether it changed any. The
// stage moves only from the version that was read, so that two who write at once do not undo each other.
func (f *Function) amend(ctx context.Context, secret string, change func(Document) (bool, error)) error {
	for range amendTries {
		current, err := f.Secrets.Get(ctx, secret, StageCurrent)
		if err != nil {
			return fmt.Errorf("reading %s: %w", secret, err)
		}
		value := maps.Clone(current.Value)
		changed, err := change(value)
		if err != nil || !changed {
			return wrap("the value of "+secret, err)
		}
		version := f.Random.Text(versionLength, lower+digits)
		if err := f.Secrets.Put(ctx, secret, version, value, stageAmended); err != nil {
			return fmt.Errorf("writing %s: %w", secret, err)
		}
		f.mark("amendment-written")
		if err := f.unpend(ctx, secret, current.ID); err != nil {
			return err
		}
		switch err := f.Secrets.Move(ctx, secret, StageCurrent, current.ID, version); {
		case err == nil:
			f.mark("amendment-moved")
			return nil
		case !errors.Is(err, ErrConflict):
			return fmt.Errorf("moving %s of %s: %w", StageCurrent, secret, err)
		}
	}
	return fmt.Errorf("%s has changed %d times while it was written: %w", secret, amendTries, ErrConflict)
}

// unpend takes AWSPENDING from the current version, where a rotation that was cut off at its very end has left it: see close.
func (f *Function) unpend(ctx context.Context, secret, current string) error {
	pending, err := f.Secrets.Get(ctx, secret, StagePending)
	switch {
	case errors.Is(err, ErrNotFound) || err == nil && pending.ID != current:
		return nil
	case err != nil:
		return fmt.Errorf("reading the pending version of %s: %w", secret, err)
	}
	return wrap("removing "+StagePending, f.Secrets.Move(ctx, secret, StagePending, current, ""))
}

// wrap says of what an error is, if there is one.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
