package rollout

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/magestack/magestack/internal/fixture"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
)

// programs read each other as those of the repository do.
var programs = []plan.Program{
	{Layer: layer.Networking{}.Layer()},
	{Layer: layer.Data{}.Layer(), Reads: []string{"magento-networking"}},
	{Layer: layer.Compute{}.Layer(), Reads: []string{"magento-networking"}},
	{Layer: layer.CDN{}.Layer(), Reads: []string{"magento-networking", "magento-data", "magento-compute"}},
	{Layer: layer.Root{}.Layer(), Reads: []string{"magento-networking", "magento-data", "magento-compute", "magento-cdn"}},
}

// fake plays the Pulumi CLI over states in memory, and the AWS CLI over canned answers.
type fake struct {
	mutex    sync.Mutex
	version  string
	identity string
	states   map[string][]map[string]any // by folder and environment; none for a stack that does not exist
	pending  map[string][]map[string]any // operations, by folder and environment
	plans    map[string]string           // the resources of a plan that a preview saves, by folder; one to create if there is none
	answers  map[string][]string         // by service and operation, one after the other; the last stays
	fails    map[string]error            // by verb and folder, or by how a command begins
	ran      []string                    // the commands that were run, in the order in which they began
	asked    []string
	during   func(verb, folder string, output io.Writer)
}

// newFake has every layer up, with one thing in each.
func newFake() *fake {
	f := &fake{
		version: "v3.250.0\n", identity: "123456789012", states: map[string][]map[string]any{}, pending: map[string][]map[string]any{},
		plans: map[string]string{}, answers: map[string][]string{}, fails: map[string]error{},
	}
	for _, p := range programs {
		stack := resource("pulumi:pulumi:Stack", p.Project, "")
		stack["outputs"] = map[string]any{"something": "for others"}
		f.states[p.Directory+" staging"] = []map[string]any{
			stack, resource("pulumi:providers:aws", "aws", "provider-id"), resource("aws:x/thing:Thing", "thing", "thing-"+p.Name),
		}
	}
	f.answers["ec2 describe-availability-zones"] = []string{zonesOf("eu-central-1", "euc1")}
	f.add("stacks/networking", "aws:ec2/vpc:Vpc", "vpc", "vpc-1")
	f.add("stacks/networking", "aws:ec2/securityGroup:SecurityGroup", "nodes", "sg-ours")
	f.add("stacks/compute", "aws:lb/loadBalancer:LoadBalancer", "balancer", "arn:balancer")
	return f
}

// zonesOf is what EC2 says of a region with three zones, whose names stand for ids in an order of the account's own.
func zonesOf(region, ids string) string {
	return fmt.Sprintf(`{"AvailabilityZones":[{"ZoneName":"%[1]sa","ZoneId":"%[2]s-az2","ZoneType":"availability-zone"},`+
		`{"ZoneName":"%[1]sb","ZoneId":"%[2]s-az3","ZoneType":"availability-zone"},{"ZoneName":"%[1]sc","ZoneId":"%[2]s-az1","ZoneType":"availability-zone"},`+
		`{"ZoneName":"%[1]s-ham-1a","ZoneId":"%[2]s-ham1-az1","ZoneType":"local-zone"}]}`, region, ids)
}

func resource(kind, name, id string) map[string]any {
	return map[string]any{"urn": "urn:pulumi:staging::project::" + kind + "::" + name, "type": kind, "id": id, "custom": id != ""}
}

func (f *fake) add(folder, kind, name, id string) {
	f.states[folder+" staging"] = append(f.states[folder+" staging"], resource(kind, name, id))
}

func flag(c Command, name string) string {
	if i := slices.Index(c.Arguments, name); i >= 0 {
		return c.Arguments[i+1]
	}
	return ""
}

