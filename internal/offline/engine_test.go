package offline

import (
	"context"
	"fmt"
	"maps"
	"net"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/settings"
)

// drawToken is the function that answers differently every time that it is called.
const drawToken = "aws:secretsmanager/getRandomPassword:getRandomPassword"

// Engine is what programs meet on a real engine and not under the mock monitor: the wire, on which what is unknown in a
// preview stays unknown, secret or not. AWS is the embedded cloud, but that it draws a new password at every call.
type Engine struct {
	cloud  *cloud
	states map[string]*pulumirpc.RegisterResourceResponse // what updates made, by URN
}

// Told is what the engine was told in one run of one program.
type Told struct {
	Inputs        map[string]resource.PropertyMap // by URN
	IgnoreChanges map[string][]string             // by URN
	Drawn         int                             // passwords
}

// NewEngine is an engine without stacks, for programs that are run in their order.
func NewEngine(t *testing.T, programs []plan.Program) *Engine {
	t.Helper()
	c, err := newCloud(programs)
	require.NoError(t, err)
	return &Engine{cloud: c, states: map[string]*pulumirpc.RegisterResourceResponse{}}
}

// Run runs a program, as a preview of its stack as it is or as the first update of it.
func (e *Engine) Run(t *testing.T, environment string, config settings.Config, program plan.Program, preview bool) Told {
	t.Helper()
	run := &engineRun{
		engine: e, preview: preview, monitor: newMonitor(e.cloud, program, environment),
		told: Told{Inputs: map[string]resource.PropertyMap{}, IgnoreChanges: map[string][]string{}},
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := grpc.NewServer()
	pulumirpc.RegisterResourceMonitorServer(server, run)
	pulumirpc.RegisterEngineServer(server, quiet{})
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	err = pulumi.RunErr(func(ctx *pulumi.Context) error { return guarded(ctx, program, maps.Clone(config)) }, func(info *pulumi.RunInfo) {
		info.Project, info.Stack, info.Organization, info.DryRun = program.Project, environment, organization, preview
		info.MonitorAddr, info.EngineAddr = listener.Addr().String(), listener.Addr().String()
	})
	server.Stop()
	require.NoError(t, <-served)
	require.NoError(t, err)
	return run.told
}

// engineRun answers one run.
type engineRun struct {
	pulumirpc.UnimplementedResourceMonitorServer
	engine  *Engine
	preview bool
	monitor *monitor
	mutex   sync.Mutex
	told    Told
}

var wire = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true}

func (r *engineRun) RegisterResource(_ context.Context, rpc *pulumirpc.RegisterResourceRequest) (*pulumirpc.RegisterResourceResponse, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	urn := r.monitor.newURN(rpc.GetParent(), rpc.GetType(), rpc.GetName())
	inputs, err := plugin.UnmarshalProperties(rpc.GetObject(), wire)
	if err != nil {
		return nil, err
	}
	r.told.Inputs[string(urn)], r.told.IgnoreChanges[string(urn)] = inputs, rpc.GetIgnoreChanges()
	answer := &pulumirpc.RegisterResourceResponse{Urn: string(urn), Object: rpc.GetObject()}
	switch made := r.engine.states[string(urn)]; {
	case rpc.GetType() == plan.StackType:
	case r.preview && made != nil:
		return made, nil
	case r.preview && rpc.GetType() == plan.ProviderPrefix+"aws":
		_, _, err = r.engine.cloud.registerProvider(urn, rpc.GetType(), inputs) // functions are called in a preview, too
	case r.preview: // its outputs are not known before it is made
	default:
		var state resource.PropertyMap
		if answer.Id, state, err = r.monitor.register(rpc); err == nil {
			answer.Object, err = plugin.MarshalProperties(state, wire)
		}
		r.engine.states[string(urn)] = answer
	}
	return answer, err
}

func (r *engineRun) RegisterResourceOutputs(_ context.Context, rpc *pulumirpc.RegisterResourceOutputsRequest) (*emptypb.Empty, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if resource.URN(rpc.GetUrn()).Type() != resource.RootStackType || r.preview {
		return &emptypb.Empty{}, nil
	}
	outputs, err := plugin.UnmarshalProperties(rpc.GetOutputs(), wire)
	r.engine.cloud.exports[r.monitor.stackName()] = outputs
	return &emptypb.Empty{}, err
}

func (r *engineRun) ReadResource(_ context.Context, rpc *pulumirpc.ReadResourceRequest) (*pulumirpc.ReadResourceResponse, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	_, state, err := r.monitor.read(rpc)
	if err != nil {
		return nil, err
	}
	object, err := plugin.MarshalProperties(state, wire)
	return &pulumirpc.ReadResourceResponse{Urn: string(r.monitor.newURN(rpc.GetParent(), rpc.GetType(), rpc.GetName())), Properties: object}, err
}

func (r *engineRun) Invoke(_ context.Context, rpc *pulumirpc.ResourceInvokeRequest) (*pulumirpc.InvokeResponse, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	arguments, err := plugin.UnmarshalProperties(rpc.GetArgs(), wire)
	if err != nil {
		return nil, err
	}
	result, err := r.monitor.call(pulumi.MockCallArgs{Token: rpc.GetTok(), Args: arguments, Provider: rpc.GetProvider()})
	if err != nil {
		return nil, err
	}
	if rpc.GetTok() == drawToken {
		r.told.Drawn++
		result["randomPassword"] = resource.NewProperty(fmt.Sprintf("drawn-%d", r.told.Drawn))
	}
	object, err := plugin.MarshalProperties(result, wire)
	return &pulumirpc.InvokeResponse{Return: object}, err
}

func (r *engineRun) SupportsFeature(context.Context, *pulumirpc.SupportsFeatureRequest) (*pulumirpc.SupportsFeatureResponse, error) {
	return &pulumirpc.SupportsFeatureResponse{HasSupport: true}, nil
}

func (r *engineRun) SignalAndWaitForShutdown(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// quiet is the part of the engine that has nothing to say here.
type quiet struct {
	pulumirpc.UnimplementedEngineServer
}

func (quiet) Log(context.Context, *pulumirpc.LogRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (quiet) SetRootResource(context.Context, *pulumirpc.SetRootResourceRequest) (*pulumirpc.SetRootResourceResponse, error) {
	return &pulumirpc.SetRootResourceResponse{}, nil
}
