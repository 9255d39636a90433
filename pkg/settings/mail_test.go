package settings_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/pkg/data/mail/sending"
	"github.com/magestack/magestack/pkg/settings"
)

// TestMailIsRefused wants each mistake named, on the bound and one beside it.
func TestMailIsRefused(t *testing.T) {
	domains := func(n int) string {
		names := make([]string, n)
		for i := range names {
			names[i] = fmt.Sprintf(`"d%d.example.com"`, i)
		}
		return "[" + strings.Join(names, ",") + "]"
	}
	further := func(n int) string {
		return strings.NewReplacer(`"d`, `{"domainName":"d`, `com"`, `com"}`).Replace(domains(n))
	}
	for name, c := range map[string]struct {
		values map[string]string
		want   string
	}{
		"a mode":                   {map[string]string{"magento-data:mail": "smtp"}, "must be ses or none"},
		"domains on the bound":     {map[string]string{"magento-data:mailDomains": domains(20)}, ""},
		"domains beyond it":        {map[string]string{"magento-data:mailDomains": domains(21)}, "magento-data:mailDomains: \"21\": must be at most 20"},
		"a domain twice":           {map[string]string{"magento-data:mailDomains": `["a.example.com","a.example.com"]`}, "named twice"},
		"of the environment":       {map[string]string{"magento-networking:additionalDomains": further(19)}, ""},
		"too many of them":         {map[string]string{"magento-networking:additionalDomains": further(20)}, "must name at most 20 of the 21 domains of the environment"},
		"too many, but none sends": {map[string]string{"magento-networking:additionalDomains": further(20), "magento-data:mail": "none"}, ""},
		"some of too many":         {map[string]string{"magento-networking:additionalDomains": further(20), "magento-data:mailDomains": `["d1.example.com"]`}, ""},
		"a wide recipient":         {map[string]string{"magento-data:mailRecipients": `["*"]`}, "*@ and a domain"},
		"a recipient twice":        {map[string]string{"magento-data:mailRecipients": `["*@example.com","*@example.com"]`}, "named twice"},
		"no address":               {map[string]string{"magento-data:mailEventAddresses": `["example.com"]`}, "must be a mail address"},
	} {
		t.Run(name, func(t *testing.T) {
			config := maps.Clone(fixture.Config(t, "production"))
			maps.Copy(config, c.values)
			err := settings.Check(config)
			if c.want == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, c.want)
		})
	}
}

// TestStagingMailsNobodyElse holds the fixture of staging, which a copy of production's database may be in, to recipients of its own.
func TestStagingMailsNobodyElse(t *testing.T) {
	data, err := settings.LoadData(fixture.Config(t, "staging"))
	assert.NoError(t, err)
	assert.Equal(t, []sending.Recipient{"*@example.com"}, data.MailRecipients)
}
