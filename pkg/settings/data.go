package settings

import (
	"slices"
	"strings"

	"github.com/magestack/magestack/pkg/data/aurora/topology"
	"github.com/magestack/magestack/pkg/data/backup/retention"
	"github.com/magestack/magestack/pkg/naming"
)

// Data holds the settings of the project magento-data.
type Data struct {
	AWS
	Database
	Cache
	Search
	Queue
	Mail
	Backups
	Rotation
}

// LoadData reads and checks the settings of magento-data.
func LoadData(config Config) (Data, error) { return load[Data](config, naming.ProjectData) }

func (s Data) rules() []rule {
	return slices.Concat(s.AWS.rules(), s.Database.rules(string(s.Region)), s.Cache.rules(), s.Search.rules(), s.Queue.rules(), s.Mail.rules(), s.Backups.rules(s.AWS), s.Rotation.rules(s.Account()), []rule{
		{dataKeys("globalRole", "searchServiceLinkedRole"), func() []Problem {
			if s.GlobalRole != topology.RoleSecondary || !s.SearchServiceLinkedRole {
				return nil
			}
			return []Problem{{naming.ProjectData + ":searchServiceLinkedRole", "true", "must be false for a secondary: its primary is in the same account, which has the role already"}}
		}},
		{dataKeys("backupLock", "protectData"), func() []Problem {
			if s.BackupLock != retention.LockCompliance || s.ProtectData {
				return nil
			}
			return []Problem{{naming.ProjectData + ":backupLock", string(s.BackupLock), "must be governance where protectData is false: a vault that nobody can empty cannot be thrown away"}}
		}},
		{dataKeys("airGappedBackups", "protectData"), func() []Problem {
			if !s.AirGappedBackups || s.ProtectData {
				return nil
			}
			return []Problem{{naming.ProjectData + ":airGappedBackups", "true", "must be false where protectData is false: a vault that nobody can empty cannot be thrown away"}}
		}},
		{append(dataKeys("breakGlassRole", "protectData"), accountKey), s.breakGlassProblems},
	})
}

// breakGlassProblems wants a role that can still change the keys of a protected environment, in the account that has them:
// a key's policy alone admits nobody of another.
func (s Data) breakGlassProblems() []Problem {
	named := roleARNFormat.MatchString(s.BreakGlassRole) && strings.HasPrefix(s.BreakGlassRole, s.Account().GlobalARN("iam", "role/"))
	if named || !s.ProtectData && s.BreakGlassRole == "" {
		return nil
	}
	return []Problem{{naming.ProjectData + ":breakGlassRole", s.BreakGlassRole,
		"must be the ARN of an IAM role of account " + s.Account().ID + " where protectData is true: nobody else may change or delete the keys"}}
}

// dataKeys are the full keys of settings of magento-data.
func dataKeys(names ...string) []string {
	keys := make([]string, len(names))
	for i, name := range names {
		keys[i] = naming.ProjectData + ":" + name
	}
	return keys
}
