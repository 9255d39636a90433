package rollout

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/availability"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
)

// preflight finds everything at once that AWS would refuse layers later, or pass over in silence: zones that a service does
// not take, what the account has to be told once, and names that are taken. Each problem names what mends it
// (docs/decisions/0049-up-runs-preflight-checks.md).
func (r Rollout) preflight(ctx context.Context, stages [][]plan.Program) error {
	layers := slices.Concat(stages...)
	states := make([]state, len(layers))
	problems := []error{r.checkZones(ctx)}
	for i, l := range layers {
		s, err := r.stateOf(ctx, l)
		problems = append(problems, err)
		states[i] = s
	}
	planned := r.planned(layers)
	problems = append(problems, r.checkBackups(ctx, planned), r.checkRoles(ctx, planned, states), r.checkConcurrency(ctx, planned, states), r.checkNames(ctx, planned, states))
	return errors.Join(problems...)
}

// planned lists what the layers' stacks would have.
func (r Rollout) planned(layers []plan.Program) []plan.Resource {
	if r.Plan == nil {
		return nil
	}
	var resources []plan.Resource
	for _, stack := range r.Plan.Stacks {
		if slices.ContainsFunc(layers, func(l plan.Program) bool { return l.Project == stack.Project }) {
			resources = append(resources, stack.Resources...)
		}
	}
	return resources
}

// aws asks AWS, in the environment's region, and decodes the answer.
func (r Rollout) aws(ctx context.Context, into any, arguments ...string) error {
	where, err := r.account()
	if err != nil {
		return err
	}
	output, err := r.Runner.Output(ctx, Command{"aws", append(arguments, "--region", where.Region, "--output", "json")})
	if err != nil {
		return err
	}
	if strings.TrimSpace(string(output)) == "" {
		return nil // the CLI prints nothing where there is nothing
	}
	if err := json.Unmarshal(output, into); err != nil {
		return fmt.Errorf("reading the answer to aws %s: %w", strings.Join(arguments, " "), err)
	}
	return nil
}

// checkZones asks which zones the account's names stand for: they differ from account to account, and what a service takes
// is told by ids.
func (r Rollout) checkZones(ctx context.Context) error {
	set, err := settings.LoadNetworking(r.Config)
	if err != nil {
		return err
	}
	var answer struct {
		AvailabilityZones []struct{ ZoneName, ZoneID, ZoneType string }
	}
	if err := r.aws(ctx, &answer, "ec2", "describe-availability-zones"); err != nil {
		return fmt.Errorf("listing the zones of the account: %w", err)
	}
	ids, usable := map[string]string{}, []string{}
	for _, zone := range answer.AvailabilityZones {
		if zone.ZoneType != "" && zone.ZoneType != "availability-zone" {
			continue
		}
		ids[zone.ZoneName] = zone.ZoneID
		if len(availability.WithoutZone(zone.ZoneID)) == 0 {
			usable = append(usable, zone.ZoneName)
		}
	}
	slices.Sort(usable)
	var problems []error
	for _, zone := range set.Zones {
		refuse := func(why string) {
			problems = append(problems, fmt.Errorf("%s:zones: %q: %s; zones can only be appended later; allowed in this account: %s",
				naming.ProjectNetworking, zone, why, strings.Join(usable, ", ")))
		}
		id, there := ids[zone]
		if !there {
			refuse("the account has no such zone")
		}
		for _, service := range availability.WithoutZone(id) {
			refuse(fmt.Sprintf("is %s, which is not supported by %s", id, service))
		}
	}
	return errors.Join(problems...)
}

// checkBackups asks whether AWS Backup would heed the plan: it skips what it is not told to back up in the region, and says
// nothing.
func (r Rollout) checkBackups(ctx context.Context, planned []plan.Resource) error {
	services := map[string]bool{}
	for _, resource := range planned {
		if resource.Type != "aws:backup/selection:Selection" {
			continue
		}
		arns, _ := resource.Inputs["resources"].([]any)
		for _, arn := range arns {
			if fields := strings.Split(fmt.Sprint(arn), ":"); len(fields) > 2 {
				services[fields[2]] = true
			}
		}
	}
	if len(services) == 0 {
		return nil
	}
	var answer struct{ ResourceTypeOptInPreference map[string]bool }
	if err := r.aws(ctx, &answer, "backup", "describe-region-settings"); err != nil {
		return fmt.Errorf("reading the opt-in of AWS Backup: %w", err)
	}
	var off []string
	types := availability.BackupTypes()
	for _, kind := range slices.Sorted(maps.Keys(types)) {
		if services[types[kind]] && !answer.ResourceTypeOptInPreference[kind] {
			off = append(off, kind)
		}
	}
	if len(off) == 0 {
		return nil
	}
	where, err := r.account()
	return errors.Join(err, fmt.Errorf("AWS Backup is not opted in to back up %s in %s, so that the vault would stay empty; opt the account in: "+
		"aws backup update-region-settings --region %s --resource-type-opt-in-preference %s=true", strings.Join(off, " and "), where.Region, where.Region, strings.Join(off, "=true,")))
}

const roleType = "aws:iam/serviceLinkedRole:ServiceLinkedRole"

// checkRoles asks which roles of services the account has: one that is missing stops what needs it, and one that is there
// stops a stack that would make it.
func (r Rollout) checkRoles(ctx context.Context, planned []plan.Resource, states []state) error {
	var needed []availability.Role
	for _, role := range availability.Roles() {
		if slices.ContainsFunc(planned, func(resource plan.Resource) bool { return needs(resource, role) }) {
			needed = append(needed, role)
		}
	}
	if len(needed) == 0 {
		return nil
	}
	var answer struct {
		Roles []struct{ RoleName, Arn string }
	}
	if err := r.aws(ctx, &answer, "iam", "list-roles", "--path-prefix", "/aws-service-role/"); err != nil {
		return fmt.Errorf("listing the service-linked roles of the account: %w", err)
	}
	arns := map[string]string{}
	for _, role := range answer.Roles {
		arns[role.RoleName] = role.Arn
	}
	var problems []error
	for _, role := range needed {
		made := slices.ContainsFunc(planned, func(resource plan.Resource) bool {
			return resource.Type == roleType && resource.Inputs["awsServiceName"] == role.Service
		})
		arn, there := arns[role.Name]
		switch {
		case !there && !made:
			problems = append(problems, errors.New(missing(role)))
		case there && made && !slices.ContainsFunc(states, func(s state) bool { return s.has(arn) }):
			problems = append(problems, fmt.Errorf("%s: true: the account already has the role %s; set it to false", role.Setting, role.Name))
		}
	}
	return errors.Join(problems...)
}

func missing(role availability.Role) string {
	text := fmt.Sprintf("the account has no service-linked role %s; make it: aws iam create-service-linked-role --aws-service-name %s", role.Name, role.Service)
	if role.Setting != "" {
		text += "; or set " + role.Setting + " to true, in one environment of the account"
	}
	return text
}

// needs reports whether a resource needs the role. Of NodePools only those do that may ask for spot.
func needs(resource plan.Resource, role availability.Role) bool {
	if !slices.Contains(role.Types, resource.Type) {
		return false
	}
	if role.Service != "spot.amazonaws.com" {
		return true
	}
	inputs, err := json.Marshal(resource.Inputs)
	return err == nil && strings.Contains(string(inputs), `"spot"`)
}
