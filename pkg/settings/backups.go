package settings

import (
	"fmt"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/availability"
	"github.com/magestack/magestack/pkg/data/backup/retention"
	"github.com/magestack/magestack/pkg/naming"
)

// Backups holds what magento-data is told of AWS Backup and of the copies in a standby region.
type Backups struct {
	// DailyBackupDays is how long AWS Backup keeps each day.
	DailyBackupDays int `key:"dailyBackupDays" default:"35" allowed:"7 to 3653 days"`

	// MonthlyBackupDays is how long AWS Backup keeps the first of each month.
	MonthlyBackupDays int `key:"monthlyBackupDays" default:"365" allowed:"7 to 3653 days, no less than dailyBackupDays"`

	// BackupLock is who may still shorten what the vault has promised to keep: with compliance nobody ever, AWS and
	// the owner of the account included.
	BackupLock retention.Lock `key:"backupLock" default:"governance" differs:"purpose"`

	// BreakGlassRole is the only role that may change, disable or delete the keys of a protected environment: of people, for
	// emergencies, and not the one that deploys.
	BreakGlassRole string `key:"breakGlassRole" default:"" differs:"domain" allowed:"the ARN of an IAM role of the account, where protectData is true"`

	// AirGappedBackups is whether every backup is copied to a second vault, which AWS keeps outside of the account, under a
	// key of its own and a lock that nobody can lift. It costs the backups' storage once more.
	AirGappedBackups bool `key:"airGappedBackups" default:"false" differs:"purpose"`

	// RestoreTests is whether a backup of the database is restored every month, to see that it can be, and then
	// thrown away.
	RestoreTests bool `key:"restoreTests" default:"true"`

	// StandbyEnvironment is the environment of the standby region, such as production-dr. Its data layer must be up
	// before this one names it. Media, secrets and backups are copied there.
	StandbyEnvironment string `key:"standbyEnvironment" default:"" differs:"domain" allowed:"an environment, or nothing; together with the other keys of the standby"`

	// StandbyRegion is where the standby environment is.
	StandbyRegion string `key:"standbyRegion" default:"" differs:"domain" allowed:"another region, or nothing"`

	// StandbyMediaKeyARN is the key that the copies of media are encrypted with there.
	StandbyMediaKeyARN string `key:"standbyMediaKeyArn" default:"" differs:"domain" allowed:"mediaKeyArn of the standby, or nothing"`

	// StandbySecretsKeyARN is the key that the copies of secrets are encrypted with there.
	StandbySecretsKeyARN string `key:"standbySecretsKeyArn" default:"" differs:"domain" allowed:"secretsKeyArn of the standby, or nothing"`
}

// Periods are how long backups are kept.
func (s Backups) Periods() retention.Periods {
	return retention.Periods{Daily: s.DailyBackupDays, Monthly: s.MonthlyBackupDays}
}

// HasStandby reports whether there is a standby region to copy to.
func (s Backups) HasStandby() bool { return s.StandbyEnvironment != "" }

func (s Backups) rules(aws AWS) []rule {
	periods := fmt.Sprintf("%d and %d days", s.DailyBackupDays, s.MonthlyBackupDays)
	return []rule{
		{dataKeys("dailyBackupDays", "monthlyBackupDays"), func() []Problem {
			return messages(naming.ProjectData+":dailyBackupDays", periods, s.Periods().Validate())
		}},
		{append(dataKeys("standbyEnvironment", "standbyRegion", "standbyMediaKeyArn", "standbySecretsKeyArn"), regionKey, accountKey), func() []Problem { return s.standbyProblems(aws.Account()) }},
	}
}

// standbyProblems refuses half a standby, and keys that are not where it is.
func (s Backups) standbyProblems(where account.Account) []Problem {
	key := keyARNFormat(where.InRegion(s.StandbyRegion))
	var problems []Problem
	for _, c := range []struct {
		name, value string
		valid       bool // of a standby
		allowed     string
	}{
		{"standbyRegion", s.StandbyRegion, availability.InRegion(s.StandbyRegion) && s.StandbyRegion != where.Region, "another region"},
		{"standbyMediaKeyArn", s.StandbyMediaKeyARN, key.MatchString(s.StandbyMediaKeyARN), "the ARN of a KMS key in standbyRegion"},
		{"standbySecretsKeyArn", s.StandbySecretsKeyARN, key.MatchString(s.StandbySecretsKeyARN), "the ARN of a KMS key in standbyRegion"},
	} {
		if s.HasStandby() && !c.valid || !s.HasStandby() && c.value != "" {
			problems = append(problems, Problem{naming.ProjectData + ":" + c.name, c.value,
				fmt.Sprintf("must be %s where standbyEnvironment is set, and nothing otherwise", c.allowed)})
		}
	}
	return problems
}
