// Package runbooks writes the commands of runbooks from a plan, so that they name what is there.
package runbooks

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/magestack/magestack/internal/plan"
)

const (
	clusterType  = "aws:rds/cluster:Cluster"
	instanceType = "aws:rds/clusterInstance:ClusterInstance"
	groupType    = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
	memberType   = "aws:rds/parameterGroup:ParameterGroup"
	subnetsType  = "aws:rds/subnetGroup:SubnetGroup"
	roleType     = "aws:iam/role:Role"
	aliasType    = "aws:kms/alias:Alias"
)

// Restore says what a database is restored from; with neither, from the last second that its backups know.
type Restore struct {
	Time     string // RFC 3339, in UTC
	Snapshot string // identifier or ARN of a cluster's snapshot, for a cluster that is gone
}

var (
	timeFormat     = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$`)
	snapshotFormat = regexp.MustCompile(`^[A-Za-z0-9:-]{1,255}$`)
)

func (r Restore) validate() error {
	switch {
	case r.Time != "" && r.Snapshot != "":
		return errors.New("restoring: either a time or a snapshot, not both")
	case r.Time != "" && !timeFormat.MatchString(r.Time):
		return fmt.Errorf("restoring to %q: must be a time in UTC, such as 2026-01-31T09:59:00Z", r.Time)
	case r.Snapshot != "" && !snapshotFormat.MatchString(r.Snapshot):
		return fmt.Errorf("restoring from %q: must be the identifier or the ARN of a cluster's snapshot", r.Snapshot)
	}
	return nil
}

// database is what of a plan its commands are written from.
type database struct {
	environment string
	cluster     plan.Resource
	instances   []plan.Resource   // the writer first
	globally    bool              // part of a Global Database
	look        map[string]string // variable to the command that finds its value, for what AWS or Pulumi names
}

// Commands are a script that restores the database of a planned environment beside the one that is there, with everything
// that the plan says of cluster and instances, and the commands that let it take the old one's place: after them the plan
// has nothing to replace. Every input of the plan is answered, or the plan is refused: an input that no command knows would
// be the one that replaces an instance.
func (r Restore) Commands(recorded *plan.Environment) (string, error) {
	if err := r.validate(); err != nil {
		return "", err
	}
	d, err := databaseOf(recorded)
	if err != nil {
		return "", fmt.Errorf("restoring the database of %s: %w", recorded.Name, err)
	}
	var s script
	s.head(d, r)
	if err := errors.Join(s.restore(d, r), s.instances(d)); err != nil {
		return "", fmt.Errorf("restoring the database of %s: %w", recorded.Name, err)
	}
	s.swap(d)
	return s.String(), nil
}

func databaseOf(recorded *plan.Environment) (database, error) {
	d := database{environment: recorded.Name, look: map[string]string{}}
	var group, member, subnets, role, alias plan.Resource
	for _, r := range recorded.Resources() {
		switch {
		case r.Type == clusterType:
			d.cluster = r
		case r.Type == instanceType:
			d.instances = append(d.instances, r)
		case r.Type == groupType:
			group = r
		case r.Type == memberType:
			member = r
		case r.Type == subnetsType:
			subnets = r
		case r.Type == roleType && strings.Contains(r.Name, "monitoring"):
			role = r
		case r.Type == aliasType && r.Name == "database-encryption-alias":
			alias = r
		case r.Type == "aws:rds/globalCluster:GlobalCluster":
			d.globally = true
		}
	}
	for _, needed := range []plan.Resource{d.cluster, group, member, subnets, role, alias} {
		if needed.Name == "" {
			return d, errors.New("the plan has no whole database")
		}
	}
	if text(d.cluster.Inputs["globalClusterIdentifier"]) != "" {
		return d, errors.New("it follows a primary in another region: restore that one")
	}
	sortByIdentifier(d.instances)
	d.look["cluster_parameters"] = lookup("rds describe-db-cluster-parameter-groups", "DBClusterParameterGroups", "Description", group, "DBClusterParameterGroupName")
	d.look["instance_parameters"] = lookup("rds describe-db-parameter-groups", "DBParameterGroups", "Description", member, "DBParameterGroupName")
	d.look["subnet_group"] = lookup("rds describe-db-subnet-groups", "DBSubnetGroups", "DBSubnetGroupDescription", subnets, "DBSubnetGroupName")
	d.look["monitoring_role"] = lookup("iam list-roles", "Roles", "Description", role, "Arn")
	d.look["security_group"] = fmt.Sprintf("pulumi stack output databaseSecurityGroupId --cwd stacks/networking --stack %s", recorded.Name)
	d.look["key"] = fmt.Sprintf("aws kms describe-key --key-id %s --query KeyMetadata.Arn --output text", alias.Inputs["name"])
	return d, nil
}

// lookup finds what Pulumi has named by what it is described as, whether the old cluster is still there or not.
func lookup(command, list, described string, r plan.Resource, wanted string) string {
	return fmt.Sprintf(`aws %s --query "%s[?%s=='%s'].%s | [0]" --output text`, command, list, described, r.Inputs["description"], wanted)
}

func text(value any) string {
	s, _ := value.(string)
	return s
}
