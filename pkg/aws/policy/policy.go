// Package policy writes IAM policy documents: typed statements whose principals, resources and
// condition values may be outputs of other resources.
package policy

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Effect is what a statement does with the requests that it matches.
type Effect string

// The two effects of the IAM policy grammar.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// version is the current version of the policy language (IAM User Guide, "IAM JSON policy elements: Version").
const version = "2012-10-17"

// Statement is one statement of a policy. Resource-based policies have principals, identity-based ones have none.
type Statement struct {
	Sid        string
	Effect     Effect // Allow when empty
	Principals Principals
	Actions    []string
	Resources  []pulumi.StringInput
	Conditions []Condition
}

// Principals are whom a statement of a resource-based policy applies to; the zero value is none.
type Principals struct {
	Anyone   bool                 // every principal, to be narrowed by conditions
	Services []string             // service principals, such as logs.eu-central-1.amazonaws.com
	AWS      []pulumi.StringInput // ARNs of accounts, roles and users

	Federated []pulumi.StringInput // ARNs of identity providers
}

// Condition narrows a statement: all values of a key are alternatives, all conditions must hold.
type Condition struct {
	Operator string // such as StringEquals
	Key      string // such as aws:SourceAccount
	Values   []pulumi.StringInput
}

// Document renders the statements as the JSON text of a policy.
func Document(statements ...Statement) (pulumi.StringOutput, error) {
	rendered := make(pulumi.Array, 0, len(statements))
	var problems []error
	for i, statement := range statements {
		if err := statement.validate(); err != nil {
			problems = append(problems, fmt.Errorf("statement %d (%q): %w", i, statement.Sid, err))
			continue
		}
		rendered = append(rendered, statement.render())
	}
	if err := errors.Join(problems...); err != nil {
		return pulumi.StringOutput{}, fmt.Errorf("writing a policy: %w", err)
	}
	return pulumi.JSONMarshal(pulumi.Map{
		"Version":   pulumi.String(version),
		"Statement": rendered,
	}), nil
}

// Trust is the policy by which a service of AWS may assume a role, on behalf of the given account only
// (IAM User Guide, "The confused deputy problem").
func Trust(service, accountID string, actions ...string) (pulumi.StringOutput, error) {
	if len(actions) == 0 {
		actions = []string{"sts:AssumeRole"}
	}
	return Document(Statement{
		Principals: Principals{Services: []string{service}},
		Actions:    actions,
		Conditions: []Condition{{"StringEquals", "aws:SourceAccount", Strings(accountID)}},
	})
}

// TrustService is Trust without the condition on the account, for the services that do not send it
// (EC2, EKS and Lambda, when they assume the role of a node, a cluster or a function).
func TrustService(service string) (pulumi.StringOutput, error) {
	return Document(Statement{Principals: Principals{Services: []string{service}}, Actions: []string{"sts:AssumeRole"}})
}

// Strings returns plain values as the inputs that statements take.
func Strings(values ...string) []pulumi.StringInput {
	inputs := make([]pulumi.StringInput, len(values))
	for i, value := range values {
		inputs[i] = pulumi.String(value)
	}
	return inputs
}

func (s Statement) validate() error {
	var problems []error
	if len(s.Actions) == 0 {
		problems = append(problems, errors.New("actions: at least one is required"))
	}
	for _, c := range s.Conditions {
		if c.Operator == "" || c.Key == "" || len(c.Values) == 0 {
			problems = append(problems, fmt.Errorf("condition %q on %q: operator, key and values are required", c.Operator, c.Key))
		}
	}
	return errors.Join(problems...)
}

func (s Statement) render() pulumi.Map {
	effect := s.Effect
	if effect == "" {
		effect = Allow
	}
	m := pulumi.Map{"Effect": pulumi.String(effect), "Action": short(Strings(s.Actions...))}
	if s.Sid != "" {
		m["Sid"] = pulumi.String(s.Sid)
	}
	if p := s.Principals.render(); p != nil {
		m["Principal"] = p
	}
	if len(s.Resources) > 0 {
		m["Resource"] = short(s.Resources)
	}
	if len(s.Conditions) > 0 {
		m["Condition"] = renderConditions(s.Conditions)
	}
	return m
}

func (p Principals) render() pulumi.Input {
	if p.Anyone {
		return pulumi.String("*")
	}
	m := pulumi.Map{}
	if len(p.Services) > 0 {
		m["Service"] = short(Strings(p.Services...))
	}
	if len(p.AWS) > 0 {
		m["AWS"] = short(p.AWS)
	}
	if len(p.Federated) > 0 {
		m["Federated"] = short(p.Federated)
	}
	if len(m) == 0 {
		return nil
	}
	return m
}

// short writes a list of one value as the value, which is how AWS gives policies back: written otherwise, a plan
// would find a change in every policy that it compares.
func short(values []pulumi.StringInput) pulumi.Input {
	if len(values) == 1 {
		return values[0]
	}
	return pulumi.StringArray(values)
}

func renderConditions(conditions []Condition) pulumi.Map {
	m := pulumi.Map{}
	for _, c := range conditions {
		keys, ok := m[c.Operator].(pulumi.Map)
		if !ok {
			keys = pulumi.Map{}
			m[c.Operator] = keys
		}
		keys[c.Key] = short(c.Values)
	}
	return m
}
