package settings

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/data/rotation/schedule"
	"github.com/magestack/magestack/pkg/naming"
)

// Rotation holds what magento-data is told of the rotation of credentials.
type Rotation struct {
	// DatabaseUserRotationDays is how long a password of the database's users is in use at most: those of the storefront, of bin/magento,
	// of reports and of reading. It is rotated on the rarest of these schedules that keeps it: every week, twice a month, every month,
	// every two months. The same holds for the other periods.
	DatabaseUserRotationDays int `key:"databaseUserRotationDays" default:"30" allowed:"7 to 90 days"`

	// AdministratorRotationDays is how long a password of an administrator is in use at most: of the database, of ProxySQL and its
	// monitor, of OpenSearch and of RabbitMQ.
	AdministratorRotationDays int `key:"administratorRotationDays" default:"30" allowed:"7 to 90 days"`

	// StoreUserRotationDays is how long a credential of Magento's at the other stores is in use at most: the tokens of cache and
	// sessions, and its users of OpenSearch and of RabbitMQ.
	StoreUserRotationDays int `key:"storeUserRotationDays" default:"60" allowed:"7 to 90 days"`

	// RotationStartHour is when the hours begin in which credentials rotate, in UTC. They must be outside of tradingHours of
	// magento-compute. Those of the default are outside of the windows in which stores are maintained or copied, too.
	RotationStartHour int `key:"rotationStartHour" default:"22" allowed:"0 to 22"`

	// RotationWindowHours is how long these hours are.
	RotationWindowHours int `key:"rotationWindowHours" default:"2" allowed:"2 to 12 hours, which end by midnight of UTC"`

	// APIKeys are the shop's keys for services of others, or of others for the shop, each in a secret api/NAME: those that are drawn
	// here, and those that a function of the shop's rotates (docs/operations.md, "API keys").
	APIKeys []APIKey `key:"apiKeys" default:"[]" differs:"domain"`
}

// APIKey is a key of the shop's.
type APIKey struct {
	Name     string `key:"name"`
	Days     int    `key:"days" default:"90"`
	Length   int    `key:"length" default:"32"`
	Alphabet string `key:"alphabet" default:"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"`
	Hook     string `key:"hook" default:""`
}

// Allowed says what an APIKey may be.
func (APIKey) Allowed() string {
	return fmt.Sprintf("name (lower-case letters, digits and hyphens), days (%d to %d, 90 without it), and either length and alphabet (32 letters and digits without them) or hook (the ARN of the function of the shop's that rotates it)",
		schedule.MinDays, schedule.MaxDays)
}

// RotationWindow is the hours in which credentials rotate.
func (s Rotation) RotationWindow() schedule.Window {
	return schedule.Window{StartHour: s.RotationStartHour, Hours: s.RotationWindowHours}
}

// RotationKeys are the declarations of API keys.
func (s Rotation) RotationKeys() []schedule.APIKey {
	keys := make([]schedule.APIKey, len(s.APIKeys))
	for i, key := range s.APIKeys {
		keys[i] = schedule.APIKey(key)
	}
	return keys
}

func (s Rotation) rules(where account.Account) []rule {
	days := func(name string, days int) rule {
		return rule{dataKeys(name), func() []Problem {
			return messages(naming.ProjectData+":"+name, strconv.Itoa(days), schedule.ValidateDays(days))
		}}
	}
	return []rule{
		days("databaseUserRotationDays", s.DatabaseUserRotationDays),
		days("administratorRotationDays", s.AdministratorRotationDays),
		days("storeUserRotationDays", s.StoreUserRotationDays),
		{dataKeys("rotationStartHour", "rotationWindowHours"), func() []Problem {
			return messages(naming.ProjectData+":rotationStartHour", s.RotationWindow().String(), s.RotationWindow().Validate())
		}},
		{append(dataKeys("apiKeys"), regionKey, accountKey), func() []Problem { return s.apiKeyProblems(where) }},
	}
}

// apiKeyProblems refuses keys that cannot be drawn or rotated, that are named twice, and more than fit.
func (s Rotation) apiKeyProblems(where account.Account) []Problem {
	const key = naming.ProjectData + ":apiKeys"
	var problems []Problem
	var names []string
	for _, k := range s.RotationKeys() {
		problems = append(problems, messages(key, "", k.Validate(where.ARN("lambda", "function:")))...)
		if slices.Contains(names, k.Name) {
			problems = append(problems, Problem{key, k.Name, "named twice"})
		}
		names = append(names, k.Name)
	}
	if n := len(s.APIKeys); n > schedule.MaxAPIKeys {
		problems = append(problems, Problem{key, strconv.Itoa(n), fmt.Sprintf("must be at most %d keys", schedule.MaxAPIKeys)})
	}
	return problems
}

// rotationRule wants credentials to rotate while the shop does not trade.
func rotationRule(data Data, compute Compute) rule {
	about := append(dataKeys("rotationStartHour", "rotationWindowHours"), computeKeys("tradingHours", "tradingTimeZone")...)
	return rule{about, func() []Problem {
		window := data.RotationWindow()
		start, minutes := compute.TradingHours.InUTC(compute.TradingTimeZone)
		if window.Validate() != nil || !window.Overlaps(start, minutes) {
			return nil
		}
		return []Problem{{naming.ProjectData + ":rotationStartHour", window.String(), fmt.Sprintf(
			"must be outside of the trading hours %s, %s (magento-compute:tradingHours), which are %d minutes from %02d:%02d UTC, all clock changes included",
			compute.TradingHours, compute.TradingTimeZone, minutes, start/60, start%60)}}
	}}
}
