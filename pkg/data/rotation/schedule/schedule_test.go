package schedule_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/data/rotation/schedule"
)

var night = schedule.Window{StartHour: 22, Hours: 2}

// TestNoCredentialGetsTooOld follows the schedule of every period through ten years of calendar.
func TestNoCredentialGetsTooOld(t *testing.T) {
	for _, class := range schedule.Classes() {
		for days := schedule.MinDays; days <= schedule.MaxDays; days++ {
			expression, err := schedule.Expression(class, days, night)
			require.NoError(t, err)
			gap, err := schedule.LongestGap(expression)
			require.NoError(t, err, expression)
			assert.LessOrEqual(t, gap, days, "%s every %d days: %s", class, days, expression)
		}
	}
	_, err := schedule.Expression(schedule.ClassAPIKeys, schedule.MinDays-1, night)
	assert.ErrorContains(t, err, "must be 7 to 90")
	_, err = schedule.Expression("unknown", 30, night)
	assert.ErrorContains(t, err, `class "unknown"`)
}

// TestTheRarestScheduleIsChosen stands on each bound and one beside it.
func TestTheRarestScheduleIsChosen(t *testing.T) {
	for days, want := range map[int]string{
		7: "cron(0 22 ? * MON *)", 15: "cron(0 22 ? * MON *)",
		16: "cron(0 22 2,17 * ? *)", 30: "cron(0 22 2,17 * ? *)",
		31: "cron(0 22 2 * ? *)", 61: "cron(0 22 2 * ? *)",
		62: "cron(0 22 2 1,3,5,7,9,11 ? *)", 90: "cron(0 22 2 1,3,5,7,9,11 ? *)",
	} {
		got, err := schedule.Expression(schedule.ClassDatabaseUsers, days, night)
		require.NoError(t, err)
		assert.Equal(t, want, got, days)
	}
}

// TestClassesDoNotMeet holds that no two classes that rotate equally often, or by days of the month at all, do so on one day or on
// the day after.
func TestClassesDoNotMeet(t *testing.T) {
	days, weekdays := map[int]schedule.Class{}, map[string]bool{}
	for _, class := range schedule.Classes() {
		expression, err := schedule.Expression(class, 16, night)
		require.NoError(t, err)
		for _, text := range strings.Split(strings.Fields(expression)[2], ",") {
			day, err := strconv.Atoi(text)
			require.NoError(t, err)
			for _, near := range []int{day - 1, day, day + 1} {
				assert.Empty(t, days[near], "%s on day %d", class, day)
			}
			assert.LessOrEqual(t, day, 28, "no such day in February")
			days[day] = class
		}
		expression, err = schedule.Expression(class, 7, night)
		require.NoError(t, err)
		assert.False(t, weekdays[strings.Fields(expression)[4]])
		weekdays[strings.Fields(expression)[4]] = true
	}
}

func TestGapsOfSchedules(t *testing.T) {
	for text, want := range map[string]int{
		"cron(0 3 1 * ? *)": 31, "cron(0 3 29 * ? *)": 59, "cron(0 3 1 6 ? *)": 366, "cron(0 3 ? * SUN *)": 7,
	} {
		got, err := schedule.LongestGap(text)
		require.NoError(t, err)
		assert.Equal(t, want, got, text)
	}
	for _, bad := range []string{"", "rate(30 days)", "cron(0 3 1 * MON *)", "cron(0 3 ? * ? *)", "cron(0 3 31 2 ? *)", "cron(5 3 1 * ? *)"} {
		_, err := schedule.LongestGap(bad)
		assert.Error(t, err, bad)
	}
}

func TestWindows(t *testing.T) {
	for _, good := range []schedule.Window{{0, 2}, {0, 12}, {22, 2}, {12, 12}} {
		assert.NoError(t, good.Validate(), good)
	}
	for _, bad := range []schedule.Window{{-1, 2}, {0, 1}, {0, 13}, {23, 2}, {13, 12}} {
		assert.ErrorContains(t, bad.Validate(), "must be 2 to 12 hours that begin and end within one day of UTC", bad)
	}
	assert.Equal(t, "22:00-24:00 UTC", night.String())
	assert.Equal(t, "2h", night.Duration())
	assert.Equal(t, "cron(0 22 * * ? *)", night.Daily())
}

