package offline

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/magestack/magestack/internal/plan"
)

// monitor answers the registrations, reads and function calls of one program. The SDK calls it from many
// goroutines; it serves one at a time.
type monitor struct {
	cloud       *cloud
	program     plan.Program
	environment string

	mu        sync.Mutex
	resources []plan.Resource
	handed    map[resource.URN]map[string]string // component to the providers it hands down, by package
	exports   resource.PropertyMap
	refused   []*refusal
	seen      map[resource.URN]bool
	attempts  []string        // type::name of all that the program registered, in its order
	arrived   map[string]bool // those that the SDK then asked for
}

func newMonitor(c *cloud, program plan.Program, environment string) *monitor {
	return &monitor{
		cloud:       c,
		program:     program,
		environment: environment,
		handed:      map[resource.URN]map[string]string{},
		seen:        map[resource.URN]bool{},
		arrived:     map[string]bool{},
	}
}

// NewResource answers the registration or the read of a resource. The inputs that the SDK hands over have
// lost what is unknown in them, so they are taken from the wire.
func (m *monitor) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	subject := args.TypeToken + "::" + args.Name
	m.arrived[subject] = true
	var id string
	var state resource.PropertyMap
	var err error
	switch {
	case args.ReadRPC != nil:
		id, state, err = m.read(args.ReadRPC)
	case args.TypeToken == exportsToken:
		state, err = resource.PropertyMap{}, m.takeExports(args.RegisterRPC)
	default:
		id, state, err = m.register(args.RegisterRPC)
	}
	if err != nil {
		return "", nil, m.refuse(subject, err)
	}
	return id, state, nil
}

// register answers the registration of one resource and records it.
func (m *monitor) register(rpc *pulumirpc.RegisterResourceRequest) (string, resource.PropertyMap, error) {
	urn := m.newURN(rpc.GetParent(), rpc.GetType(), rpc.GetName())
	if err := m.claim(urn); err != nil {
		return "", nil, err
	}
	inputs, err := plugin.UnmarshalProperties(rpc.GetObject(),
		plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true})
	if err != nil {
		return "", nil, fmt.Errorf("reading its inputs: %w", err)
	}
	if err := checkKnown("input", inputs, rpc.GetPropertyDependencies()); err != nil {
		return "", nil, err
	}
	provider, handed := m.providersOf(rpc)
	if !rpc.GetCustom() {
		m.handed[urn] = handed
	}
	id, state, err := m.answer(urn, rpc, inputs, provider, handed)
	if err != nil {
		return "", nil, err
	}
	for _, key := range rpc.GetAdditionalSecretOutputs() {
		if value, ok := state[resource.PropertyKey(key)]; ok && !isSecret(value) {
			state[resource.PropertyKey(key)] = resource.MakeSecret(value)
		}
	}
	m.resources = append(m.resources, recordOf(m, urn, rpc, record{id, provider, handed, inputs, state}))
	return id, state, nil
}

// answer gives the id and the state of a resource. A component of this repository has none: its outputs are
// those of its children.
func (m *monitor) answer(
	urn resource.URN, rpc *pulumirpc.RegisterResourceRequest, inputs resource.PropertyMap,
	provider string, handed map[string]string,
) (string, resource.PropertyMap, error) {
	token := rpc.GetType()
	if !rpc.GetCustom() && !rpc.GetRemote() {
		return "", resource.PropertyMap{}, nil
	}
	if strings.HasPrefix(token, plan.ProviderPrefix) {
		return m.cloud.registerProvider(urn, token, inputs)
	}
	k, err := m.cloud.kindOf(token)
	if err != nil {
		return "", nil, err
	}
	if err := checkProvider(token, provider, handed, k.packages); err != nil {
		return "", nil, err
	}
	return m.cloud.make(k, &request{
		cloud: m.cloud, urn: urn, token: token, name: rpc.GetName(), inputs: inputs,
		provider: m.cloud.providers[m.providerOfWork(provider, handed, k.packages)],
	})
}

