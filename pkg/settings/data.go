package settings

import (
	"fmt"
	"strconv"

	"github.com/magestack/magestack/pkg/aurora/capacity"
)

// Bounds of the backup retention of an Aurora cluster (Amazon RDS API Reference, CreateDBCluster,
// BackupRetentionPeriod: 1 to 35 days). We accept no less than a week: a mistake made before a long weekend
// must still be recoverable after it.
const (
	MinBackupRetentionDays = 7
	MaxBackupRetentionDays = 35
)

// Data holds the settings of the project magento-data.
type Data struct {
	AWS

	// EngineVersion is the version of Aurora MySQL, pinned; Adobe lists 3.12 for Magento 2.4.6 to 2.4.9.
	EngineVersion capacity.EngineVersion `key:"engineVersion" default:"8.0.mysql_aurora.3.12.0"`

	// MinCapacity is the least that each database instance has, in Aurora capacity units (ACU, about 2 GiB of
	// memory each). It decides the number of connections, and should hold the working set of the buffer pool.
	MinCapacity capacity.ACU `key:"minCapacity" differs:"size"`

	// MaxCapacity is the most that each database instance may grow to, in ACU. It bounds the bill.
	MaxCapacity capacity.ACU `key:"maxCapacity" differs:"size"`

	// BackupRetentionDays is how far back the database can be restored to any second.
	BackupRetentionDays int `key:"backupRetentionDays" default:"35" allowed:"7 to 35 days"`

	// ProtectData makes Pulumi and AWS refuse to delete what holds data. Only an environment that is made to
	// be thrown away may go without. Its last state is kept as a snapshot even then, readable for the 30 days that
	// the deletion of its key takes.
	ProtectData bool `key:"protectData" default:"true" differs:"purpose"`
}

// DataProject is the name of the project and the namespace of its settings.
const DataProject = "magento-data"

// LoadData reads and checks the settings of magento-data.
func LoadData(config Config) (Data, error) { return load[Data](config, DataProject) }

// Capacity is the range in which each database instance scales.
func (s Data) Capacity() capacity.Range {
	return capacity.Range{Min: s.MinCapacity, Max: s.MaxCapacity}
}

func (s Data) validate() []Problem {
	problems := s.AWS.validate()
	acu := fmt.Sprintf("%s to %s ACU", s.MinCapacity, s.MaxCapacity)
	problems = append(problems, messages(DataProject+":maxCapacity", acu, s.Capacity().Validate())...)
	if s.BackupRetentionDays < MinBackupRetentionDays || s.BackupRetentionDays > MaxBackupRetentionDays {
		problems = append(problems, Problem{DataProject + ":backupRetentionDays", strconv.Itoa(s.BackupRetentionDays),
			fmt.Sprintf("must be %d to %d days", MinBackupRetentionDays, MaxBackupRetentionDays)})
	}
	return problems
}
