package settings_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/pkg/data/rotation/schedule"
	"github.com/magestack/magestack/pkg/settings"
)

// TestRotationIsRefused wants each mistake named, on the bound and one beside it. Production trades from 08:00 to 22:00 in Berlin, which
// is 06:00 to 21:00 in UTC.
func TestRotationIsRefused(t *testing.T) {
	keys := func(n int) string {
		all := make([]string, n)
		for i := range all {
			all[i] = fmt.Sprintf(`{"name":"k%d"}`, i)
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	window := func(start, hours string) map[string]string {
		return map[string]string{"magento-data:rotationStartHour": start, "magento-data:rotationWindowHours": hours}
	}
	for name, c := range map[string]struct {
		values map[string]string
		want   string
	}{
		"every week":              {map[string]string{"magento-data:databaseUserRotationDays": "7"}, ""},
		"more than every week":    {map[string]string{"magento-data:databaseUserRotationDays": "6"}, `magento-data:databaseUserRotationDays: "6": must be 7 to 90 days`},
		"the ceiling":             {map[string]string{"magento-data:administratorRotationDays": "90"}, ""},
		"beyond the ceiling":      {map[string]string{"magento-data:administratorRotationDays": "91"}, `magento-data:administratorRotationDays: "91": must be 7 to 90 days`},
		"stores, too":             {map[string]string{"magento-data:storeUserRotationDays": "91"}, `magento-data:storeUserRotationDays: "91"`},
		"after trade":             {window("21", "2"), ""},
		"while the shop trades":   {window("20", "2"), `magento-data:rotationStartHour: "20:00-22:00 UTC": must be outside of the trading hours 08:00-22:00, Europe/Berlin (magento-compute:tradingHours), which are 900 minutes from 06:00 UTC`},
		"before trade":            {window("4", "2"), ""},
		"into trade":              {window("4", "3"), "04:00-07:00 UTC"},
		"past midnight":           {window("22", "3"), "must be 2 to 12 hours that begin and end within one day of UTC"},
		"short":                   {window("22", "1"), "must be 2 to 12 hours"},
		"as many keys as fit":     {map[string]string{"magento-data:apiKeys": keys(20)}, ""},
		"more":                    {map[string]string{"magento-data:apiKeys": keys(21)}, "must be at most 20 keys"},
		"a key twice":             {map[string]string{"magento-data:apiKeys": `[{"name":"erp"},{"name":"erp"}]`}, `magento-data:apiKeys: "erp": named twice`},
		"a weak key":              {map[string]string{"magento-data:apiKeys": `[{"name":"erp","length":21}]`}, `key "erp": length 21: must be 22 to 256`},
		"a key that is old":       {map[string]string{"magento-data:apiKeys": `[{"name":"erp","days":91}]`}, `key "erp": days 91: must be 7 to 90 days`},
		"a hook":                  {map[string]string{"magento-data:apiKeys": `[{"name":"erp","hook":"arn:aws:lambda:eu-central-1:210987654321:function:erp"}]`}, ""},
		"another account's hook":  {map[string]string{"magento-data:apiKeys": `[{"name":"erp","hook":"arn:aws:lambda:eu-central-1:999999999999:function:erp"}]`}, `key "erp": hook`},
		"a key without a name":    {map[string]string{"magento-data:apiKeys": `[{}]`}, "name: missing"},
		"a key with another word": {map[string]string{"magento-data:apiKeys": `[{"name":"erp","lenght":32}]`}, "lenght: unknown key"},
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
	config := maps.Clone(fixture.Config(t, "production"))
	maps.Copy(config, map[string]string{"magento-data:databaseUserRotationDays": "1", "magento-data:storeUserRotationDays": "1", "magento-data:apiKeys": `[{"name":"ERP"}]`})
	for _, want := range []string{"databaseUserRotationDays", "storeUserRotationDays", "apiKeys"} {
		assert.ErrorContains(t, settings.Check(config), want, "one problem hides another")
	}
}

func TestRotationByDefault(t *testing.T) {
	config := maps.Clone(fixture.Config(t, "production"))
	config["magento-data:apiKeys"] = `[{"name":"erp"}]`
	data, err := settings.LoadData(config)
	require.NoError(t, err)
	assert.Equal(t, schedule.Window{StartHour: 22, Hours: 2}, data.RotationWindow())
	assert.Equal(t, []schedule.APIKey{{
		Name: "erp", Days: 90, Length: 32, Alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
	}}, data.RotationKeys())
}
