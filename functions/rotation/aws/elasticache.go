package aws

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/elasticache/types"

	"github.com/magestack/magestack/functions/rotation/rotator"
)

// statusInterval is how often a group is asked whether a change is done.
const statusInterval = 10 * time.Second

// available is the status of a group that nothing is done to (ElastiCache API Reference, ReplicationGroup, Status).
const available = "available"

// Logins tries tokens as a group's clients do.
type Logins interface {
	Login(ctx context.Context, host string, port int, token string) error
}

// Cache changes the tokens of replication groups.
type Cache struct {
	Logins
	Client *elasticache.Client
	Clock  rotator.Clock
}

// Add makes a token good beside the newest one (ElastiCache User Guide, "Modifying the AUTH token", ROTATE).
func (c Cache) Add(ctx context.Context, group, token string) error {
	return c.modify(ctx, group, token, types.AuthTokenUpdateStrategyTypeRotate)
}

// Keep makes a token the only one (same place, SET).
func (c Cache) Keep(ctx context.Context, group, token string) error {
	return c.modify(ctx, group, token, types.AuthTokenUpdateStrategyTypeSet)
}

// modify changes nothing but the token. A group takes one change at a time, and is asked before and after.
func (c Cache) modify(ctx context.Context, group, token string, strategy types.AuthTokenUpdateStrategyType) error {
	if err := c.settled(ctx, group); err != nil {
		return err
	}
	_, err := c.Client.ModifyReplicationGroup(ctx, &elasticache.ModifyReplicationGroupInput{
		ReplicationGroupId: &group, AuthToken: &token, AuthTokenUpdateStrategy: strategy, ApplyImmediately: aws.Bool(true),
	})
	if err != nil {
		return fmt.Errorf("changing the token of %s: %w", group, err)
	}
	return c.settled(ctx, group)
}

// settled waits until nothing is done to a group.
func (c Cache) settled(ctx context.Context, group string) error {
	for {
		answer, err := c.Client.DescribeReplicationGroups(ctx, &elasticache.DescribeReplicationGroupsInput{ReplicationGroupId: &group})
		if err != nil {
			return fmt.Errorf("asking for the status of %s: %w", group, err)
		}
		if len(answer.ReplicationGroups) != 1 {
			return fmt.Errorf("there are %d replication groups %s", len(answer.ReplicationGroups), group)
		}
		status := answer.ReplicationGroups[0]
		pending := status.PendingModifiedValues != nil && status.PendingModifiedValues.AuthTokenStatus != ""
		if aws.ToString(status.Status) == available && !pending {
			return nil
		}
		if err := c.Clock.Sleep(ctx, statusInterval); err != nil {
			return errors.Join(fmt.Errorf("the group %s is still %s", group, aws.ToString(status.Status)), err)
		}
	}
}
