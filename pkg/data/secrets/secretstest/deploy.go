// Package secretstest shows tests what a store and its secret are told, passwords included, which the records of
// the embedded cloud hide.
package secretstest

import (
	"encoding/json"
	"fmt"
	"maps"
	"sync"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

// Inputs are what resources were given, by type and by name, with secrets in the open.
type Inputs map[string]map[string]any

// Deploy runs a program that makes one store with a provider. Every resource has the given outputs beside its
// inputs, and every password that is drawn differs: Drawn1, Drawn2 and so on.
func Deploy(t *testing.T, outputs map[string]any, program func(*pulumi.Context, pulumi.ResourceOption) error) Inputs {
	t.Helper()
	s := &server{outputs: outputs, made: Inputs{}}
	require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) error {
		provider, err := aws.NewProvider(ctx, "aws", &aws.ProviderArgs{Region: pulumi.String("eu-central-1")})
		if err != nil {
			return err
		}
		return program(ctx, pulumi.Provider(provider))
	}, pulumi.WithMocks("magento-data", "staging", s)))
	return s.made
}

// Secret is the value of the one secret that was written.
func (i Inputs) Secret(t *testing.T) map[string]any {
	t.Helper()
	var value map[string]any
	text, _ := i["aws:secretsmanager/secretVersion:SecretVersion"]["secretString"].(string)
	require.NoError(t, json.Unmarshal([]byte(text), &value))
	return value
}

// Named is the value of the secret that was written under a logical name, such as search-credential-value.
func (i Inputs) Named(t *testing.T, name string) map[string]any {
	t.Helper()
	return Inputs{"aws:secretsmanager/secretVersion:SecretVersion": i[name]}.Secret(t)
}

// server answers a program and keeps what it was given.
type server struct {
	mutex   sync.Mutex
	drawn   int
	outputs map[string]any
	made    Inputs
}

// NewResource keeps the inputs, and gives them back with the outputs.
func (s *server) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.made[args.TypeToken] = args.Inputs.MapRepl(nil, opened)
	s.made[args.Name] = s.made[args.TypeToken]
	outputs := args.Inputs.Copy()
	maps.Copy(outputs, resource.NewPropertyMapFromMap(s.outputs))
	return args.Name + "-id", outputs, nil
}

// opened is what is in a secret.
func opened(v resource.PropertyValue) (any, bool) {
	if !v.IsSecret() {
		return nil, false
	}
	return v.SecretValue().Element.MapRepl(nil, opened), true
}

// Call draws a password.
func (s *server) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.drawn++
	return resource.NewPropertyMapFromMap(map[string]any{"randomPassword": fmt.Sprintf("Drawn%d", s.drawn)}), nil
}