func (f *fake) Run(_ context.Context, c Command, output io.Writer) error {
	verb, folder := c.Arguments[0], flag(c, "--cwd")
	f.mutex.Lock()
	f.ran = append(f.ran, c.String())
	f.mutex.Unlock()
	if f.during != nil {
		f.during(verb, folder, output)
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if err := f.fails[verb+" "+folder]; err != nil {
		return err
	}
	if file := flag(c, "--save-plan"); file != "" {
		return os.WriteFile(file, []byte(f.planOf(folder)), 0o600)
	}
	if verb == "destroy" {
		f.states[folder+" "+flag(c, "--stack")] = []map[string]any{resource("pulumi:pulumi:Stack", "stack", "")}
	}
	return nil
}

// planOf is a plan as the engine saves it, in which OF stands for the beginning of a URN.
func (f *fake) planOf(folder string) string {
	project := programs[slices.IndexFunc(programs, func(p plan.Program) bool { return p.Directory == folder })].Project
	resources, ok := f.plans[folder]
	if !ok {
		resources = `"OF::aws:x/y:Z::it": {"steps": ["create"]}`
	}
	return `{"resourcePlans": {` + strings.ReplaceAll(resources, "OF", "urn:pulumi:staging::"+project) + "}}"
}

func (f *fake) Output(_ context.Context, c Command) ([]byte, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.asked = append(f.asked, c.String())
	for said, err := range f.fails {
		if err != nil && (c.Name == said || c.Name == "aws" && strings.HasPrefix(c.String(), said+" ")) {
			return nil, fmt.Errorf("%s: %w", c, err)
		}
	}
	key := strings.Join(c.Arguments[:min(2, len(c.Arguments))], " ")
	switch {
	case c.Name == "pulumi" && key == "version":
		return []byte(f.version), nil
	case c.Name == "pulumi" && key == "stack ls":
		var stacks []map[string]any
		for name := range f.states {
			if folder, stack, _ := strings.Cut(name, " "); folder == flag(c, "--cwd") {
				stacks = append(stacks, map[string]any{"name": "organization/project/" + stack})
			}
		}
		return json.Marshal(stacks)
	case c.Name == "pulumi" && key == "stack export":
		of := flag(c, "--cwd") + " " + flag(c, "--stack")
		return json.Marshal(map[string]any{"deployment": map[string]any{"resources": f.states[of], "pending_operations": f.pending[of]}})
	case key == "sts get-caller-identity":
		return fmt.Appendf(nil, `{"Account":%q,"Arn":"arn:aws:iam::%s:user/other"}`, f.identity, f.identity), nil
	case f.fails[key] != nil:
		return nil, fmt.Errorf("%s: %w", c, f.fails[key])
	case c.Name == "aws":
		answers := f.answers[key]
		if len(answers) == 0 {
			return []byte("{}"), nil
		}
		if len(answers) > 1 {
			f.answers[key] = answers[1:]
		}
		return []byte(answers[0]), nil
	}
	return nil, fmt.Errorf("the fake does not know %s", c)
}

// folders lists the folders of what was run with the verb.
func (f *fake) folders(verb string) []string {
	var folders []string
	for _, line := range f.ran {
		words := strings.Fields(line)
		if words[1] == verb {
			folders = append(folders, words[3])
		}
	}
	return folders
}

// of makes a Rollout of staging over the fake, with settings changed.
func (f *fake) of(t *testing.T, change settings.Config) (Rollout, *bytes.Buffer) {
	t.Helper()
	config := fixture.Config(t, "staging")
	for key, value := range change {
		config[key] = value
	}
	var output bytes.Buffer
	return Rollout{
		Environment: "staging", Config: config, Programs: programs, Runner: f, Stdout: &output,
		Confirm: func(question, wanted string) error { return errors.New("asked: " + question + " wants " + wanted) },
		Pause:   func(context.Context, time.Duration) error { return errors.New("paused") },
	}, &output
}

var protected = settings.Config{
	"magento-networking:protectNetwork": "true", "magento-data:protectData": "true", "magento-data:breakGlassRole": "arn:aws:iam::123456789012:role/break-glass",
	"magento-compute:protectCluster": "true", "magento-cdn:protectEdge": "true",
}

// protections are the settings of protected, as the tool lists them.
const protections = "magento-networking:protectNetwork, magento-data:protectData, magento-compute:protectCluster, magento-cdn:protectEdge"
