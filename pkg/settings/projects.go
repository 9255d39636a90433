package settings

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/errlist"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/naming"
)

// Root holds the settings of the project magento, which watches over an environment. It has none of its own yet.
type Root struct {
	AWS
}

// LoadRoot reads and checks the settings of magento.
func LoadRoot(config Config) (Root, error) { return load[Root](config, naming.ProjectRoot) }

// gravitonFormat matches ARM instance types: a "g" follows the generation (EC2 User Guide, "Instance type naming
// conventions").
var gravitonFormat = regexp.MustCompile(`^[a-z]+\d+g[a-z]*\.(\d*x?large|medium)$`)

// keyARNFormat matches the keys of an account in a region.
func keyARNFormat(where account.Account) *regexp.Regexp {
	return regexp.MustCompile("^" + regexp.QuoteMeta(where.ARN("kms", "key/")) + `[0-9a-f-]{36}$`)
}

// Schema is a layer and the settings that its project reads.
type Schema struct {
	layer.Layer
	Fields []Field
	check  func(Config) error
}

// Schemas returns those of all layers, in the order in which they are brought up.
func Schemas() []Schema {
	return []Schema{
		schema(layer.Networking{}, LoadNetworking),
		schema(layer.Data{}, LoadData),
		schema(layer.Compute{}, LoadCompute),
		schema(layer.CDN{}, LoadCDN),
		schema(layer.Root{}, LoadRoot),
	}
}

func schema[T any](of layer.Contract, load func(Config) (T, error)) Schema {
	return Schema{
		Layer:  of.Layer(),
		Fields: fieldsOf(of.Layer().Project, reflect.TypeFor[T]()),
		check: func(config Config) error {
			_, err := load(config)
			return err
		},
	}
}

// Check reports everything that is wrong with the settings of an environment, in all of its projects.
func Check(config Config) error {
	var problems []Problem
	var names []string
	for _, p := range Schemas() {
		names = append(names, p.Project)
		problems = append(problems, problemsOf(p.check(config))...)
	}
	problems = append(problems, foreignKeys(config, names)...)
	problems = append(problems, acrossProjects(config)...)
	return joined(withoutRepeats(problems))
}

// foreignKeys refuses keys that no program reads. Pulumi itself reads those of the namespace pulumi.
func foreignKeys(config Config, projects []string) []Problem {
	var problems []Problem
	for key, value := range config {
		namespace, _, namespaced := strings.Cut(key, ":")
		switch {
		case namespace == "aws" && !slices.Contains([]string{accountKey, tagsKey, regionKey}, key):
			problems = append(problems, Problem{key, value, "unknown key; there are: " + strings.Join([]string{accountKey, tagsKey, regionKey}, ", ")})
		case !namespaced || namespace != "aws" && namespace != "pulumi" && !slices.Contains(projects, namespace):
			problems = append(problems, Problem{key, value, "unknown project; there are: " + strings.Join(projects, ", ")})
		}
	}
	return problems
}

// acrossProjects checks what one project is told against what another is.
func acrossProjects(config Config) []Problem {
	networking, unreadNetworking, _ := read[Networking](config, naming.ProjectNetworking)
	cdn, unreadCDN, _ := read[CDN](config, naming.ProjectCDN)
	data, unreadData, _ := read[Data](config, naming.ProjectData)
	compute, unreadCompute, _ := read[Compute](config, naming.ProjectCompute)
	zonesKey := naming.ProjectNetworking + ":zones"
	return broken(append([]rule{
		mailRule(networking, data),
		rotationRule(data, compute),
		{[]string{hostNamesKey, naming.ProjectNetworking + ":domainName", naming.ProjectNetworking + ":additionalDomains"}, func() []Problem {
			return problemsOf(cdn.WithinDomains(networking.names()))
		}},
		{append(dataKeys("searchZones"), zonesKey), func() []Problem {
			if data.SearchZones <= len(networking.Zones) {
				return nil
			}
			return []Problem{{naming.ProjectData + ":searchZones", strconv.Itoa(data.SearchZones), fmt.Sprintf("must be at most the %d of %s", len(networking.Zones), zonesKey)}}
		}},
	}, secondaryRules(networking, data, compute)...), slices.Concat(unreadNetworking, unreadCDN, unreadData, unreadCompute))
}

// problemsOf takes apart what joined has put together.
func problemsOf(err error) []Problem {
	var problems []Problem
	for _, one := range errlist.Flatten(err) {
		var p Problem
		if errors.As(one, &p) {
			problems = append(problems, p)
		}
	}
	return problems
}

// withoutRepeats drops what several projects report about a setting that they share, such as the region.
func withoutRepeats(problems []Problem) []Problem {
	var kept []Problem
	for _, p := range problems {
		if !slices.Contains(kept, p) {
			kept = append(kept, p)
		}
	}
	return kept
}
