// Package rotator exchanges credentials while they are in use. It is what the Lambda function runs: the stores and Secrets
// Manager are interfaces, so that every interleaving of it with the rest of the environment can be explored.
//
// A rotation is four steps, which Secrets Manager asks for one after the other and again after a failure (AWS Secrets
// Manager User Guide, "Rotation by Lambda function"). Each may be repeated, and goes on where an earlier run was cut off.
package rotator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/magestack/magestack/pkg/naming"
)

const (
	// maxPending is how old a pending version may get. One that is older is given up, so that the age of the current
	// version tells within this when the one before went out of use.
	maxPending = time.Hour

	// pollInterval is how often something is looked at that is waited for.
	pollInterval = 10 * time.Second

	// reserve is left of a run's time to report what was waited for.
	reserve = 30 * time.Second
)

// Config is what a function is told of its environment.
type Config struct {
	Environment naming.Environment

	// Hold is how long a process may keep a credential that is no longer the current one: the longest job of the shop.
	Hold time.Duration

	// ProxySQLPods is how many pods of ProxySQL there are at least.
	ProxySQLPods int

	// Groups are the replication groups of ElastiCache, by their secret.
	Groups map[naming.Secret]string

	// APIKeys are the keys that this function draws, by name.
	APIKeys map[string]APIKey

	// Rotating are the secrets that the environment has and this function may read; none for all. Secrets Manager does not say of any
	// other one that it is not there: it refuses to be asked.
	Rotating []naming.Secret
}

// Function rotates the secrets of one environment. Mark is told of every effect once it has happened; tests stop there.
type Function struct {
	Config
	Stores
	Secrets Secrets
	Clock   Clock
	Random  Random
	Mark    func(effect string)
}

// Event is what the function is called with: a step by Secrets Manager, or one of the others by an operator or a schedule.
type Event struct {
	Step               string `json:"Step"`
	SecretID           string `json:"SecretId"`
	ClientRequestToken string `json:"ClientRequestToken"`

	// Rotate does all steps for a secret that no schedule rotates: "encryption-key".
	Rotate string `json:"Rotate"`

	// ActiveInMinutes is when a new encryption key is used, from now on. Every pod must have it by then.
	ActiveInMinutes int `json:"ActiveInMinutes"`

	// End makes the credential before the current one worthless: of one secret, such as "database/web", or of all with "*".
	End string `json:"End"`

	// Urgent ends a credential that was leaked before Hold is over. Whoever still has it fails.
	Urgent bool `json:"Urgent"`
}

// The steps of Secrets Manager.
const (
	stepCreate = "createSecret"
	stepSet    = "setSecret"
	stepTest   = "testSecret"
	stepFinish = "finishSecret"
)

// Handle does what an event asks for.
func (f *Function) Handle(ctx context.Context, event Event) error {
	switch {
	case event.Step != "" && event.Rotate == "" && event.End == "":
		return f.step(ctx, event)
	case event.Rotate != "" && event.Step == "" && event.End == "":
		return f.rotate(ctx, event)
	case event.End != "" && event.Step == "" && event.Rotate == "":
		return f.end(ctx, event)
	default:
		return errors.New("an event has one of Step (with SecretId and ClientRequestToken), Rotate and End")
	}
}

// step does one step of a rotation.
func (f *Function) step(ctx context.Context, event Event) error {
	r, err := f.rotation(event.SecretID)
	if err != nil {
		return err
	}
	description, err := f.Secrets.Describe(ctx, event.SecretID)
	if err != nil {
		return fmt.Errorf("describing %s: %w", r.name, err)
	}
	if !description.RotationEnabled {
		return fmt.Errorf("%s: rotation is not enabled", r.name)
	}
	r.token = event.ClientRequestToken
	stages, known := description.Stages[r.token]
	switch {
	case !known:
		return fmt.Errorf("%s: there is no version %q", r.name, event.ClientRequestToken)
	case slices.Contains(stages, StageCurrent) && slices.Contains(stages, StagePending):
		return r.close(ctx) // an earlier run has done all but this
	case slices.Contains(stages, StageCurrent):
		return nil
	case !slices.Contains(stages, StagePending):
		return fmt.Errorf("%s: the version %q is not pending", r.name, event.ClientRequestToken)
	}
	steps := map[string]func(context.Context) error{stepCreate: r.create, stepSet: r.set, stepTest: r.test, stepFinish: r.finish}
	do, known := steps[event.Step]
	if !known {
		return fmt.Errorf("step %q: must be %s, %s, %s or %s", event.Step, stepCreate, stepSet, stepTest, stepFinish)
	}
	if err := do(ctx); err != nil {
		return fmt.Errorf("%s of %s: %w", event.Step, r.name, err)
	}
	return nil
}

// rotation finds out how a secret is rotated. It refuses those of other environments, and those that are no credentials.
func (f *Function) rotation(secret string) (*rotation, error) {
	name := nameOf(secret)
	short, ours := strings.CutPrefix(name, f.Environment.SecretPrefix())
	if !ours {
		return nil, fmt.Errorf("%q is no secret of %s", name, f.Environment)
	}
	kind, err := f.kind(naming.Secret(short))
	if err != nil {
		return nil, err
	}
	return &rotation{Function: f, secret: secret, name: name, kind: kind}, nil
}

// suffixLength is that of what Secrets Manager appends to a name in an ARN: a hyphen and six characters (AWS Secrets
// Manager User Guide, "Secret ARNs").
const suffixLength = 7

// nameOf is the name of a secret that is given by name or ARN.
func nameOf(secret string) string {
	_, name, isARN := strings.Cut(secret, ":secret:")
	if !isARN || len(name) <= suffixLength || name[len(name)-suffixLength] != '-' {
		return secret
	}
	return name[:len(name)-suffixLength]
}

// await asks until the answer is right or the time of this run is nearly over, and returns the last answer then.
func (f *Function) await(ctx context.Context, ask func() error) error {
	for {
		err := ask()
		if err == nil || errors.Is(err, errFinal) {
			return err
		}
		if deadline, set := ctx.Deadline(); set && f.Clock.Now().Add(pollInterval+reserve).After(deadline) {
			return err
		}
		if stopped := f.Clock.Sleep(ctx, pollInterval); stopped != nil {
			return errors.Join(err, stopped)
		}
	}
}

// errFinal is on an error that waiting does not mend.
var errFinal = errors.New("waiting does not help")

func (f *Function) mark(effect string) {
	if f.Mark != nil {
		f.Mark(effect)
	}
}
