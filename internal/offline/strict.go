package offline

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/magestack/magestack/pkg/errlist"
)

// refusal is a request that the embedded cloud did not serve. What depends on the resource is never asked
// for then, so that refusals are causes and not consequences.
type refusal struct {
	subject string // type::name of the resource, or the token of the function
	cause   error
}

func (r *refusal) Error() string { return r.subject + ": " + r.cause.Error() }

func (r *refusal) Unwrap() error { return r.cause }

// refuse notes that a request was not served, each of its problems for itself. The caller holds the lock.
func (m *monitor) refuse(subject string, cause error) error {
	for _, one := range errlist.Flatten(cause) {
		m.refused = append(m.refused, &refusal{subject: m.nameOf(subject), cause: one})
	}
	return m.refused[len(m.refused)-1]
}

// refusals lists what was not served, in an order that does not depend on that of the requests.
func (m *monitor) refusals() []error {
	m.mu.Lock()
	defer m.mu.Unlock()
	slices.SortFunc(m.refused, func(a, b *refusal) int { return cmp.Compare(a.Error(), b.Error()) })
	errs := make([]error, len(m.refused))
	for i, r := range m.refused {
		errs[i] = r
	}
	return errs
}

// claim takes a URN for the one resource that may have it.
func (m *monitor) claim(urn resource.URN) error {
	if m.seen[urn] {
		return fmt.Errorf("duplicate URN %s: another resource of this type and name is under the same parent", urn)
	}
	m.seen[urn] = true
	return nil
}

// checkKnown refuses values that are unknown in a preview because the embedded cloud does not make them up.
// The SDK does not say which output of a resource was read, only which resources.
func checkKnown(
	what string, properties resource.PropertyMap,
	dependencies map[string]*pulumirpc.RegisterResourceRequest_PropertyDependencies,
) error {
	var problems []error
	for _, key := range properties.StableKeys() {
		for _, path := range pathsWhere(string(key), properties[key], isUnknown) {
			problems = append(problems, fmt.Errorf(
				"%s `%s` reads an output that the embedded cloud does not make up (one of %s)",
				what, path, describeURNs(dependencies[string(key)].GetUrns())))
		}
	}
	return errors.Join(problems...)
}

func describeURNs(urns []string) string {
	if len(urns) == 0 {
		return "no resource's: a function's result or a value of the program's own"
	}
	texts := make([]string, len(urns))
	for i, urn := range urns {
		texts[i] = describeURN(resource.URN(urn))
	}
	return strings.Join(texts, ", ")
}

func describeURN(urn resource.URN) string { return string(urn.Type()) + "::" + urn.Name() }

// checkProvider refuses what would need a default provider; they are disabled in every project
// (pulumi:disable-default-providers). A plugin that makes a component needs one for its own package and one
// for each package that it makes resources of.
func checkProvider(token, provider string, handed map[string]string, packages []string) error {
	var problems []error
	if provider == "" {
		problems = append(problems, fmt.Errorf(
			"default provider for %q disabled: it must use an explicit provider", packageOf(token)))
	}
	for _, name := range packages {
		if handed[name] == "" {
			problems = append(problems, fmt.Errorf(
				"default provider for %q disabled: it makes resources of that package, so it must be given a provider for it "+
					"with pulumi.Providers", name))
		}
	}
	return errors.Join(problems...)
}

// noteAttempts remembers, in the order of the program, what is about to be registered.
func (m *monitor) noteAttempts(ctx *pulumi.Context) error {
	return ctx.RegisterStackTransformation(
		func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.attempts = append(m.attempts, args.Type+"::"+args.Name)
			return nil
		})
}

// lostSecret is how the mock monitor fails on an input that is both secret and unknown, before it asks.
var lostSecret = regexp.MustCompile(`malformed RPC secret: missing value for "(.*)"`)

// explain names the resource when the mock monitor lost its unknown secret. Of those that never arrived it is
// the first; the others wait for it.
func (m *monitor) explain(err error) error {
	match := lostSecret.FindStringSubmatch(err.Error())
	first := slices.IndexFunc(m.attempts, func(subject string) bool { return !m.arrived[subject] })
	if match == nil || first < 0 {
		return err
	}
	return &refusal{
		subject: m.nameOf(m.attempts[first]),
		cause:   fmt.Errorf("secret `%s` reads an output that the embedded cloud does not make up", match[1]),
	}
}

// nameOf is the subject itself, or the name of the stack for that which carries its outputs.
func (m *monitor) nameOf(subject string) string {
	if strings.HasPrefix(subject, exportsToken) {
		return m.stackName()
	}
	return subject
}

// urnOf is the URN in a reference to a provider, which is "urn::id".
func urnOf(reference string) string {
	if end := strings.LastIndex(reference, "::"); end >= 0 {
		return reference[:end]
	}
	return reference
}

func packageOf(token string) string {
	name, _, _ := strings.Cut(token, ":")
	return name
}
