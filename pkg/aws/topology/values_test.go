package topology_test

import (
	"encoding"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/aws/topology"
)

// setting is what the enumerations have in common.
type setting interface {
	encoding.TextUnmarshaler
	Allowed() string
	Validate() error
}

func TestEnumerations(t *testing.T) {
	for name, test := range map[string]struct {
		value   setting
		allowed string
		valid   []string
	}{
		"nat":           {new(topology.NAT), "zone, single or none", []string{"zone", "single", "none"}},
		"public access": {new(topology.PublicAccess), "blocked or unmanaged", []string{"blocked", "unmanaged"}},
		"endpoint": {new(topology.Endpoint),
			"sqs, secretsmanager, ecr.api, ecr.dkr, sts, logs, ec2, kms, ssm, eks, eks-auth, " +
				"elasticloadbalancing, autoscaling or monitoring",
			[]string{"sqs", "ecr.api", "eks-auth", "monitoring"}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.allowed, test.value.Allowed())
			for _, text := range test.valid {
				require.NoError(t, test.value.UnmarshalText([]byte(text)))
				require.NoError(t, test.value.Validate())
			}
			for _, text := range []string{"", "Zone", "none ", "off", "s3"} {
				assert.EqualError(t, test.value.UnmarshalText([]byte(text)), `"`+text+`": must be `+test.allowed)
			}
		})
	}
}

func TestDefaultEndpoints(t *testing.T) {
	defaults := topology.DefaultEndpoints()
	assert.Len(t, defaults, 11)
	for _, e := range defaults {
		assert.NoError(t, e.Validate())
	}
	// A caller's list is the caller's own.
	defaults[0] = "changed"
	assert.Equal(t, topology.EndpointSQS, topology.DefaultEndpoints()[0])
}

func TestServiceNames(t *testing.T) {
	assert.Equal(t, "com.amazonaws.eu-west-1.ecr.dkr", topology.EndpointECRDocker.ServiceName("eu-west-1"))
	assert.Equal(t, "com.amazonaws.eu-west-1.s3", topology.GatewayS3.ServiceName("eu-west-1"))
}
