package offline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/magestack/magestack/internal/plan"
)

// read answers a StackReference or the read of a resource that exists already.
func (m *monitor) read(rpc *pulumirpc.ReadResourceRequest) (string, resource.PropertyMap, error) {
	urn := m.newURN(rpc.GetParent(), rpc.GetType(), rpc.GetName())
	if err := m.claim(urn); err != nil {
		return "", nil, err
	}
	properties, err := plugin.UnmarshalProperties(rpc.GetProperties(),
		plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true})
	if err != nil {
		return "", nil, fmt.Errorf("reading its inputs: %w", err)
	}
	if err := checkKnown("input", properties, nil); err != nil {
		return "", nil, err
	}
	state, err := m.existing(rpc)
	if err != nil {
		return "", nil, err
	}
	m.resources = append(m.resources, plan.Resource{
		Project: m.program.Project, Stack: m.environment,
		URN: string(urn), Type: rpc.GetType(), Name: rpc.GetName(), ID: rpc.GetId(),
		Inputs: plain(properties), Outputs: plain(state),
		Parent: rpc.GetParent(), Provider: urnOf(rpc.GetProvider()),
		Dependencies: []string{}, Custom: true, External: true,
	})
	return rpc.GetId(), state, nil
}

// existing finds what a read is about.
func (m *monitor) existing(rpc *pulumirpc.ReadResourceRequest) (resource.PropertyMap, error) {
	if rpc.GetType() == plan.ReferenceType {
		return m.reference(rpc.GetId())
	}
	if rpc.GetProvider() == "" {
		return nil, checkProvider(rpc.GetType(), "", nil, nil)
	}
	if _, err := m.cloud.kindOf(rpc.GetType()); err != nil {
		return nil, err
	}
	state, ok := m.cloud.find(rpc.GetType(), rpc.GetId())
	if !ok {
		return nil, fmt.Errorf("reads %q, which no program of this run made before", rpc.GetId())
	}
	return state, nil
}

// reference answers a StackReference with what the program of that stack exported in this run. The values
// keep their marks, and the names of the secret ones are listed as the engine does.
func (m *monitor) reference(name string) (resource.PropertyMap, error) {
	parts := strings.Split(name, "/")
	if len(parts) != 3 || parts[0] != organization {
		return nil, fmt.Errorf("stack %q: must be %s/<project>/<stack>", name, organization)
	}
	if !slices.Contains(m.program.Reads, parts[1]) {
		return nil, fmt.Errorf("%s reads stack %q, but its program does not declare to read %s (Program.Reads)",
			m.program.Project, name, parts[1])
	}
	exports, ok := m.cloud.exports[name]
	if !ok {
		return nil, fmt.Errorf("unknown stack %q: no such stack ran before; there are: %s", name, m.cloud.stackNames())
	}
	var secrets []resource.PropertyValue
	for _, key := range exports.StableKeys() {
		if exports[key].ContainsSecrets() {
			secrets = append(secrets, resource.NewProperty(string(key)))
		}
	}
	return resource.PropertyMap{
		"name":              resource.NewProperty(name),
		"outputs":           resource.NewProperty(exports),
		"secretOutputNames": resource.NewProperty(secrets),
	}, nil
}
