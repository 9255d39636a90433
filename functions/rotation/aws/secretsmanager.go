// Package aws has the clients of AWS that a rotation needs: Secrets Manager and ElastiCache.
package aws

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/magestack/magestack/functions/rotation/rotator"
)

// Secrets are those of Secrets Manager.
type Secrets struct{ Client *secretsmanager.Client }

// Describe tells which stages the versions have.
func (s Secrets) Describe(ctx context.Context, secret string) (rotator.Description, error) {
	answer, err := s.Client.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: &secret})
	if err != nil {
		return rotator.Description{}, translate(err)
	}
	return rotator.Description{RotationEnabled: aws.ToBool(answer.RotationEnabled), Stages: answer.VersionIdsToStages}, nil
}

// Get reads the version at a stage.
func (s Secrets) Get(ctx context.Context, secret, stage string) (rotator.Version, error) {
	answer, err := s.Client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &secret, VersionStage: &stage})
	if err != nil {
		return rotator.Version{}, translate(err)
	}
	value, err := rotator.Parse(aws.ToString(answer.SecretString))
	if err != nil {
		return rotator.Version{}, err
	}
	return rotator.Version{ID: aws.ToString(answer.VersionId), Created: aws.ToTime(answer.CreatedDate), Value: value}, nil
}

// Put writes a version.
func (s Secrets) Put(ctx context.Context, secret, version string, value rotator.Document, stage string) error {
	text, err := value.Text()
	if err != nil {
		return err
	}
	_, err = s.Client.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{
		SecretId: &secret, ClientRequestToken: &version, SecretString: &text, VersionStages: []string{stage},
	})
	return translate(err)
}

// Move takes a stage from one version to another one.
func (s Secrets) Move(ctx context.Context, secret, stage, from, to string) error {
	input := &secretsmanager.UpdateSecretVersionStageInput{SecretId: &secret, VersionStage: &stage, RemoveFromVersionId: &from}
	if to != "" {
		input.MoveToVersionId = &to
	}
	_, err := s.Client.UpdateSecretVersionStage(ctx, input)
	var refused *types.InvalidParameterException
	if errors.As(err, &refused) {
		// The stage is not at from (API Reference, UpdateSecretVersionStage, RemoveFromVersionId).
		return rotator.ErrConflict
	}
	return translate(err)
}

// translate tells the answers apart that a rotation goes on with.
func translate(err error) error {
	var missing *types.ResourceNotFoundException
	var exists *types.ResourceExistsException
	switch {
	case err == nil:
		return nil
	case errors.As(err, &missing):
		return rotator.ErrNotFound
	case errors.As(err, &exists):
		return rotator.ErrExists
	default:
		return fmt.Errorf("secrets manager: %w", err)
	}
}
