package network_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/aws/topology"
)

func TestEndpoints(t *testing.T) {
	r, out := deploy(t, arguments(t))
	interfaces := where(r.all(typeEndpoint), "vpcEndpointType", "Interface")
	var services []string
	for _, endpoint := range interfaces {
		service := strings.TrimPrefix(endpoint.Inputs["serviceName"].(string), "com.amazonaws.eu-central-1.")
		services = append(services, service)
		if service == "elasticache" {
			assert.ElementsMatch(t, out.private[:1], endpoint.Inputs["subnetIds"], "one zone is enough for rotation")
		} else {
			assert.ElementsMatch(t, out.private, endpoint.Inputs["subnetIds"])
		}
		assert.Equal(t, []any{"net-endpoints/id"}, endpoint.Inputs["securityGroupIds"])
		assert.Equal(t, true, endpoint.Inputs["privateDnsEnabled"])
	}
	want := []string{"elasticache"}
	for _, endpoint := range topology.DefaultEndpoints() {
		want = append(want, string(endpoint))
	}
	assert.ElementsMatch(t, want, services)

	gateways := where(r.all(typeEndpoint), "vpcEndpointType", "Gateway")
	require.Len(t, gateways, 2)
	for _, gateway := range gateways {
		assert.ElementsMatch(t, append(out.tables, "net-data-routes/id"), gateway.Inputs["routeTableIds"])
	}
}

// TestRotationEndpoints are there whatever the settings name, once.
func TestRotationEndpoints(t *testing.T) {
	args := arguments(t)
	args.Endpoints = []topology.Endpoint{topology.EndpointSQS}
	r, out := deploy(t, args)
	for _, name := range []string{"net-endpoint-secretsmanager", "net-endpoint-elasticache"} {
		endpoint := r.named(t, typeEndpoint, name)
		assert.ElementsMatch(t, out.private[:1], endpoint.Inputs["subnetIds"], name)
		assert.Equal(t, []any{"net-endpoints/id"}, endpoint.Inputs["securityGroupIds"], name)
	}
	assert.Len(t, where(r.all(typeEndpoint), "vpcEndpointType", "Interface"), 3)
}

// TestEndpointPolicies holds that nothing passes an endpoint with foreign credentials, other than reads
// of named buckets and the exchange of a token for a role of ours.
func TestEndpointPolicies(t *testing.T) {
	r, _ := deploy(t, arguments(t))
	unsigned := map[string][]string{}
	for _, endpoint := range r.all(typeEndpoint) {
		for _, s := range endpoint.statements(t, "policy") {
			assert.Equal(t, "Allow", s.Effect)
			assert.Equal(t, map[string][]string{"*": {"*"}}, s.Principal, "an endpoint's policy needs a principal")
			if own := s.Condition["StringEquals"]["aws:PrincipalAccount"]; len(own) > 0 {
				assert.Equal(t, []string{"123456789012"}, own)
				continue
			}
			unsigned[endpoint.Name] = append(unsigned[endpoint.Name], s.Action...)
			for _, resource := range s.Resource {
				assert.NotEqual(t, "*", resource, "%s: %s without a condition", endpoint.Name, s.Sid)
			}
		}
	}
	assert.Equal(t, map[string][]string{
		"net-endpoint-s3":  {"s3:GetObject"},
		"net-endpoint-sts": {"sts:AssumeRoleWithWebIdentity"},
	}, unsigned)

	assertForeignBuckets(t)

	sts := r.named(t, typeEndpoint, "net-endpoint-sts").statements(t, "policy")
	assert.Equal(t, []string{"arn:aws:iam::123456789012:role/*"}, sts[1].Resource)
	s3 := r.named(t, typeEndpoint, "net-endpoint-s3").statements(t, "policy")
	assert.Equal(t, []string{"123456789012"}, s3[0].Condition["StringEquals"]["aws:ResourceAccount"])
	for _, bucket := range []string{
		"arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/*",
		"arn:aws:s3:::prod-registry-k8s-io-eu-central-1/*",
		"arn:aws:s3:::al2023-repos-eu-central-1-de612dc2/*",
	} {
		assert.Contains(t, s3[1].Resource, bucket)
	}
}

// assertForeignBuckets holds that a bucket of another account passes the endpoint by its name and its owner, for our own
// principals alone, and that no other does.
func assertForeignBuckets(t *testing.T) {
	t.Helper()
	args := arguments(t)
	args.ForeignBuckets = map[string]string{"partner-feed": "999999999999"}
	r, _ := deploy(t, args)
	s3 := r.named(t, typeEndpoint, "net-endpoint-s3").statements(t, "policy")
	require.Len(t, s3, 3)
	assert.Equal(t, []string{"arn:aws:s3:::partner-feed", "arn:aws:s3:::partner-feed/*"}, s3[2].Resource)
	assert.Equal(t, map[string][]string{
		"aws:PrincipalAccount": {"123456789012"}, "aws:ResourceAccount": {"999999999999"},
	}, s3[2].Condition["StringEquals"])
}
