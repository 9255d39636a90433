package settings

// Data holds the settings of the project magento-data.
type Data struct {
	AWS
	Database
	Cache
	Search
	Queue
	Backups
}

// DataProject is the name of the project and the namespace of its settings.
const DataProject = "magento-data"

// LoadData reads and checks the settings of magento-data.
func LoadData(config Config) (Data, error) { return load[Data](config, DataProject) }

func (s Data) validate() []Problem {
	problems := s.AWS.validate()
	problems = append(problems, s.Database.validate(string(s.Region))...)
	problems = append(problems, s.Cache.validate()...)
	problems = append(problems, s.Search.validate()...)
	problems = append(problems, s.Queue.validate()...)
	if len(s.AllowedAccountIDs) == 1 {
		problems = append(problems, s.Backups.validate(s.Account())...)
	}
	return problems
}