// providerOfWork is the provider whose account and region a resource lands in: its own, or for a component
// made by a plugin the one that it hands to what it makes.
func (m *monitor) providerOfWork(provider string, handed map[string]string, packages []string) string {
	if len(packages) > 0 {
		return handed[packages[0]]
	}
	return provider
}

// providersOf gives the URN of the provider that serves the request, and the URNs of those that a component
// hands to its children: its own and then its parent's (pulumi/pkg resource/deploy/source_eval.go).
func (m *monitor) providersOf(rpc *pulumirpc.RegisterResourceRequest) (string, map[string]string) {
	handed := maps.Clone(m.handed[resource.URN(rpc.GetParent())])
	if handed == nil {
		handed = map[string]string{}
	}
	for name, reference := range rpc.GetProviders() {
		handed[name] = urnOf(reference)
	}
	if rpc.GetProvider() != "" {
		return urnOf(rpc.GetProvider()), handed
	}
	if !rpc.GetCustom() && !rpc.GetRemote() || strings.HasPrefix(rpc.GetType(), plan.ProviderPrefix) {
		return "", handed
	}
	return handed[packageOf(rpc.GetType())], handed
}

// takeExports keeps the outputs of the stack.
func (m *monitor) takeExports(rpc *pulumirpc.RegisterResourceRequest) error {
	exports, err := plugin.UnmarshalProperties(rpc.GetObject(),
		plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true})
	if err != nil {
		return fmt.Errorf("reading the outputs of the stack: %w", err)
	}
	m.exports = exports
	return checkKnown("stack output", exports, rpc.GetPropertyDependencies())
}

// newURN is the URN that the mock monitor gives, which it does not tell.
func (m *monitor) newURN(parent, token, name string) resource.URN {
	var parentType tokens.Type
	if p := resource.URN(parent); p != "" && p.QualifiedType() != resource.RootStackType {
		parentType = p.QualifiedType()
	}
	return resource.NewURN(tokens.QName(m.environment), tokens.PackageName(m.program.Project),
		parentType, tokens.Type(token), name)
}

// record is what a registration became, beside the request itself.
type record struct {
	id       string
	provider string
	handed   map[string]string
	inputs   resource.PropertyMap
	state    resource.PropertyMap
}

func recordOf(m *monitor, urn resource.URN, rpc *pulumirpc.RegisterResourceRequest, made record) plan.Resource {
	reads := map[string][]string{}
	for key, dependencies := range rpc.GetPropertyDependencies() {
		if urns := dependencies.GetUrns(); len(urns) > 0 {
			reads[key] = urns
		}
	}
	dependencies := append([]string{}, rpc.GetDependencies()...)
	slices.Sort(dependencies)
	return plan.Resource{
		Project: m.program.Project, Stack: m.environment,
		URN: string(urn), Type: rpc.GetType(), Name: rpc.GetName(), ID: made.id,
		Inputs: plain(made.inputs), Outputs: plain(made.state), SecretInputs: secretPaths(made.inputs),
		Parent: rpc.GetParent(), Provider: made.provider, Providers: made.handed,
		Dependencies: dependencies, PropertyDependencies: reads,
		Protect: rpc.GetProtect(), Custom: rpc.GetCustom(), Remote: rpc.GetRemote(),
		RetainOnDelete: rpc.GetRetainOnDelete(), DeletedWith: rpc.GetDeletedWith(),
		IgnoreChanges: rpc.GetIgnoreChanges(), ReplaceOnChanges: rpc.GetReplaceOnChanges(), DeleteBeforeReplace: rpc.GetDeleteBeforeReplace(),
		Timeouts: plan.Timeouts{
			Create: rpc.GetCustomTimeouts().GetCreate(), Update: rpc.GetCustomTimeouts().GetUpdate(), Delete: rpc.GetCustomTimeouts().GetDelete(),
		},
	}
}
