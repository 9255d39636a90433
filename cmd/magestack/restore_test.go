package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/stacks"
)

func TestRestoreCommands(t *testing.T) {
	got := call(t, stacks.Programs(), "restore-commands", "staging", "--to", "2026-01-31T09:59:00Z")
	assert.Zero(t, got.status, got.stderr)
	assert.Contains(t, got.stdout, "--restore-to-time 2026-01-31T09:59:00Z")
	assert.Contains(t, got.stdout, "--db-cluster-identifier magento-staging-restored")

	got = call(t, stacks.Programs(), "restore-commands", "staging", "--to", "yesterday")
	assert.NotZero(t, got.status)
	assert.Empty(t, got.stdout)
	assert.Contains(t, got.stderr, `restoring to "yesterday": must be a time in UTC`)
}
