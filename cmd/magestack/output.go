package main

import (
	"errors"
	"fmt"
	"io"
	"sync"
)

// kept is a writer that remembers the first error: what prints line by line need not look at each.
type kept struct {
	io.Writer
	mutex sync.Mutex
	first error
}

// Write passes the text on.
func (k *kept) Write(text []byte) (int, error) {
	n, err := k.Writer.Write(text)
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if k.first == nil && err != nil {
		k.first = err
	}
	return n, err
}

// problem is the first error, unless it is said already.
func (k *kept) problem(said error) error {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if k.first == nil || errors.Is(said, k.first) {
		return nil
	}
	return fmt.Errorf("printing: %w", k.first)
}
