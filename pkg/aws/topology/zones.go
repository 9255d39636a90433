package topology

import (
	"errors"
	"fmt"
)

// CheckZones refuses fewer or more zones than a plan has, zones named twice, zones of another region, and Local and Wavelength Zones, whose names go on after
// the letter (EC2 User Guide, "Regions and Zones"). Whether the zone exists, AWS says.
func CheckZones(region string, zones []string) error {
	problems := []error{checkZoneList(zones)}
	for _, zone := range zones {
		if !inRegion(zone, region) {
			problems = append(problems, fmt.Errorf("zone %q: must be a zone of %s, its name and one letter, such as %sa", zone, region, region))
		}
	}
	return errors.Join(problems...)
}

func inRegion(zone, region string) bool {
	if len(zone) != len(region)+1 || zone[:len(region)] != region {
		return false
	}
	letter := zone[len(region)]
	return 'a' <= letter && letter <= 'z'
}
