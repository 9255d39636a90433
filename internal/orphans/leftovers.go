// Package orphans finds what would keep a layer from being destroyed and is in no Pulumi state: controllers in the
// cluster make instances, load balancers and network interfaces, and services of AWS put interfaces and security
// groups of theirs into our network. Each is reported with who made it and the command that removes it.
//
// It asks through the AWS CLI (docs/decisions/0029-orphans-are-found-through-the-aws-cli.md) and changes nothing.
package orphans

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// AWS runs the AWS CLI with the arguments and gives what it printed, JSON.
type AWS func(ctx context.Context, arguments ...string) ([]byte, error)

// Leftover is something that stands in the way.
type Leftover struct {
	What   string // such as "network interface"
	ID     string
	MadeBy string
	Remove string // the command that removes it; empty where AWS alone may
	Fades  bool   // AWS removes it by itself, some minutes after what it belongs to
}

// String is one line for the leftover and, where there is one, a second for the command.
func (l Leftover) String() string {
	line := fmt.Sprintf("%s %s, made by %s", l.What, l.ID, l.MadeBy)
	if l.Fades {
		line += "; AWS removes it by itself, within minutes"
	}
	if l.Remove != "" {
		line += "\n  " + l.Remove
	}
	return line
}

// Finder looks for leftovers in one account and region.
type Finder struct {
	AWS     AWS
	Region  string
	Cluster string // the name of the environment's cluster

	// Known reports whether a Pulumi state has the resource of this id: that is no leftover.
	Known func(id string) bool
}

// Machines finds what runs in a network and what leads to it: what a cluster leaves behind whose controllers went
// before their objects. Nothing of the kind is left once the compute layer is destroyed.
func (f Finder) Machines(ctx context.Context, vpc string) ([]Leftover, error) {
	return f.all(ctx, vpc, f.instances, f.loadBalancers, f.classicLoadBalancers, f.targetGroups)
}

// Network finds everything that keeps a network from being deleted, in the order in which it has to be removed.
func (f Finder) Network(ctx context.Context, vpc string) ([]Leftover, error) {
	return f.all(ctx, vpc, f.instances, f.loadBalancers, f.classicLoadBalancers, f.targetGroups, f.endpoints, f.interfaces, f.securityGroups)
}

func (f Finder) all(ctx context.Context, vpc string, finders ...func(context.Context, string) ([]Leftover, error)) ([]Leftover, error) {
	var found []Leftover
	for _, find := range finders {
		some, err := find(ctx, vpc)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	return found, nil
}

// ask runs a command of the CLI in the region and decodes its answer.
func (f Finder) ask(ctx context.Context, into any, arguments ...string) error {
	answer, err := f.AWS(ctx, append(arguments, "--region", f.Region, "--output", "json")...)
	if err != nil && isGone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if strings.TrimSpace(string(answer)) == "" {
		return nil // the CLI prints nothing where there is nothing
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("reading the answer to aws %s: %w", strings.Join(arguments, " "), err)
	}
	return nil
}

// command is what a reader may copy into a shell.
func (f Finder) command(format string, arguments ...any) string {
	return "aws " + fmt.Sprintf(format, arguments...) + " --region " + f.Region
}

// inVPC is the filter of EC2's calls.
func inVPC(vpc string) string { return "Name=vpc-id,Values=" + vpc }

// tags are a resource's, as EC2 and others give them.
type tags []struct{ Key, Value string }

func (t tags) get(key string) string {
	for _, tag := range t {
		if tag.Key == key {
			return tag.Value
		}
	}
	return ""
}

// unknownOwner is said of what carries no sign of who made it.
const unknownOwner = "an unknown owner: no state has it, and it carries no tag that tells"
