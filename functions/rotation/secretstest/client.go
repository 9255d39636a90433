package secretstest

import (
	"context"

	"github.com/magestack/magestack/functions/rotation/rotator"
)

// Client reads and writes a Memory as the function does.
type Client struct{ *Memory }

// Describe tells which stages the versions have.
func (c Client) Describe(_ context.Context, secret string) (rotator.Description, error) {
	rotates, stages, err := c.describe(secret)
	return rotator.Description{RotationEnabled: rotates, Stages: stages}, err
}

// Get reads the version at a stage.
func (c Client) Get(_ context.Context, secret, stage string) (rotator.Version, error) {
	text, id, created, err := c.get(secret, stage)
	if err != nil {
		return rotator.Version{}, err
	}
	value, err := rotator.Parse(text)
	return rotator.Version{ID: id, Created: created, Value: value}, err
}

// Put writes a version.
func (c Client) Put(_ context.Context, secret, version string, value rotator.Document, stage string) error {
	text, err := value.Text()
	if err != nil {
		return err
	}
	return c.put(secret, version, text, []string{stage})
}

// Move takes a stage from one version to another one.
func (c Client) Move(_ context.Context, secret, stage, from, to string) error {
	return c.move(secret, stage, from, to)
}