// TestOverlaps stands on each end of a window and one minute beside it, with times that go past midnight.
func TestOverlaps(t *testing.T) {
	for _, c := range []struct {
		start, minutes int
		want           bool
	}{
		{8 * 60, 14 * 60, false}, {8 * 60, 14*60 + 1, true},
		{0, 22 * 60, false}, {24*60 - 1, 1, true}, {23*60 + 59, 120, true}, {0, 1, false},
		{18 * 60, 8 * 60, true}, {22 * 60, 0, false},
	} {
		assert.Equal(t, c.want, night.Overlaps(c.start, c.minutes), "%d minutes from %d", c.minutes, c.start)
	}
}

func TestAPIKeys(t *testing.T) {
	const prefix = "arn:aws:lambda:eu-central-1:123456789012:function:"
	drawn := func(change func(*schedule.APIKey)) schedule.APIKey {
		key := schedule.APIKey{Name: "erp", Days: 90, Length: 32, Alphabet: "0123456789abcdef"}
		change(&key)
		return key
	}
	for _, good := range []func(*schedule.APIKey){
		func(*schedule.APIKey) {},
		func(k *schedule.APIKey) { k.Length, k.Alphabet = 128, "01" },
		func(k *schedule.APIKey) { k.Length = 256 },
		func(k *schedule.APIKey) { k.Alphabet = schedule.Printable() },
		func(k *schedule.APIKey) { k.Name = strings.Repeat("a", 40) },
		func(k *schedule.APIKey) { k.Name, k.Days = "erp-2-legacys", 7 },
		func(k *schedule.APIKey) { k.Hook, k.Length, k.Alphabet = prefix+"shop-erp", 0, "" },
	} {
		assert.NoError(t, drawn(good).Validate(prefix))
	}
	for want, bad := range map[string]func(*schedule.APIKey){
		"the name must be 40":      func(k *schedule.APIKey) { k.Name = strings.Repeat("a", 41) },
		"lower-case letters":       func(k *schedule.APIKey) { k.Name = "ERP" },
		"a hyphen and six":         func(k *schedule.APIKey) { k.Name = "erp-legacy" },
		"days 6: must be 7 to 90":  func(k *schedule.APIKey) { k.Days = 6 },
		"days 91: must be 7 to 90": func(k *schedule.APIKey) { k.Days = 91 },
		"length 31: must be 32":    func(k *schedule.APIKey) { k.Length = 31 },
		"length 257: must be 32":   func(k *schedule.APIKey) { k.Length = 257 },
		`alphabet "0": must be`:    func(k *schedule.APIKey) { k.Alphabet = "0" },
		`alphabet "00": must be`:   func(k *schedule.APIKey) { k.Alphabet = "00" },
		`alphabet "0 1": must be`:  func(k *schedule.APIKey) { k.Alphabet = "0 1" },
		`alphabet "0é": must be`:   func(k *schedule.APIKey) { k.Alphabet = "0é" },
		`alphabet "01$": must be`:  func(k *schedule.APIKey) { k.Alphabet = "01$" },
		"must be the ARN":          func(k *schedule.APIKey) { k.Hook = "arn:aws:lambda:eu-central-1:999999999999:function:x" },
		"function:NAME":            func(k *schedule.APIKey) { k.Hook = prefix },
	} {
		assert.ErrorContains(t, drawn(bad).Validate(prefix), want)
	}
	all := drawn(func(k *schedule.APIKey) { k.Name, k.Days, k.Length = "", 0, 0 }).Validate(prefix)
	for _, want := range []string{"the name", "days 0", "length 0"} {
		assert.ErrorContains(t, all, want, "one problem hides another")
	}
}

// TestHoldIsThatOfTheLongestJob compares the hours with the deadlines of the jobs of the desired state.
func TestHoldIsThatOfTheLongestJob(t *testing.T) {
	files, err := filepath.Glob("../../../../gitops/base/*/*.yaml")
	require.NoError(t, err)
	longest := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, match := range regexp.MustCompile(`activeDeadlineSeconds: (\d+)`).FindAllStringSubmatch(string(text), -1) {
			seconds, err := strconv.Atoi(match[1])
			require.NoError(t, err)
			longest = max(longest, seconds)
		}
	}
	assert.Equal(t, fmt.Sprint(longest), fmt.Sprint(schedule.HoldHours*60*60))
}
