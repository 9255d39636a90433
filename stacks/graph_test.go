package stacks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/guard"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/stacks"
)

func TestControls(t *testing.T) {
	forEveryEnvironment(t, func(t *testing.T, recorded *plan.Environment) {
		for _, violation := range guard.Check(recorded) {
			t.Error(violation)
		}
	})
}

// TestResources holds the list of every environment's resources, so that a change shows what it adds and what
// it takes away, in one layer and no other.
func TestResources(t *testing.T) {
	forEveryFixture(t, func(t *testing.T, recorded *plan.Environment) {
		for _, stack := range recorded.Stacks {
			var lines []string
			for _, r := range stack.Resources {
				lines = append(lines, r.Type+" "+r.Name)
			}
			slices.Sort(lines)
			golden(t, recorded.Name+"."+stack.Project+".golden", strings.Join(lines, "\n")+"\n")
		}
	})
}

func TestLayersRunInOrder(t *testing.T) {
	recorded := planned(t, "staging")
	require.Len(t, recorded.Stacks, len(layer.Layers()))
	for i, l := range layer.Layers() {
		assert.Equal(t, l.Project, recorded.Stacks[i].Project)
		assert.Equal(t, l.Directory, recorded.Stacks[i].Directory)
	}
}

// TestEnvironmentsHaveTheSameShape lets environments differ in how many there are of something, never in what
// there is: the hosted zone that production has already is the one exception.
func TestEnvironmentsHaveTheSameShape(t *testing.T) {
	types := func(environment string) []string {
		var found []string
		for _, r := range planned(t, environment).Resources() {
			if r.Type != "aws:route53/zone:Zone" {
				found = append(found, r.Type)
			}
		}
		slices.Sort(found)
		return slices.Compact(found)
	}
	assert.Equal(t, types("production"), types("staging"))
}

// TestABrokenContractIsNoticed breaks one key of each contract, and wants its readers to say so.
func TestABrokenContractIsNoticed(t *testing.T) {
	for _, broken := range []struct{ producer, key string }{
		{"magento-networking", "dataSubnetIds"},
		{"magento-networking", "hostedZoneId"},
		{"magento-data", "mediaBucketDomainName"},
		{"magento-compute", "loadBalancerArn"},
		{"magento-cdn", "hostNames"},
	} {
		t.Run(broken.producer+" "+broken.key, func(t *testing.T) {
			_, err := runMistyped(t, broken.producer, broken.key)
			require.Error(t, err)
			assert.ErrorContains(t, err, broken.key+": is 1, not ")
			assert.ErrorContains(t, err, fmt.Sprintf("organization/%s/staging", broken.producer))
		})
	}
}

// TestEveryProgramReadsWhatItDeclares keeps Programs from declaring reads that no program makes.
func TestEveryProgramReadsWhatItDeclares(t *testing.T) {
	recorded := planned(t, "staging")
	for _, program := range stacks.Programs() {
		var read []string
		for _, stack := range recorded.Stacks {
			if stack.Project != program.Project {
				continue
			}
			for _, r := range stack.Resources {
				if r.Type == plan.ReferenceType {
					read = append(read, strings.Split(r.Name, "/")[1])
				}
			}
		}
		assert.ElementsMatch(t, program.Reads, read, program.Project)
	}
}
