package topology

import (
	"errors"
	"fmt"
	"slices"
)

const (
	// MinReaders is one that takes over when the writer is lost (Foundational Security Best Practices, RDS.15): without any,
	// there is no database until AWS has made another instance (AUG, "Fault tolerance for an Aurora DB cluster").
	MinReaders = 1
	// MaxReaders is how many readers a cluster may have (AUG, "Aurora Replicas").
	MaxReaders = 15

	// minZones are what a failover needs: the zone that is lost, and another.
	minZones = 2
)

// Instances is how many instances a cluster has and where they stand.
type Instances struct {
	// Readers is how many there are besides the writer, MinReaders to MaxReaders.
	Readers int

	// Zones are the availability zones, the writer's first and the first reader's second. An instance cannot move:
	// changing the order replaces instances.
	Zones []string
}

// Instance is one instance of a cluster. Its role is the one that it is made with: a failover exchanges them.
type Instance struct {
	Name   string // "writer", "reader-1", …
	Number int    // from 1
	Zone   string

	// Tier is the order of promotion: the lowest takes over first.
	Tier int

	// MaintenanceWindow is in UTC.
	MaintenanceWindow string
}

// All lists the instances, the writer first. It and the first reader have tiers that scale together, 0 and 1, whichever
// of them writes (AUG, "Choosing the promotion tier for an Aurora Serverless v2 reader"); further readers are for reading, scale
// by their own load and take over last.
func (i Instances) All() []Instance {
	all := []Instance{{Name: "writer", Number: 1, Zone: i.zone(0), Tier: 0, MaintenanceWindow: window(0)}}
	for reader := 1; reader <= i.Readers; reader++ {
		all = append(all, Instance{
			Name: fmt.Sprintf("reader-%d", reader), Number: reader + 1, Zone: i.zone(reader),
			Tier: reader, MaintenanceWindow: window(reader),
		})
	}
	return all
}

func (i Instances) zone(index int) string { return i.Zones[index%len(i.Zones)] }

// window is a maintenance window of its own for every instance, so that no two restart at one time: half an hour
// (the shortest that RDS takes) on one of three quiet days, after the backup window.
func window(index int) string {
	days := []string{"tue", "wed", "thu"}
	day := days[index%len(days)]
	start := firstWindow + index/len(days)*windowMinutes
	return fmt.Sprintf("%s:%s-%s:%s", day, clock(start), day, clock(start+windowMinutes))
}

const (
	windowMinutes = 30
	firstWindow   = 2*60 + 30 // half past two
)

func clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// Validate refuses instances that cannot be made, and too few to survive the loss of one.
func (i Instances) Validate(split ReadSplit) error {
	problems := []error{split.Validate()}
	if i.Readers < MinReaders || i.Readers > MaxReaders {
		problems = append(problems, fmt.Errorf("readers: %d given, %d to %d are allowed", i.Readers, MinReaders, MaxReaders))
	}
	if len(i.Zones) < minZones {
		problems = append(problems, fmt.Errorf("zones: %d given, at least %d are required: one may be lost", len(i.Zones), minZones))
	}
	for index, zone := range i.Zones {
		if zone == "" || slices.Contains(i.Zones[:index], zone) {
			problems = append(problems, fmt.Errorf("zone %q: each must be named, and once", zone))
		}
	}
	return errors.Join(problems...)
}
