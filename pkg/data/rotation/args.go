package rotation

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/data/rotation/schedule"
	"github.com/magestack/magestack/pkg/data/secrets"
	"github.com/magestack/magestack/pkg/naming"
)

// Args configures a Rotation.
type Args struct {
	Account     account.Account
	Environment naming.Environment

	// Secrets are those that rotate; API keys are made here and need not be among them.
	Secrets []Secret

	// EncryptionKeyARN is the secret of Magento's encryption key, to which a key is appended when an operator asks; nil in a standby.
	EncryptionKeyARN pulumi.StringInput

	APIKeys []schedule.APIKey
	Window  schedule.Window

	Archive      pulumi.ArchiveInput // of the function: pkg/functions
	ProxySQLPods int                 // that must know a new password before it is used
	Cache        Group
	Sessions     Group

	SubnetIDs       []string // the data subnets
	SecurityGroupID string

	KeyARN           pulumi.StringInput // of the secrets, the log and the queue; its policy has encryption.ForLogs
	Replicas         []secrets.Replica  // of the API keys
	LogRetentionDays int
	Protect          bool // refuse to delete API keys and the log
}

// Secret is a secret that rotates.
type Secret struct {
	Name  naming.Secret
	ARN   pulumi.StringInput
	Class schedule.Class
	Days  int
}

// Group is a replication group whose token rotates, with what the function may say of it and not change.
type Group struct {
	ID, ARN pulumi.StringInput

	NodeType              string
	EngineVersion         string
	SnapshotRetentionDays int
}

// Validate refuses what could not rotate, and what would rotate too late.
func (a Args) Validate() error {
	var problems []error
	refuse := func(format string, values ...any) { problems = append(problems, fmt.Errorf(format, values...)) }
	if !account.ValidID(a.Account.ID) || !account.ValidRegion(a.Account.Region) {
		refuse("account %q in %q: must be twelve digits in a region, such as eu-central-1", a.Account.ID, a.Account.Region)
	}
	if err := a.Environment.Validate(); err != nil {
		problems = append(problems, err)
	}
	if err := a.Window.Validate(); err != nil {
		refuse("window %s: %w", a.Window, err)
	}
	if a.SecurityGroupID == "" {
		refuse("securityGroupId: the networking layer publishes none yet; update it first: magestack up %s --layer networking", a.Environment)
	}
	if a.Archive == nil || a.KeyARN == nil || a.Cache.missing() || a.Sessions.missing() {
		problems = append(problems, errors.New("archive, keyArn, cache and sessions: required"))
	}
	if len(a.SubnetIDs) < 2 {
		refuse("subnetIds: %d given, at least 2 in different zones are required", len(a.SubnetIDs))
	}
	if a.ProxySQLPods < 1 || a.LogRetentionDays < 1 {
		refuse("proxysqlPods %d and log retention of %d days: must be 1 or more", a.ProxySQLPods, a.LogRetentionDays)
	}
	return errors.Join(append(problems, a.secretProblems()...)...)
}

func (g Group) missing() bool { return g.ID == nil || g.ARN == nil || g.NodeType == "" }

func (a Args) secretProblems() []error {
	var problems []error
	var names []naming.Secret
	for _, s := range a.Secrets {
		if s.Name == "" || s.ARN == nil || slices.Contains(names, s.Name) {
			problems = append(problems, fmt.Errorf("secret %q: must have a name, given once, and an ARN", s.Name))
		}
		if err := s.Class.Validate(); err != nil {
			problems = append(problems, fmt.Errorf("secret %q: %w", s.Name, err))
		}
		if err := schedule.ValidateDays(s.Days); err != nil {
			problems = append(problems, fmt.Errorf("secret %q: %d: %w", s.Name, s.Days, err))
		}
		names = append(names, s.Name)
	}
	for _, key := range a.APIKeys {
		if err := key.Validate(a.Account.ARN("lambda", "function:")); err != nil {
			problems = append(problems, err)
		}
		if slices.Contains(names, naming.SecretAPIKey(key.Name)) {
			problems = append(problems, fmt.Errorf("key %q: named twice", key.Name))
		}
		names = append(names, naming.SecretAPIKey(key.Name))
	}
	return problems
}

// Inputs returns what the component shows in a plan.
func (a Args) Inputs() pulumi.Map {
	schedules := pulumi.StringMap{}
	for _, s := range a.Secrets {
		if text, err := schedule.Expression(s.Class, s.Days, a.Window); err == nil {
			schedules[string(s.Name)] = pulumi.String(text)
		}
	}
	for _, key := range a.APIKeys {
		if text, err := schedule.Expression(schedule.ClassAPIKeys, key.Days, a.Window); err == nil {
			schedules[string(naming.SecretAPIKey(key.Name))] = pulumi.String(text)
		}
	}
	return pulumi.Map{"window": pulumi.String(a.Window.String()), "schedules": schedules, "proxysqlPods": pulumi.Int(a.ProxySQLPods)}
}
