package orphans

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

// Named is something that a plan makes under a name of its own choice, so that it cannot be made where the name is taken.
type Named struct {
	Type   string // its type token
	Name   string
	Region string
}

// The types of what is found by its name. They are what comes back after a destroy, or outlives one: services write on to
// log groups of what is gone (terraform-aws-modules/terraform-aws-eks, issue 2763; hashicorp/terraform-provider-aws, issue
// 42858), secrets keep their names while they can be restored, and an alias stays with its key.
const (
	LogGroupType = "aws:cloudwatch/logGroup:LogGroup"
	secretType   = "aws:secretsmanager/secret:Secret"
	aliasType    = "aws:kms/alias:Alias"
)

// NamedTypes lists the types that Taken knows how to look for, with the input that holds the name.
func NamedTypes() map[string]string {
	return map[string]string{LogGroupType: "name", secretType: "name", aliasType: "name"}
}

// Taken finds which of the names are taken, by something that no state has.
func (f Finder) Taken(ctx context.Context, names []Named) ([]Leftover, error) {
	var found []Leftover
	for _, region := range regionsOf(names) {
		in := f
		in.Region = region
		for _, look := range []struct {
			kind string
			find func(context.Context, []string) ([]Leftover, error)
		}{{LogGroupType, in.logGroups}, {secretType, in.secrets}, {aliasType, in.aliases}} {
			wanted := namesOf(names, look.kind, region)
			if len(wanted) == 0 {
				continue
			}
			some, err := look.find(ctx, wanted)
			if err != nil {
				return nil, err
			}
			found = append(found, some...)
		}
	}
	return found, nil
}

func regionsOf(names []Named) []string {
	var regions []string
	for _, n := range names {
		regions = append(regions, n.Region)
	}
	slices.Sort(regions)
	return slices.Compact(regions)
}

func namesOf(names []Named, kind, region string) []string {
	var found []string
	for _, n := range names {
		if n.Type == kind && n.Region == region {
			found = append(found, n.Name)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// writers tell which service writes to a log group, by the beginning of its name.
var writers = []struct{ prefix, who string }{
	{"/aws/eks/", "EKS"},
	{"/aws/rds/", "RDS"},
	{"/aws/elasticache/", "ElastiCache"},
	{"/aws/opensearch/", "OpenSearch"},
	{"aws-waf-logs-", "WAF"},
}

// logGroups asks once for each folder of names: CloudWatch Logs searches by the beginning of a name.
func (f Finder) logGroups(ctx context.Context, names []string) ([]Leftover, error) {
	var prefixes []string
	for _, name := range names {
		prefix := name
		if folder := path.Dir(name); folder != "." {
			prefix = folder + "/"
		}
		prefixes = append(prefixes, prefix)
	}
	var found []Leftover
	for _, prefix := range slices.Compact(prefixes) {
		var answer struct {
			LogGroups []struct{ LogGroupName string }
		}
		if err := f.ask(ctx, &answer, "logs", "describe-log-groups", "--log-group-name-prefix", prefix); err != nil {
			return nil, err
		}
		for _, group := range answer.LogGroups {
			if !slices.Contains(names, group.LogGroupName) || f.Known(group.LogGroupName) {
				continue
			}
			l := Leftover{What: "log group", ID: group.LogGroupName, MadeBy: unknownOwner, Remove: f.command("logs delete-log-group --log-group-name %s", group.LogGroupName)}
			for _, writer := range writers {
				if strings.HasPrefix(group.LogGroupName, writer.prefix) {
					l.MadeBy = writer.who + ", which writes on for a while after what it logs is deleted"
				}
			}
			found = append(found, l)
		}
	}
	return found, nil
}

func (f Finder) secrets(ctx context.Context, names []string) ([]Leftover, error) {
	var answer struct {
		SecretList []struct {
			ARN, Name   string
			DeletedDate any
		}
	}
	if err := f.ask(ctx, &answer, "secretsmanager", "list-secrets", "--include-planned-deletion"); err != nil {
		return nil, err
	}
	var found []Leftover
	for _, secret := range answer.SecretList {
		if !slices.Contains(names, secret.Name) || f.Known(secret.ARN) {
			continue
		}
		l := Leftover{
			What: "secret", ID: secret.Name, MadeBy: unknownOwner,
			Remove: f.command("secretsmanager delete-secret --force-delete-without-recovery --secret-id %s", secret.ARN) + " # for good",
		}
		if secret.DeletedDate != nil {
			l.MadeBy = fmt.Sprintf("an environment of this name, which was destroyed on %s; the secret can still be restored", moment(secret.DeletedDate))
		}
		found = append(found, l)
	}
	return found, nil
}

// moment is a point in time as version 2 of the CLI prints it, or seconds, as version 1 does.
func moment(given any) string {
	if seconds, ok := given.(float64); ok {
		return time.Unix(int64(seconds), 0).UTC().Format(time.RFC3339)
	}
	return fmt.Sprint(given)
}

func (f Finder) aliases(ctx context.Context, names []string) ([]Leftover, error) {
	var answer struct {
		Aliases []struct {
			AliasName   string
			TargetKeyID string `json:"TargetKeyId"`
		}
	}
	if err := f.ask(ctx, &answer, "kms", "list-aliases"); err != nil {
		return nil, err
	}
	var found []Leftover
	for _, alias := range answer.Aliases {
		if slices.Contains(names, alias.AliasName) && !f.Known(alias.AliasName) {
			found = append(found, Leftover{
				What: "alias", ID: alias.AliasName + " of the key " + alias.TargetKeyID, MadeBy: unknownOwner,
				Remove: f.command("kms delete-alias --alias-name %s", alias.AliasName),
			})
		}
	}
	return found, nil
}
