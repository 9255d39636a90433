package errlist_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/errlist"
)

func TestFlatten(t *testing.T) {
	a, b, c := errors.New("a"), errors.New("b"), errors.New("c")
	assert.Equal(t, []error{a, b, c}, errlist.Flatten(errors.Join(a, errors.Join(b, nil, c))))
	assert.Equal(t, []error{a}, errlist.Flatten(a))
	assert.Empty(t, errlist.Flatten(nil))
	wrapped := fmt.Errorf("planning: %w", errors.Join(a, b))
	assert.Equal(t, []error{wrapped}, errlist.Flatten(wrapped))
}
