package nodepool

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"
	_ "time/tzdata" // the same zones on every machine that makes a plan
)

// TradingHours is the part of the day in which a shop earns its money, by the clock of its time zone. Nodes that work
// are left alone then.
type TradingHours struct {
	Start int // minutes after midnight
	End   int // as Start; before it when the hours go past midnight
}

const (
	minutesPerDay = 24 * 60

	// minQuiet is the least that a day must leave Karpenter, so that nodes with an old image are replaced one by one.
	minQuiet = 4 * time.Hour
)

var hoursFormat = regexp.MustCompile(`^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$`)

// Allowed says what TradingHours may be.
func (TradingHours) Allowed() string {
	return "two times of day, such as 08:00-22:00; past midnight as in 18:00-02:00"
}

// UnmarshalText reads a setting.
func (h *TradingHours) UnmarshalText(text []byte) error {
	parts := hoursFormat.FindStringSubmatch(string(text))
	if parts == nil {
		return fmt.Errorf("must be %s", h.Allowed())
	}
	var numbers [4]int
	for i, part := range parts[1:] {
		numbers[i], _ = strconv.Atoi(part)
	}
	h.Start, h.End = numbers[0]*60+numbers[1], numbers[2]*60+numbers[3]
	if h.Start == h.End {
		return errors.New("must end at another time than they begin")
	}
	return nil
}

// String writes the hours as a setting does.
func (h TradingHours) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.Start/60, h.Start%60, h.End/60, h.End%60)
}

// TimeZone is a place whose clocks the trading hours are told by.
type TimeZone struct{ *time.Location }

// Allowed says what a TimeZone may be.
func (TimeZone) Allowed() string {
	return "UTC, or a name of the tz database, such as Europe/Berlin"
}

// UnmarshalText reads a setting. Local, which is another zone on each machine, is none.
func (z *TimeZone) UnmarshalText(text []byte) error {
	location, err := time.LoadLocation(string(text))
	if err != nil || len(text) == 0 || string(text) == "Local" {
		return fmt.Errorf("must be %s", z.Allowed())
	}
	z.Location = location
	return nil
}

// The years whose clock changes are looked at. They are fixed, so that a plan is the same on every day.
const (
	firstYear = 2026
	lastYear  = 2035
)

// offsets are the least and the greatest number of minutes that the zone's clocks are ahead of UTC.
func (z TimeZone) offsets() (least, greatest int) {
	if z.Location == nil {
		return 0, 0
	}
	least, greatest = minutesPerDay, -minutesPerDay
	for day := time.Date(firstYear, 1, 1, 12, 0, 0, 0, time.UTC); day.Year() <= lastYear; day = day.AddDate(0, 0, 1) {
		_, seconds := day.In(z.Location).Zone()
		least, greatest = min(least, seconds/60), max(greatest, seconds/60)
	}
	return least, greatest
}

// InUTC returns the minute of the day in UTC at which the hours begin at the earliest, and how many minutes later they end at the
// latest, whatever the clocks say: an hour more than they are long where clocks change by one.
func (h TradingHours) InUTC(zone TimeZone) (start, minutes int) {
	least, greatest := zone.offsets()
	length := (h.End - h.Start + minutesPerDay) % minutesPerDay
	return ((h.Start-greatest)%minutesPerDay + minutesPerDay) % minutesPerDay, length + greatest - least
}

// Quiet returns the budget by which nothing that works is taken during the hours, whatever the clocks say: Karpenter's
// schedules are in UTC and know no clock changes, so that the window is as wide as all offsets of the zone make it, an
// hour more where clocks change by one. An empty node may go.
func (h TradingHours) Quiet(zone TimeZone) (Budget, error) {
	start, minutes := h.InUTC(zone)
	window := time.Duration(minutes) * time.Minute
	if left := 24*time.Hour - window; left < minQuiet {
		return Budget{}, fmt.Errorf("trading hours %s, %s: leave %s of the day in UTC, and must leave %s, in which nodes may be replaced", h, zone, left, minQuiet)
	}
	return Budget{
		Nodes:    "0",
		Schedule: fmt.Sprintf("%d %d * * *", start%60, start/60),
		Duration: PeriodOf(window),
		Reasons:  []Reason{Underutilized, Drifted},
	}, nil
}

// String is the zone's name.
func (z TimeZone) String() string {
	if z.Location == nil {
		return "UTC"
	}
	return z.Location.String()
}
