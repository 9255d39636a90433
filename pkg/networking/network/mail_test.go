package network_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMailEndpoint is there where mails are sent, in the zones that SES is in, for the groups that its port is open to.
func TestMailEndpoint(t *testing.T) {
	args := arguments(t)
	r, _ := deploy(t, args)
	const name = "net-endpoint-email-smtp"
	for _, endpoint := range r.all(typeEndpoint) {
		assert.NotEqual(t, name, endpoint.Name, "no mails are sent")
	}
	args.Mail = true
	r = &record{mailZones: []string{"eu-central-1b", "eu-central-1f"}}
	out, err := deployTo(r, args)
	require.NoError(t, err)
	endpoint := r.named(t, typeEndpoint, name)
	assert.Equal(t, "com.amazonaws.eu-central-1.email-smtp", endpoint.Inputs["serviceName"])
	assert.Equal(t, []any{out.private[1]}, endpoint.Inputs["subnetIds"], "the one zone of ours that SES is in")
	assert.Equal(t, []any{"net-endpoints/id"}, endpoint.Inputs["securityGroupIds"])
	assert.Equal(t, true, endpoint.Inputs["privateDnsEnabled"])
	assert.NotContains(t, endpoint.Inputs, "policy")
}

// TestMailNeedsAZoneOfSES says which there are.
func TestMailNeedsAZoneOfSES(t *testing.T) {
	args := arguments(t)
	args.Mail = true
	_, err := deployTo(&record{mailZones: []string{"eu-central-1x"}}, args)
	assert.ErrorContains(t, err, "is in none of the zones eu-central-1a")
	assert.ErrorContains(t, err, "it is in eu-central-1x: append one of these to magento-networking:zones, or set magento-data:mail to none")
}
