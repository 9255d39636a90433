package rollout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/magestack/magestack/internal/orphans"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
)

// gate is what must hold before a layer is destroyed, because it crosses stacks and Pulumi does not see it.
type gate struct {
	clear  string // what holds when the layer can go
	closed string // what holds while it cannot
	find   func(context.Context) ([]orphans.Leftover, error)
}

// pollInterval is how often AWS is asked whether something is gone: what it is slow at takes minutes.
const pollInterval = 30 * time.Second

// gatesBefore lists the gates before a layer.
func (r Rollout) gatesBefore(l plan.Program) []gate {
	gates := []gate{{"no stack that reads " + l.Name + " is up", "these stacks still read it", func(ctx context.Context) ([]orphans.Leftover, error) { return r.readersOf(ctx, l) }}}
	switch l.Project {
	case layer.Compute{}.Layer().Project:
		gates = append(gates, gate{"CloudFront has no VPC origin of its load balancer", "CloudFront still has a VPC origin of its load balancer", func(ctx context.Context) ([]orphans.Leftover, error) { return r.origins(ctx, l) }})
	case layer.Data{}.Layer().Project:
		gates = append(gates,
			gate{"the cluster has left no instance, load balancer or target group", "the cluster has left instances, load balancers or target groups", func(ctx context.Context) ([]orphans.Leftover, error) {
				return r.inNetwork(ctx, orphans.Finder.Machines)
			}},
			gate{"no standby replicates its database", "a standby still replicates its database", func(ctx context.Context) ([]orphans.Leftover, error) { return r.standby(ctx, l) }})
	case layer.Networking{}.Layer().Project:
		gates = append(gates,
			gate{"the VPC has no resource that is in no state", "the VPC still has resources that are in no state", func(ctx context.Context) ([]orphans.Leftover, error) {
				return r.inNetwork(ctx, orphans.Finder.Network)
			}},
			gate{"the hosted zone has no record that its stack did not make", "the hosted zone still has records that its stack did not make", func(ctx context.Context) ([]orphans.Leftover, error) { return r.records(ctx, l) }})
	}
	return gates
}

// pass looks until nothing is in the way. It waits for what AWS removes by itself, and for nothing else.
func (r Rollout) pass(ctx context.Context, g gate, patience time.Duration) error {
	for waited := time.Duration(0); ; waited += pollInterval {
		found, err := g.find(ctx)
		if err != nil {
			return fmt.Errorf("checking that %s: %w", g.clear, err)
		}
		if len(found) == 0 {
			return nil
		}
		stays := slices.ContainsFunc(found, func(l orphans.Leftover) bool { return !l.Fades })
		if stays || waited >= patience {
			return refusal(g, found, waited)
		}
		if waited == 0 {
			for _, l := range found {
				r.say("waiting for up to %s: %s", patience, firstLine(l.String()))
			}
		}
		if err := r.Pause(ctx, pollInterval); err != nil {
			return fmt.Errorf("waiting until %s: %w", g.clear, err)
		}
	}
}

// refusal says why a layer cannot go, and lists what is in the way.
func refusal(g gate, found []orphans.Leftover, waited time.Duration) error {
	text := g.closed
	if waited > 0 {
		text += fmt.Sprintf(", after waiting for %s", waited)
	}
	problems := []error{errors.New(text)}
	for _, l := range found {
		problems = append(problems, errors.New(l.String()))
	}
	return errors.Join(problems...)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// finder looks for what none of the states has.
func (r Rollout) finder(known ...state) (orphans.Finder, error) {
	where, err := r.account()
	return orphans.Finder{
		AWS: func(ctx context.Context, arguments ...string) ([]byte, error) {
			return r.Runner.Output(ctx, Command{"aws", arguments})
		},
		Region:  where.Region,
		Cluster: naming.Environment(r.Environment).Cluster(),
		Known: func(id string) bool {
			return slices.ContainsFunc(known, func(s state) bool { return s.has(id) })
		},
	}, err
}

// readersOf finds stacks of the environment that stand on the layer.
func (r Rollout) readersOf(ctx context.Context, l plan.Program) ([]orphans.Leftover, error) {
	var found []orphans.Leftover
	for _, reader := range r.Programs {
		if !slices.Contains(reader.Reads, l.Project) {
			continue
		}
		s, err := r.stateOf(ctx, reader)
		if err != nil {
			return nil, err
		}
		if !s.empty() {
			found = append(found, orphans.Leftover{
				What: "stack", ID: reader.Project + "/" + r.Environment, MadeBy: fmt.Sprintf("the %s layer, with %d resources", reader.Name, s.count()),
				Remove: r.destroyCommand(reader).String(),
			})
		}
	}
	return found, nil
}

func (r Rollout) origins(ctx context.Context, l plan.Program) ([]orphans.Leftover, error) {
	s, err := r.stateOf(ctx, l)
	if err != nil {
		return nil, err
	}
	finder, err := r.finder(s)
	if err != nil {
		return nil, err
	}
	return finder.Origins(ctx)
}

// inNetwork looks into the environment's VPC for what no layer's state has.
func (r Rollout) inNetwork(ctx context.Context, find func(orphans.Finder, context.Context, string) ([]orphans.Leftover, error)) ([]orphans.Leftover, error) {
	var states []state
	vpc := ""
	for _, p := range r.Programs {
		s, err := r.stateOf(ctx, p)
		if err != nil {
			return nil, err
		}
		states = append(states, s)
		if p.Project == naming.ProjectNetworking {
			vpc = s.idOf("aws:ec2/vpc:Vpc")
		}
	}
	if vpc == "" {
		return nil, nil // the network is gone, and with it what was in it
	}
	finder, err := r.finder(states...)
	if err != nil {
		return nil, err
	}
	return find(finder, ctx, vpc)
}

func (r Rollout) records(ctx context.Context, l plan.Program) ([]orphans.Leftover, error) {
	s, err := r.stateOf(ctx, l)
	if err != nil {
		return nil, err
	}
	zone := s.idOf("aws:route53/zone:Zone")
	if zone == "" {
		return nil, nil // the zone is not ours to delete
	}
	finder, err := r.finder()
	if err != nil {
		return nil, err
	}
	return finder.Records(ctx, zone)
}

// standby finds the environment that the layer copies to, which has to go before it (docs/architecture.md, "Destroying").
func (r Rollout) standby(ctx context.Context, l plan.Program) ([]orphans.Leftover, error) {
	set, err := settings.LoadData(r.Config)
	if err != nil || !set.HasStandby() {
		return nil, err
	}
	other := r
	other.Environment = set.StandbyEnvironment
	s, err := other.stateOf(ctx, l)
	if err != nil || s.empty() {
		return nil, err
	}
	return []orphans.Leftover{{
		What: "stack", ID: l.Project + "/" + other.Environment, MadeBy: "the standby, which replicates this environment's database",
		Remove: "magestack destroy " + other.Environment,
	}}, nil
}
