package availability_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/availability"
)

func TestRegions(t *testing.T) {
	for _, region := range availability.Regions() {
		assert.True(t, account.ValidRegion(region), region)
		assert.Equal(t, "aws", account.Account{Region: region}.Partition(), region)
	}
	for region, want := range map[string]bool{"eu-central-1": true, "me-south-1": true, "il-central-1": false, "ca-west-1": false, "us-iso-east-1": false, "mx-central-1": false, "eu-moon-1": false, "cn-north-1": false, "": false} {
		assert.Equal(t, want, availability.InRegion(region), region)
	}
	assert.True(t, slices.IsSorted(availability.Regions()))
}

func TestZones(t *testing.T) {
	for id, want := range map[string][]string{
		"use1-az3":  {"EKS, for a control plane", "CloudFront, for a VPC origin"},
		"apne1-az3": {"CloudFront, for a VPC origin"},
		"use1-az2":  nil,
		"euc1-az3":  nil,
	} {
		assert.Equal(t, want, availability.WithoutZone(id), id)
	}
	for _, id := range availability.Zones() {
		assert.Regexp(t, regexp.MustCompile(`^[a-z]+\d-az\d$`), id)
	}
	assert.Equal(t, []string{"apne1-az3", "cac1-az3", "use1-az3", "usw1-az2"}, availability.Zones())
}
