package rotator

import (
	"context"
	"errors"
	"fmt"
)

// The fields of an API key. Who checks keys takes both; who sends one takes the first.
const (
	fieldKey         = "key"
	fieldPreviousKey = "previousKey"
)

// APIKey is how a key of the shop is drawn.
type APIKey struct {
	Name     string `json:"name"`
	Length   int    `json:"length"`
	Alphabet string `json:"alphabet"`
}

// generated is an API key that this function draws.
type generated struct {
	*Function
	key APIKey
}

func (generated) fields() []string { return []string{fieldKey, fieldPreviousKey} }

func (k generated) next(current Document) (Document, error) {
	now, err := current.text(fieldKey)
	if err != nil {
		return nil, err
	}
	return current.with(Document{fieldKey: k.Random.Text(k.key.Length, k.key.Alphabet), fieldPreviousKey: now}), nil
}

// ready is as for a pair: the key before the current one is dropped.
func (k generated) ready(_ context.Context, current Version) error { return k.rested(current) }

// set has no store to tell: both keys are in the secret.
func (generated) set(context.Context, Version, Document) error { return nil }

func (k generated) test(_ context.Context, pending Document) error {
	key, err := pending.text(fieldKey)
	if err != nil {
		return err
	}
	if len(key) != k.key.Length {
		return errors.New("the pending key has another length than the settings say")
	}
	return nil
}

func (k generated) end(ctx context.Context, current, _ Document) error {
	if current[fieldPreviousKey] == nil {
		return nil
	}
	return k.amend(ctx, k.Environment.Secret(apiKey(k.key.Name)), func(value Document) (bool, error) {
		if value[fieldKey] != current[fieldKey] {
			return false, fmt.Errorf("the key has changed meanwhile: %w", ErrConflict)
		}
		delete(value, fieldPreviousKey)
		return true, nil
	})
}
