package backup

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/backup"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/data/backup/retention"
)

// PlanType is the type token of a Plan.
const PlanType = "magento:backup:Plan"

// When backups begin, in UTC: after the database's own backup window and every maintenance window (pkg/data/aurora), since
// RDS refuses snapshots shortly before them.
const (
	dailySchedule   = "cron(0 6 * * ? *)"
	monthlySchedule = "cron(0 6 1 * ? *)" // on the first

	startMinutes      = 60      // a job that could not begin by then has failed
	completionMinutes = 24 * 60 // a first backup of a large bucket takes hours
)

// PlanArgs configures a Plan.
type PlanArgs struct {
	Vault *Vault // of this region and environment; the periods are its own

	// Databases and Buckets are the ARNs of what is backed up. Buckets must have versions.
	//
	// The plan makes snapshots, and no continuous backups. Aurora restores to any second of its retention by itself,
	// and a continuous backup would take that retention over and change it under Pulumi's hands (ABDG, "Continuous
	// backups and point-in-time recovery"). Buckets keep their old versions. What a plan adds is distance: backups that
	// outlive the cluster, that its administrators cannot delete, in another region too.
	Databases []pulumi.StringInput
	Buckets   []pulumi.StringInput

	// CopyTo is the vault in the standby region that every backup is copied to; nil for none. It must be there, with a
	// lock that allows the same periods.
	CopyTo pulumi.StringInput

	// Restore tests once a month that a backup of the databases can be restored; nil for never.
	Restore *Restore
}

// Plan backs up what must not be lost, every day and every month. AWS Backup must be turned on for Aurora in the
// account and the region, a switch that naming a cluster does not override and that no environment may own, since it
// is the account's (ABDG, "Service opt-in").
type Plan struct {
	pulumi.ResourceState
	ID  pulumi.StringOutput
	ARN pulumi.StringOutput
}

// NewPlan registers a Plan.
func NewPlan(ctx *pulumi.Context, name string, args PlanArgs, opts ...pulumi.ResourceOption) (*Plan, error) {
	p := &Plan{}
	return p, component.New(ctx, PlanType, name, args, p, func(s component.Scope) (pulumi.Map, error) {
		b := &planBuilder{Scope: s, Plan: p, args: args}
		err := component.Steps(b.newRole, b.schedule, b.testRestores)
		return pulumi.Map{"id": p.ID, "arn": p.ARN}, err
	}, opts...)
}

// planBuilder makes the children of a Plan, one concern after the other.
type planBuilder struct {
	component.Scope
	*Plan
	args PlanArgs

	role        *iam.Role
	permissions []pulumi.Resource // of the role: attached before it is used
}

// Inputs returns what the component shows in a plan.
func (a PlanArgs) Inputs() pulumi.Map {
	return pulumi.Map{
		"vault": a.Vault.Name, "databases": pulumi.Int(len(a.Databases)), "buckets": pulumi.Int(len(a.Buckets)),
		"copied": pulumi.Bool(a.CopyTo != nil), "restoreTested": pulumi.Bool(a.Restore != nil),
	}
}

// Validate refuses a plan of nothing, and tests of restores that have nothing to restore.
func (a PlanArgs) Validate() error {
	var problems []error
	if a.Vault == nil {
		problems = append(problems, errors.New("vault: required"))
	}
	if len(a.Databases)+len(a.Buckets) == 0 {
		problems = append(problems, errors.New("databases and buckets: 0 given, at least 1 is required"))
	}
	if a.Restore != nil {
		problems = append(problems, a.Restore.validate())
		if len(a.Databases) == 0 {
			problems = append(problems, errors.New("restore: there are no databases to restore"))
		}
	}
	return errors.Join(problems...)
}

// schedule makes the plan and says what it is for. Nothing is backed up before the vault is locked.
func (b *planBuilder) schedule() error {
	vault := b.args.Vault
	plan, err := backup.NewPlan(b.Ctx, b.Child("plan"), &backup.PlanArgs{
		Name:  pulumi.String(vault.args.Environment.BackupVault()),
		Rules: b.rules(vault.args.Periods),
	}, b.Parent, pulumi.DependsOn(vault.made))
	if err != nil {
		return fmt.Errorf("schedule: %w", err)
	}
	b.ID, b.ARN = plan.ID().ToStringOutput(), plan.Arn
	resources := pulumi.StringArray{}
	for _, arn := range b.args.Databases {
		resources = append(resources, arn)
	}
	for _, arn := range b.args.Buckets {
		resources = append(resources, arn)
	}
	if _, err := backup.NewSelection(b.Ctx, b.Child("selection"), &backup.SelectionArgs{
		Name:       pulumi.String(vault.args.Environment.BackupVault()),
		PlanId:     plan.ID(),
		IamRoleArn: b.role.Arn,
		Resources:  resources,
	}, b.Parent, pulumi.DependsOn(b.permissions)); err != nil {
		return fmt.Errorf("selection: %w", err)
	}
	return nil
}

func (b *planBuilder) rules(periods retention.Periods) backup.PlanRuleArray {
	var rules backup.PlanRuleArray
	for _, rhythm := range []struct {
		name, schedule string
		days           int
	}{{"daily", dailySchedule, periods.Daily}, {"monthly", monthlySchedule, periods.Monthly}} {
		rule := backup.PlanRuleArgs{
			RuleName:         pulumi.String(rhythm.name),
			TargetVaultName:  b.args.Vault.Name,
			Schedule:         pulumi.String(rhythm.schedule),
			StartWindow:      pulumi.Int(startMinutes),
			CompletionWindow: pulumi.Int(completionMinutes),
			Lifecycle:        backup.PlanRuleLifecycleArgs{DeleteAfter: pulumi.Int(rhythm.days)},
		}
		if copies := b.copies(rhythm.days); len(copies) > 0 {
			rule.CopyActions = copies
		}
		rules = append(rules, rule)
	}
	return rules
}

// copies are where a backup goes besides the vault, for the same days.
func (b *planBuilder) copies(days int) backup.PlanRuleCopyActionArray {
	var copies backup.PlanRuleCopyActionArray
	for _, vault := range []pulumi.StringInput{b.args.CopyTo, b.args.Vault.AirGapped} {
		if vault != nil {
			copies = append(copies, backup.PlanRuleCopyActionArgs{
				DestinationVaultArn: vault,
				Lifecycle:           backup.PlanRuleCopyActionLifecycleArgs{DeleteAfter: pulumi.Int(days)},
			})
		}
	}
	return copies
}
