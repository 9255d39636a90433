package rollout

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/naming"
)

// pendingOperation is a change that the engine had asked AWS for and not yet written down when it was cut off: whether it
// came about is unknown. Another update does it again, and what the first one made is an orphan.
type pendingOperation struct {
	Type     string        `json:"type"` // creating, updating, deleting, reading or importing
	Resource stateResource `json:"resource"`
}

// creating is the kind of operation that no refresh can settle by itself: a resource that was never written down has no
// id to ask for.
const creating = "creating"

// checkPending gives an error that lists the operations and says how to look and how to clear them.
func (r Rollout) checkPending(l plan.Program, s state) error {
	if len(s.pending) == 0 {
		return nil
	}
	problems := []error{fmt.Errorf("%s: its state has pending operations (%d) of an update that was cut off; each may have happened in AWS or not", l.Name, len(s.pending))}
	for _, operation := range s.pending {
		text := operation.Type + " " + described(operation.Resource.URN) + ", " + operation.Resource.URN
		if operation.Resource.ID != "" {
			text += " (" + operation.Resource.ID + ")"
		}
		problems = append(problems, fmt.Errorf("%s: %s", l.Name, text))
	}
	problems = append(problems, fmt.Errorf("%s: list what AWS has: %s", l.Name, r.lookCommand(l)))
	if slices.ContainsFunc(s.pending, func(operation pendingOperation) bool { return operation.Type == creating }) {
		problems = append(problems,
			fmt.Errorf("%s: import each that was created: %s --import-pending-creates URN --import-pending-creates ID", l.Name, r.refreshCommand(l)),
			fmt.Errorf("%s: then clear the others: %s --clear-pending-creates", l.Name, r.refreshCommand(l)))
	} else {
		problems = append(problems, fmt.Errorf("%s: then clear them: %s", l.Name, r.refreshCommand(l)))
	}
	return errors.Join(problems...)
}

func (r Rollout) refreshCommand(l plan.Program) Command { return r.pulumi(l, "refresh", "--yes") }

// edgeRegion lists what CloudFront, its certificates and its web ACLs are (Resource Groups Tagging API Reference,
// GetResources: global resources).
const edgeRegion = "us-east-1"

// lookCommand lists what AWS has with the tags that the layer's provider gives everything (pkg/aws/provider). What cannot
// carry tags, such as a key's alias, has to be looked for by its name.
func (r Rollout) lookCommand(l plan.Program) Command {
	arguments := []string{
		"resourcegroupstaggingapi", "get-resources", "--tag-filters", "Key=environment,Values=" + r.Environment, "Key=layer,Values=" + l.Name,
	}
	if l.Project == naming.ProjectCDN {
		arguments = append(arguments, "--region", edgeRegion)
	} else if where, err := r.account(); err == nil {
		arguments = append(arguments, "--region", where.Region)
	}
	return Command{"aws", append(arguments, "--query", "ResourceTagMappingList[].ResourceARN")}
}

// checkSettled holds that an update that ended well has left nothing open: an environment with pending operations is not up.
func (r Rollout) checkSettled(ctx context.Context, l plan.Program) error {
	s, err := r.stateOf(ctx, l)
	if err != nil {
		return err
	}
	return r.checkPending(l, s)
}
