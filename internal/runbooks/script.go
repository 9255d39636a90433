package runbooks

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/plan"
)

// script is the text of the commands.
type script struct{ strings.Builder }

func (s *script) line(format string, values ...any) { fmt.Fprintf(s, format+"\n", values...) }

// command writes one, an option a line.
func (s *script) command(name string, options []string) {
	s.line("aws %s \\\n  %s", name, strings.Join(options, " \\\n  "))
}

func (s *script) head(d database, r Restore) {
	from := "the last second that its backups know"
	switch {
	case r.Time != "":
		from = r.Time
	case r.Snapshot != "":
		from = "the snapshot " + r.Snapshot
	}
	s.line("# Restores the database of %s from %s, beside the one that is there.", d.environment, from)
	s.line("# Written from the plan by magestack restore-commands: write it anew after a change of settings.")
	s.line("set -euo pipefail\n")
	s.line("# What Pulumi and AWS have named. None of these may say None.")
	for _, name := range slices.Sorted(maps.Keys(d.look)) {
		s.line("%s=$(%s)", name, d.look[name])
	}
	s.line("for found in %s; do [ \"$found\" != None ]; done\n", `"$`+strings.Join(slices.Sorted(maps.Keys(d.look)), `" "$`)+`"`)
	s.line("if [ \"${1:-}\" != swap ]; then")
}

// restored and damaged are the identifiers beside the real one.
func (d database) restored() string { return d.identifier() + "-restored" }
func (d database) damaged() string  { return d.identifier() + "-damaged" }

func (d database) identifier() string { return text(d.cluster.Inputs["clusterIdentifier"]) }

// restore makes the cluster, and sets what a restore does not take.
func (s *script) restore(d database, r Restore) error {
	made, set, err := d.clusterOptions(r)
	if err != nil {
		return err
	}
	name := "rds restore-db-cluster-to-point-in-time"
	if r.Snapshot != "" {
		name = "rds restore-db-cluster-from-snapshot"
	}
	s.command(name, append([]string{"--db-cluster-identifier " + d.restored()}, made...))
	s.line("aws rds wait db-cluster-available --db-cluster-identifier %s", d.restored())
	s.command("rds modify-db-cluster", append([]string{"--db-cluster-identifier " + d.restored(), "--apply-immediately"}, set...))
	s.line("aws rds wait db-cluster-available --db-cluster-identifier %s\n", d.restored())
	return nil
}

// instances makes them, the writer first.
func (s *script) instances(d database) error {
	for _, instance := range d.instances {
		options, err := instanceOptions(instance, d.restored())
		if err != nil {
			return err
		}
		name := text(instance.Inputs["identifier"]) + "-restored"
		s.command("rds create-db-instance", append([]string{"--db-instance-identifier " + name}, options...))
		s.line("aws rds wait db-instance-available --db-instance-identifier %s", name)
	}
	for _, log := range d.logs() {
		// RDS makes the group without an end.
		s.line("aws logs put-retention-policy --log-group-name /aws/rds/cluster/%s/%s --retention-in-days 365 || true", d.restored(), log)
	}
	return nil
}

// swap gives the old names to the restored cluster. An instance that is renamed restarts.
func (s *script) swap(d database) {
	s.line("echo 'restored as %s; to let it take the place of %s: bash restore.sh swap'", d.restored(), d.identifier())
	s.line("exit\nfi\n\n# From here on the restored database takes the place of the one that is there. Stop what writes before.")
	if d.globally {
		s.line("# The Global Database keeps the old cluster, and its secondaries follow that one: docs/runbooks/restoring.md.")
	}
	s.line("if aws rds describe-db-clusters --db-cluster-identifier %s > /dev/null 2>&1; then", d.identifier())
	for _, instance := range d.instances {
		name := text(instance.Inputs["identifier"])
		s.rename("  ", "instance", name, name+"-damaged")
	}
	s.rename("  ", "cluster", d.identifier(), d.damaged())
	s.line("fi")
	s.rename("", "cluster", d.restored(), d.identifier())
	for _, instance := range d.instances {
		name := text(instance.Inputs["identifier"])
		s.rename("", "instance", name+"-restored", name)
	}
	s.line("\npulumi preview --refresh --diff --cwd stacks/data --stack %s # go on only if it replaces nothing", d.environment)
}

// rename is asynchronous, and the old name answers for a while: what waits asks for the new one until it is there.
func (s *script) rename(indent, kind, from, to string) {
	s.line("%saws rds modify-db-%s --db-%s-identifier %s --new-db-%s-identifier %s --apply-immediately", indent, kind, kind, from, kind, to)
	s.line("%suntil aws rds wait db-%s-available --db-%s-identifier %s 2> /dev/null; do sleep 15; done", indent, kind, kind, to)
}

func (d database) logs() []string {
	var logs []string
	exports, _ := d.cluster.Inputs["enabledCloudwatchLogsExports"].([]any)
	for _, export := range exports {
		logs = append(logs, fmt.Sprint(export))
	}
	return logs
}

func sortByIdentifier(instances []plan.Resource) {
	slices.SortFunc(instances, func(a, b plan.Resource) int {
		x, y := text(a.Inputs["identifier"]), text(b.Inputs["identifier"])
		return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y))
	})
}
