package rotator

import (
	"context"
	"errors"
	"time"
)

// Stages of versions in Secrets Manager (AWS Secrets Manager User Guide, "Rotation by Lambda function").
const (
	StageCurrent  = "AWSCURRENT"
	StagePending  = "AWSPENDING"
	StagePrevious = "AWSPREVIOUS"

	// stageAmended is on the newest version that a rotation of another secret wrote. A version needs a stage when it is put.
	stageAmended = "AMENDED"
)

// What Secrets and the stores answer that a rotation must tell apart from other failures.
var (
	ErrNotFound = errors.New("there is no such version")
	ErrExists   = errors.New("the version exists with another value")
	ErrConflict = errors.New("the stage is at another version")
	ErrRefused  = errors.New("the credential is refused")
)

// Secrets is what a rotation needs of Secrets Manager. A secret is named by its ARN or by its name.
type Secrets interface {
	// Describe tells which stages the versions have, and whether rotation is on.
	Describe(ctx context.Context, secret string) (Description, error)

	// Get reads the version at a stage: ErrNotFound when nothing is there.
	Get(ctx context.Context, secret, stage string) (Version, error)

	// Put writes a version at a stage, which leaves any other version. The same version with the same value is written once;
	// with another value it is ErrExists.
	Put(ctx context.Context, secret, version string, value Document, stage string) error

	// Move takes a stage from one version to another one, or away when to is empty: ErrConflict when it is not at from.
	Move(ctx context.Context, secret, stage, from, to string) error
}

// Description is what is known of a secret beside its values.
type Description struct {
	RotationEnabled bool
	Stages          map[string][]string // by version
}

// Version is a value of a secret.
type Version struct {
	ID      string
	Created time.Time
	Value   Document
}

// Clock is the time, and waiting for it.
type Clock interface {
	Now() time.Time
	Sleep(ctx context.Context, d time.Duration) error
}
