// Package shield knows where CloudFront has an Origin Shield, the one place that asks an origin for all edge locations.
package shield

import (
	"maps"
	"slices"
)

// nearest has, by the region of an origin, the region of the shield that answers soonest: its own, where CloudFront offers
// one, and otherwise that which AWS names (CloudFront Developer Guide, "Choose the AWS Region for Origin Shield").
var nearest = map[string]string{
	"ap-northeast-1": "ap-northeast-1",
	"ap-northeast-2": "ap-northeast-2",
	"ap-south-1":     "ap-south-1",
	"ap-southeast-1": "ap-southeast-1",
	"ap-southeast-2": "ap-southeast-2",
	"eu-central-1":   "eu-central-1",
	"eu-west-1":      "eu-west-1",
	"eu-west-2":      "eu-west-2",
	"me-central-1":   "me-central-1",
	"sa-east-1":      "sa-east-1",
	"us-east-1":      "us-east-1",
	"us-east-2":      "us-east-2",
	"us-west-2":      "us-west-2",

	"af-south-1":   "eu-west-1",
	"ap-east-1":    "ap-southeast-1",
	"ca-central-1": "us-east-1",
	"eu-north-1":   "eu-west-2",
	"eu-south-1":   "eu-central-1",
	"eu-west-3":    "eu-west-2",
	"me-south-1":   "ap-south-1",
	"us-west-1":    "us-west-2",
}

// Nearest is the region of the shield for an origin in a region; false where AWS names none.
func Nearest(region string) (string, bool) {
	found, known := nearest[region]
	return found, known
}

// Regions lists the regions of origins that there is a shield for.
func Regions() []string { return slices.Sorted(maps.Keys(nearest)) }
