package sizing_test

import (
	"encoding"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/magestack/magestack/pkg/data/queue/sizing"
	"github.com/magestack/magestack/pkg/naming"
)

func TestWhatExistsIsRead(t *testing.T) {
	var (
		kind     sizing.Kind
		mode     sizing.Mode
		version  sizing.Version
		instance sizing.InstanceType
	)
	for _, test := range []struct {
		into  encoding.TextUnmarshaler
		texts []string
	}{
		{&kind, []string{"rabbitmq", "database"}},
		{&mode, []string{"single", "cluster"}},
		{&version, []string{"3.13", "4.2"}},
		{&instance, []string{"mq.m7g.medium", "mq.m7g.16xlarge", "mq.m5.large", "mq.m5.4xlarge"}},
	} {
		for _, text := range test.texts {
			require.NoError(t, test.into.UnmarshalText([]byte(text)), text)
		}
	}
	assert.Equal(t, sizing.KindDatabase, kind)
	assert.Equal(t, sizing.ModeCluster, mode)
	assert.Equal(t, sizing.RabbitMQ42, version)
	assert.Equal(t, sizing.InstanceType("mq.m5.4xlarge"), instance)
}

func TestWhatDoesNotExistIsRefused(t *testing.T) {
	var (
		kind     = sizing.KindRabbitMQ
		mode     = sizing.ModeSingle
		version  = sizing.RabbitMQ313
		instance = sizing.InstanceType("mq.m7g.large")
	)
	for _, test := range []struct {
		into    encoding.TextUnmarshaler
		message string
		texts   []string
	}{
		{&kind, "must be rabbitmq or database", []string{"", "activemq", "RabbitMQ", "db"}},
		{&mode, "must be single or cluster", []string{"", "CLUSTER_MULTI_AZ", "multi"}},
		{&version, "must be RabbitMQ 3.13 or 4.2", []string{"", "3.12", "3.13.7", "5.18"}},
		{
			&instance, "must be one of mq.m7g.{medium,large,xlarge,2xlarge,4xlarge,8xlarge,12xlarge,16xlarge} mq.m5.{large,xlarge,2xlarge,4xlarge}",
			[]string{"", "mq.t3.micro", "m7g.large", "mq.m5.medium", "mq.m7g", "mq.m5.8xlarge", "mq.m7g.large "},
		},
	} {
		for _, text := range test.texts {
			err := test.into.UnmarshalText([]byte(text))
			assert.ErrorContains(t, err, `"`+text+`"`)
			assert.ErrorContains(t, err, test.message)
		}
	}
	assert.Equal(t, sizing.KindRabbitMQ, kind, "a refused text changed the value")
	assert.Equal(t, sizing.ModeSingle, mode)
	assert.Equal(t, sizing.RabbitMQ313, version)
	assert.Equal(t, sizing.InstanceType("mq.m7g.large"), instance)
}

func TestBrokers(t *testing.T) {
	assert.NoError(t, sizing.Broker{Version: "3.13", Mode: "single", InstanceType: "mq.m5.large", ConsumerTimeoutMinutes: 30}.Validate())
	assert.NoError(t, sizing.Broker{Version: "4.2", Mode: "cluster", InstanceType: "mq.m7g.large", ConsumerTimeoutMinutes: 1440}.Validate())
	assert.EqualError(t, sizing.Broker{Version: "4.2", Mode: "cluster", InstanceType: "mq.m5.large", ConsumerTimeoutMinutes: 360}.Validate(),
		`instance type "mq.m5.large": RabbitMQ 4.2 runs on mq.m7g only`)
	for _, minutes := range []int{29, 1441} {
		assert.ErrorContains(t, sizing.Broker{ConsumerTimeoutMinutes: minutes}.Validate(), "minutes: must be 30 to 1440")
	}
	err := sizing.Broker{}.Validate()
	for _, part := range []string{"version", "mode", "instance type", "consumer timeout"} {
		assert.ErrorContains(t, err, part, "everything is reported at once")
	}
}

func TestSubnets(t *testing.T) {
	assert.Equal(t, "SINGLE_INSTANCE", sizing.ModeSingle.AWS())
	assert.Equal(t, "CLUSTER_MULTI_AZ", sizing.ModeCluster.AWS())
	_, err := sizing.ModeSingle.Subnets(nil)
	assert.EqualError(t, err, "0 subnets: a broker of mode single needs 1 or more in different zones")
	_, err = sizing.ModeCluster.Subnets([]string{"a"})
	assert.EqualError(t, err, "1 subnets: a broker of mode cluster needs 2 or more in different zones")

	rapid.Check(t, func(t *rapid.T) {
		zones := rapid.SliceOfN(rapid.StringN(1, 5, -1), 2, 6).Draw(t, "zones")
		single, err := sizing.ModeSingle.Subnets(zones)
		require.NoError(t, err)
		assert.Equal(t, zones[:1], single, "AWS takes exactly one for a single broker")
		cluster, err := sizing.ModeCluster.Subnets(zones)
		require.NoError(t, err)
		assert.Equal(t, zones[:2], cluster, "a zone that is added later must not replace the broker")
	})
}

func TestNames(t *testing.T) {
	assert.Equal(t, "magento-production", naming.Environment("production").Broker())
	assert.NoError(t, sizing.ValidateName(naming.Environment("production-dr").Broker()))
	for _, name := range []string{"", "a b", "a.b", strings.Repeat("a", 51)} {
		assert.ErrorContains(t, sizing.ValidateName(name), "must be 1 to 50 letters, digits and hyphens")
	}
}

func TestHosts(t *testing.T) {
	host, err := sizing.Host("amqps://b-c8352341-ec91-4a78-ad9c-a43f23d325bb.mq.us-west-2.amazonaws.com:5671")
	require.NoError(t, err)
	assert.Equal(t, "b-c8352341-ec91-4a78-ad9c-a43f23d325bb.mq.us-west-2.amazonaws.com", host)
	for _, endpoint := range []string{"", "b-1.mq.us-west-2.amazonaws.com:5671", "amqp://b-1:5672", "ssl://b-1:61617", "amqps://", "amqps://%zz"} {
		_, err := sizing.Host(endpoint)
		assert.Error(t, err, endpoint)
	}
}
