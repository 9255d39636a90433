package settings

import (
	"strconv"

	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/naming"
)

// Budget shares the database's connections out, as many to each pod of ProxySQL as fit.
func (s Database) Budget() (capacity.Budget, error) {
	return capacity.NewBudget(s.Capacity(), s.ProxySQLPods, 0)
}

// Pool is how each pod of ProxySQL shares out its part of the budget.
func (s Database) Pool(budget capacity.Budget) proxysql.Pool {
	return proxysql.Pool{PerPod: budget.PerPod, Split: s.ReadSplit}
}

// Processes are those of Magento that may keep a connection.
func (s Database) Processes() proxysql.Processes {
	return proxysql.Processes{Consumers: s.ConsumerProcesses, Cron: s.CronProcesses}
}

// connectionRules refuse settings whose connections do not add up.
func (s Database) connectionRules() []rule {
	count := func(name string, value int) rule {
		return rule{dataKeys(name), func() []Problem {
			if value >= 0 {
				return nil
			}
			return []Problem{{naming.ProjectData + ":" + name, strconv.Itoa(value), "must be 0 or more"}}
		}}
	}
	return []rule{
		{dataKeys("minCapacity", "maxCapacity", "proxysqlPods"), func() []Problem {
			if s.Capacity().Validate() != nil {
				return nil
			}
			_, err := s.Budget()
			return messages(naming.ProjectData+":proxysqlPods", strconv.Itoa(s.ProxySQLPods), err)
		}},
		count("consumerProcesses", s.ConsumerProcesses),
		count("cronProcesses", s.CronProcesses),
		{dataKeys("minCapacity", "maxCapacity", "proxysqlPods", "readSplit", "consumerProcesses", "cronProcesses"), func() []Problem {
			budget, err := s.Budget()
			if err != nil || s.ConsumerProcesses < 0 || s.CronProcesses < 0 {
				return nil // is said by the rules above
			}
			return messages(naming.ProjectData+":consumerProcesses", strconv.Itoa(s.ConsumerProcesses), s.Pool(budget).Validate(budget, s.Processes()))
		}},
	}
}
