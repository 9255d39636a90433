package cache_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"sync"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/cache"
	"github.com/magestack/magestack/pkg/cache/nodes"
)

// server answers a program and keeps what it was given, secrets included. Every password that it draws differs.
type server struct {
	mutex sync.Mutex
	drawn int
	made  map[string]map[string]any // inputs by type
}

func (s *server) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.made[args.TypeToken] = args.Inputs.MapRepl(nil, opened)
	outputs := args.Inputs.Copy()
	maps.Copy(outputs, resource.NewPropertyMapFromMap(map[string]any{
		"primaryEndpointAddress": "primary.example", "readerEndpointAddress": "reader.example",
	}))
	return args.Name + "-id", outputs, nil
}

// opened is what is in a secret.
func opened(v resource.PropertyValue) (any, bool) {
	if !v.IsSecret() {
		return nil, false
	}
	return v.SecretValue().Element.MapRepl(nil, opened), true
}

func (s *server) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.drawn++
	return resource.NewPropertyMapFromMap(map[string]any{"randomPassword": fmt.Sprintf("Drawn%d", s.drawn)}), nil
}

// What Magento reads is what the server was told, however often the program draws.
func TestTheSecretIsWhatMagentoNeeds(t *testing.T) {
	s := &server{made: map[string]map[string]any{}}
	require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) error {
		provider, err := aws.NewProvider(ctx, "aws", &aws.ProviderArgs{Region: pulumi.String(ours.Region)})
		if err != nil {
			return err
		}
		_, err = cache.NewValkey(ctx, "sessions", arguments(nodes.PurposeSessions), pulumi.Provider(provider))
		return err
	}, pulumi.WithMocks("magento-data", "staging", s)))

	var value map[string]any
	text := s.made["aws:secretsmanager/secretVersion:SecretVersion"]["secretString"].(string)
	require.NoError(t, json.Unmarshal([]byte(text), &value))
	assert.Equal(t, map[string]any{
		"engine": "valkey", "host": "primary.example", "readerHost": "reader.example", "port": 6379.0, "tls": true,
		"password": s.made["aws:elasticache/replicationGroup:ReplicationGroup"]["authToken"],
	}, value)
	assert.Equal(t, "Drawn1", value["password"])
	assert.Equal(t, "magento/staging/sessions", s.made["aws:secretsmanager/secret:Secret"]["name"])
}
