package crds

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	aws "github.com/aws/karpenter-provider-aws/pkg/apis/v1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	karpenter "sigs.k8s.io/karpenter/pkg/apis/v1"

	"github.com/magestack/magestack/pkg/compute/karpenter/nodepool"
)

// workloads are those of a shop of some size.
func workloads() nodepool.Workloads {
	graviton := nodepool.Instances{
		Families:      []nodepool.Family{"c6g", "c7g", "c8g", "m6g", "m7g", "m8g"},
		Architectures: []nodepool.Architecture{nodepool.ARM64}, MinCPUs: 4, MaxCPUs: 16,
	}
	return nodepool.Workloads{
		Web: graviton, Consumers: graviton, Batch: graviton,
		WebBase: nodepool.Size{CPUs: 32, MemoryGiB: 128}, WebBurst: nodepool.Size{CPUs: 64, MemoryGiB: 256},
		Consumer: nodepool.Size{CPUs: 16, MemoryGiB: 64}, Batches: nodepool.Size{CPUs: 16, MemoryGiB: 64},
		TradingHours: nodepool.TradingHours{Start: 8 * 60, End: 22 * 60}, SpotConsolidation: true,
	}
}

func pools(t require.TestingT) nodepool.Set {
	set, err := workloads().Set()
	require.NoError(t, err)
	return set
}

func class() nodepool.Object[nodepool.Class] {
	c := nodepool.NewClass("al2023@v20260917", []string{"subnet-0123456789abcdef0"}, []string{"sg-0123456789abcdef1"}, map[string]string{"environment": "staging"})
	c.Spec.InstanceProfile = "magento-staging-node"
	c.Spec.BlockDeviceMappings[0].EBS.KMSKeyID = "arn:aws:kms:eu-central-1:123456789012:key/0123"
	c.Spec.SecurityGroupSelectorTerms = append(c.Spec.SecurityGroupSelectorTerms, nodepool.SelectorTerm{ID: "sg-0123456789abcdef0"})
	return c
}

// decoded reads an object of ours into the project's own type, which must know every field.
func decoded[T karpenter.NodePool | karpenter.Budget | aws.EC2NodeClass](t require.TestingT, object any) T {
	text, err := json.Marshal(object)
	require.NoError(t, err)
	var into T
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&into))
	return into
}

// TestPoolsAreTheProjectsOwn writes every preset into Karpenter's type, and back.
func TestPoolsAreTheProjectsOwn(t *testing.T) {
	for _, pool := range pools(t).Pools {
		theirs := decoded[karpenter.NodePool](t, pool)
		require.NoError(t, theirs.RuntimeValidate(context.Background()))
		within(t, plain(t, pool), plain(t, theirs), pool.Metadata.Name)
	}
}

func TestTheClassIsTheProjectsOwn(t *testing.T) {
	require.NoError(t, nodepool.ValidateClass(class()))
	within(t, plain(t, class()), plain(t, decoded[aws.EC2NodeClass](t, class())), "class")
}

// TestDefinitionsTakeThem checks presets and class as the API server of a cluster with the pinned release would, with
// the rules in CEL.
func TestDefinitionsTakeThem(t *testing.T) {
	set := definitions(t)
	for _, pool := range pools(t).Pools {
		assert.NoError(t, set.Check(pool))
	}
	assert.NoError(t, set.Check(class()))

	bad := class()
	bad.Spec.Tags = map[string]string{"karpenter.sh/nodepool": "mine"}
	assert.ErrorContains(t, set.Check(bad), "restricted tag", "the rules in CEL are not evaluated")
	assert.ErrorContains(t, nodepool.ValidateClass(bad), "is Karpenter's own")
}

// within wants everything of ours in theirs. A duration may be written in another way.
func within(t *testing.T, ours, theirs any, path string) {
	switch o := ours.(type) {
	case map[string]any:
		other, ok := theirs.(map[string]any)
		require.True(t, ok, path)
		for key, value := range o {
			if value != false { // their types leave it out
				within(t, value, other[key], path+"."+key)
			}
		}
	case []any:
		other, ok := theirs.([]any)
		require.True(t, ok, path)
		require.Len(t, other, len(o), path)
		for i, value := range o {
			within(t, value, other[i], fmt.Sprintf("%s.%d", path, i))
		}
	default:
		if text, ok := ours.(string); ok {
			if d, err := time.ParseDuration(text); err == nil {
				again, err := time.ParseDuration(fmt.Sprint(theirs))
				require.NoError(t, err, path)
				assert.Equal(t, d, again, path)
				return
			}
		}
		assert.Equal(t, ours, theirs, path)
	}
}
