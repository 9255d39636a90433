package layer

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Read fills T from the outputs of the layer that publishes it, in the environment of the running stack.
// Every missing or mistyped key is reported at once, with the command that brings the layer up to date.
func Read[T Contract](ctx *pulumi.Context) (T, error) {
	var contract T
	producer := contract.Layer()
	stack := producer.StackName(ctx.Organization(), ctx.Stack())
	reference, err := pulumi.NewStackReference(ctx, stack, nil)
	if err != nil {
		return contract, fmt.Errorf("reading stack %s: %w", stack, err)
	}
	v := reflect.ValueOf(&contract).Elem()
	var problems []error
	for i := range v.NumField() {
		k := keyOf(v.Type().Field(i))
		details, err := reference.GetOutputDetails(k.name)
		if err != nil {
			return contract, fmt.Errorf("stack %s cannot be read; deploy it first: %s: %w", stack, producer.deployCommand(ctx.Stack()), err)
		}
		if err := k.fill(v.Field(i), details); err != nil {
			problems = append(problems, fmt.Errorf("  %s: %w", k.name, err))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return contract, fmt.Errorf("stack %s lacks outputs that %s reads; deploy it first: %s\n%w",
			stack, ctx.Project(), producer.deployCommand(ctx.Stack()), err)
	}
	return contract, nil
}

// fill puts a stack's output into the field of its key, through JSON, which refuses other types.
func (k key) fill(field reflect.Value, details *pulumi.StackReferenceOutputDetails) error {
	if details.SecretValue != nil {
		return errors.New("is a secret; contracts carry the names of secrets, never their values")
	}
	if details.Value == nil {
		if k.optional {
			return nil
		}
		return errors.New("missing")
	}
	text, err := json.Marshal(details.Value)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, field.Addr().Interface()); err != nil {
		return fmt.Errorf("is %s, not %s", text, field.Type())
	}
	return nil
}
