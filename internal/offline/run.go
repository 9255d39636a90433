package offline

import (
	"errors"
	"fmt"
	"maps"
	"runtime"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/errlist"
	"github.com/magestack/magestack/pkg/settings"
)

// organization is the one that stacks in a state bucket have (Pulumi, "Stacks": self-managed backends).
const organization = "organization"

// Run plans every program of an environment, whose name is that of its stacks, in dependency order. It goes
// on after a program that failed, with those that do not read it, so that all problems are reported together.
func Run(environment string, config settings.Config, programs []plan.Program) (*plan.Environment, error) {
	ordered, err := plan.InOrder(programs)
	if err != nil {
		return nil, err
	}
	c, err := newCloud(ordered)
	if err != nil {
		return nil, err
	}
	recorded := &plan.Environment{Name: environment}
	var problems []error
	for _, program := range ordered {
		if !c.ran(program.Reads) {
			continue // what it reads failed and says so itself
		}
		stack, err := c.run(environment, config, program)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		recorded.Stacks = append(recorded.Stacks, stack)
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return recorded, nil
}

// run runs one program to its end and keeps its exports for those that read it.
func (c *cloud) run(environment string, config settings.Config, program plan.Program) (plan.Stack, error) {
	started := time.Now()
	m := newMonitor(c, program, environment)
	finished := make(chan error, 1)
	go func() { finished <- m.runProgram(config) }()
	select {
	case err := <-finished:
		if err != nil {
			return plan.Stack{}, err
		}
	case <-time.After(c.patience):
		return plan.Stack{}, m.problem(fmt.Errorf("not done after %s: it waits for an output that nothing resolves", c.patience))
	}
	c.exports[m.stackName()] = m.exports
	return plan.Stack{
		Layer:       program.Layer,
		Environment: environment,
		Reads:       program.Reads,
		Resources:   plan.Sorted(append(m.resources, m.stackObject())),
		Outputs:     plain(m.exports),
		Elapsed:     time.Since(started),
	}, nil
}

// runProgram runs the program under Pulumi's mock monitor, as in a preview: what the embedded cloud does not
// make up stays unknown.
func (m *monitor) runProgram(config settings.Config) error {
	var programErr error
	body := func(ctx *pulumi.Context) error {
		if programErr = m.noteAttempts(ctx); programErr != nil {
			return programErr
		}
		if programErr = guarded(ctx, m.program, maps.Clone(config)); programErr == nil {
			programErr = registerExports(ctx)
		}
		return programErr
	}
	runErr := pulumi.RunErr(body,
		pulumi.WithMocksWithOrganization(organization, m.program.Project, m.environment, m),
		func(info *pulumi.RunInfo) {
			info.DryRun = true
			info.Config = maps.Clone(config)
		})
	return m.verdict(programErr, runErr)
}

// verdict joins what the embedded cloud refused with what the program itself complained about. What the SDK
// reports is only the first of them, or what followed from it.
func (m *monitor) verdict(programErr, runErr error) error {
	problems := m.refusals()
	var known *refusal
	if programErr != nil && !errors.As(programErr, &known) {
		problems = append(problems, errlist.Flatten(programErr)...)
	}
	if len(problems) == 0 && runErr != nil {
		problems = append(problems, m.explain(runErr))
	}
	for i, problem := range problems {
		problems[i] = m.problem(problem)
	}
	return errors.Join(problems...)
}

// problem says which program an error is about.
func (m *monitor) problem(err error) error {
	return fmt.Errorf("planning %s/%s: %w", m.program.Project, m.environment, err)
}

// guarded runs the program and turns a panic in it into an error that says where it happened. A panic in an
// Apply is in a goroutine of the SDK and cannot be caught.
func guarded(ctx *pulumi.Context, program plan.Program, config settings.Config) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%s panicked at %s: %v", program.Project, panicOrigin(), cause)
		}
	}()
	return program.Run(ctx, config)
}

// panicOrigin is the file and line that panicked: on the stack, the first after the runtime's own.
func panicOrigin() string {
	callers := make([]uintptr, 32)
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers)])
	panicking := false
	for {
		frame, more := frames.Next()
		inRuntime := strings.HasPrefix(frame.Function, "runtime.")
		if panicking && !inRuntime {
			return fmt.Sprintf("%s:%d", frame.File, frame.Line)
		}
		panicking = panicking || frame.Function == "runtime.gopanic"
		if !more {
			return "an unknown place"
		}
	}
}

// exportsToken is the type of a component that never leaves this package: its inputs are the stack's outputs.
// The mock monitor does not pass on the outputs of the stack; as inputs they reach it exactly as they would
// reach the engine, with what is unknown or secret in them and the resources that they come from.
const exportsToken = "magestack:offline:Exports"

func registerExports(ctx *pulumi.Context) error {
	var exports struct{ pulumi.ResourceState }
	return ctx.RegisterComponentResourceV2(exportsToken, "exports", pulumi.Map(ctx.GetCurrentExportMap()), &exports)
}

// stackObject is the record of the stack itself.
func (m *monitor) stackObject() plan.Resource {
	return plan.Resource{
		Project:      m.program.Project,
		Stack:        m.environment,
		URN:          string(m.stackURN()),
		Type:         plan.StackType,
		Name:         m.program.Project + "-" + m.environment,
		Inputs:       map[string]any{},
		Outputs:      plain(m.exports),
		Dependencies: []string{},
	}
}

func (m *monitor) stackURN() resource.URN {
	return m.newURN("", plan.StackType, m.program.Project+"-"+m.environment)
}

func (m *monitor) stackName() string {
	return organization + "/" + m.program.Project + "/" + m.environment
}
