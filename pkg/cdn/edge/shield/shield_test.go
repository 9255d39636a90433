package shield_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/cdn/edge/shield"
)

func TestNearest(t *testing.T) {
	for region, want := range map[string]string{"eu-central-1": "eu-central-1", "eu-north-1": "eu-west-2", "us-west-1": "us-west-2", "eu-central-2": ""} {
		got, known := shield.Nearest(region)
		assert.Equal(t, want, got, region)
		assert.Equal(t, want != "", known, region)
	}
	for _, region := range shield.Regions() {
		at, _ := shield.Nearest(region)
		own, _ := shield.Nearest(at)
		assert.Equal(t, at, own, "%s has the shield of a region that has one", region)
	}
}
