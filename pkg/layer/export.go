package layer

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// tag is the struct tag that names a field's stack output: `stack:"vpcId"`, or `stack:"vpcId,optional"` for a
// key that a producer deployed from an older version does not have yet.
const tag = "stack"

type key struct {
	name     string
	optional bool
}

func keyOf(field reflect.StructField) key {
	name, option, _ := strings.Cut(field.Tag.Get(tag), ",")
	return key{name, option == "optional"}
}

// Export publishes every field of a producer's outputs as an output of the running stack. A field that was
// left unset is an error, unless its key is optional.
func Export(ctx *pulumi.Context, outputs Outputs) error {
	v := reflect.ValueOf(outputs)
	var problems []error
	for i := range v.NumField() {
		k := keyOf(v.Type().Field(i))
		input, ok := v.Field(i).Interface().(pulumi.Input)
		if !ok {
			if !k.optional {
				problems = append(problems, fmt.Errorf("%s: not set", k.name))
			}
			continue
		}
		ctx.Export(k.name, input)
	}
	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("exporting the outputs of %s: %w", outputs.Producer().Project, err)
	}
	return nil
}
