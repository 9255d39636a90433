package sending_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/data/mail/sending"
)

func TestModes(t *testing.T) {
	var mode sending.Mode
	assert.NoError(t, mode.UnmarshalText([]byte("ses")))
	assert.Equal(t, sending.ModeSES, mode)
	assert.EqualError(t, mode.UnmarshalText([]byte("smtp")), `"smtp": must be ses or none`)
}

// TestRecipients takes addresses and whole domains, and no pattern that IAM would stretch over more.
func TestRecipients(t *testing.T) {
	for _, good := range []string{"*@example.com", "qa+orders@mail.example.co.uk"} {
		var r sending.Recipient
		assert.NoError(t, r.UnmarshalText([]byte(good)), good)
	}
	for _, bad := range []string{"*", "*@*", "*@*.example.com", "a*@example.com", "example.com", "a@example", "a@@example.com", "A@example.com", "a?@example.com", ""} {
		assert.Error(t, sending.Recipient(bad).Validate(), bad)
	}
	assert.Equal(t, "example.com", sending.Recipient("*@example.com").Domain())
}
