package rollout

import (
	"context"
	"fmt"
	"slices"

	"github.com/magestack/magestack/internal/plan"
)

// unreserved is how much concurrency AWS keeps for functions that reserve none (AWS Lambda Developer Guide, "Configuring reserved
// concurrency for a function").
const unreserved = 100

const functionType = "aws:lambda/function:Function"

// checkConcurrency asks whether the account has room for what the functions reserve that are not there yet. A new account has less
// than AWS keeps for itself, so that nothing can be reserved before it has asked for more.
func (r Rollout) checkConcurrency(ctx context.Context, planned []plan.Resource, states []state) error {
	reserved := 0
	for _, resource := range planned {
		there := slices.ContainsFunc(states, func(s state) bool { return s.has(fmt.Sprint(resource.Inputs["name"])) }) // its id
		if count, _ := resource.Inputs["reservedConcurrentExecutions"].(float64); resource.Type == functionType && !there {
			reserved += int(count)
		}
	}
	if reserved == 0 {
		return nil
	}
	var answer struct {
		AccountLimit struct{ UnreservedConcurrentExecutions int }
	}
	if err := r.aws(ctx, &answer, "lambda", "get-account-settings"); err != nil {
		return fmt.Errorf("reading the quotas of Lambda: %w", err)
	}
	where, err := r.account()
	if err != nil {
		return err
	}
	if free := answer.AccountLimit.UnreservedConcurrentExecutions; free < unreserved+reserved {
		return fmt.Errorf("%d concurrent executions of Lambda are left that nothing has reserved in %s, of which AWS keeps %d: the functions of the plan reserve %d; ask for more: "+
			"aws service-quotas request-service-quota-increase --region %s --service-code lambda --quota-code L-B99A9384 --desired-value 1000",
			free, where.Region, unreserved, reserved, where.Region)
	}
	return nil
}
