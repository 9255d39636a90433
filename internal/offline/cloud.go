package offline

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/account"
)

// patience is how long a program may take. One that is not done by then waits for an output that nobody will
// ever resolve; the largest real one takes seconds.
const patience = 2 * time.Minute

// cloud is what the programs of a run share: what the embedded cloud was taught and what was made so far.
type cloud struct {
	patience  time.Duration // how long one program may take
	kinds     map[string]kind
	functions map[string]function
	providers map[string]provider             // by URN
	made      map[string]resource.PropertyMap // by type and id
	clusters  map[string]resource.PropertyMap // EKS clusters by name, as aws.eks.getCluster gives them
	exports   map[string]resource.PropertyMap // by the full name of the stack
}

// provider is where the resources of an AWS provider land, and the tags that it gives them.
type provider struct {
	account.Account
	tags resource.PropertyMap
}

func newCloud(programs []plan.Program) (*cloud, error) {
	kinds, err := knownKinds()
	if err != nil {
		return nil, err
	}
	return &cloud{
		patience:  patience,
		kinds:     kinds,
		functions: knownFunctions(),
		providers: map[string]provider{},
		made:      map[string]resource.PropertyMap{},
		clusters:  map[string]resource.PropertyMap{},
		exports:   make(map[string]resource.PropertyMap, len(programs)),
	}, nil
}

// knownKinds joins the tables of the services. Two entries for one type would hide each other, so they are an error.
func knownKinds() (map[string]kind, error) {
	all := map[string]kind{}
	for _, table := range []map[string]kind{
		ec2Kinds(), securityGroupKinds(), kmsKinds(), iamKinds(), observabilityKinds(), rdsKinds(), backupKinds(),
		secretKinds(), s3Kinds(), eksKinds(), loadBalancerKinds(), dnsKinds(), edgeKinds(),
		cacheKinds(), searchKinds(), queueKinds(), eventKinds(), functionKinds(), ingressKinds(), mailKinds(),
	} {
		for token, k := range table {
			if _, taken := all[token]; taken {
				return nil, fmt.Errorf("the embedded cloud was taught %s twice", token)
			}
			all[token] = k
		}
	}
	return all, nil
}

// kindOf finds how to answer for a type. Objects of Kubernetes are alike, so they share one answer.
func (c *cloud) kindOf(token string) (kind, error) {
	if k, ok := c.kinds[token]; ok {
		return k, nil
	}
	if isKubernetesObject(token) {
		return kubernetesObject(), nil
	}
	return kind{}, fmt.Errorf("the embedded cloud does not know %s; teach it in internal/offline", token)
}

// ran reports whether all of the projects have exported.
func (c *cloud) ran(projects []string) bool {
	return !slices.ContainsFunc(projects, func(project string) bool {
		return !slices.ContainsFunc(slices.Collect(maps.Keys(c.exports)), func(name string) bool {
			return strings.HasPrefix(name, organization+"/"+project+"/")
		})
	})
}

func (c *cloud) stackNames() string {
	if len(c.exports) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(c.exports)), ", ")
}

// registerProvider answers a provider, which has an id of its own kind, and remembers where it acts.
func (c *cloud) registerProvider(
	urn resource.URN, token string, inputs resource.PropertyMap,
) (string, resource.PropertyMap, error) {
	id := uuidOf(string(urn))
	if token != plan.ProviderPrefix+"aws" {
		return id, inputs.Copy(), nil
	}
	region := textIn(inputs, "region")
	if !account.ValidRegion(region) {
		return "", nil, fmt.Errorf("region %q: an AWS provider must name its region", region)
	}
	owner := firstText(inputs["allowedAccountIds"])
	if !account.ValidID(owner) {
		return "", nil, fmt.Errorf(
			"allowedAccountIds begins with %q: an AWS provider must name the one account that it may act on", owner)
	}
	tags, err := defaultTags(inputs["defaultTags"])
	if err != nil {
		return "", nil, err
	}
	c.providers[string(urn)] = provider{Account: account.Account{ID: owner, Region: region}, tags: tags}
	return id, inputs.Copy(), nil
}

// firstText is the first of a list of texts. A provider's inputs that are no texts may arrive as JSON.
func firstText(v resource.PropertyValue) string {
	v = bare(v)
	var texts []string
	if v.IsString() && json.Unmarshal([]byte(v.StringValue()), &texts) == nil && len(texts) > 0 {
		return texts[0]
	}
	if v.IsArray() && len(v.ArrayValue()) > 0 && bare(v.ArrayValue()[0]).IsString() {
		return bare(v.ArrayValue()[0]).StringValue()
	}
	return ""
}

func defaultTags(v resource.PropertyValue) (resource.PropertyMap, error) {
	v = bare(v)
	if v.IsString() {
		var decoded map[string]any
		if err := json.Unmarshal([]byte(v.StringValue()), &decoded); err != nil {
			return nil, fmt.Errorf("reading defaultTags: %w", err)
		}
		v = resource.NewPropertyValue(decoded)
	}
	if !v.IsObject() || !bare(v.ObjectValue()["tags"]).IsObject() {
		return resource.PropertyMap{}, nil
	}
	return bare(v.ObjectValue()["tags"]).ObjectValue(), nil
}

// make gives the id and the state of a resource: its inputs and what the cloud computes.
func (c *cloud) make(k kind, r *request) (string, resource.PropertyMap, error) {
	r.kind = k
	if err := r.nameIt(); err != nil {
		return "", nil, err
	}
	if k.id != nil {
		r.id = k.id(r)
	}
	state := r.state()
	if r.id != "" {
		c.made[r.token+"|"+r.id] = state
	}
	if k.register != nil {
		k.register(r, state)
	}
	return r.id, state, nil
}

// find gives the state of a resource that was made before.
func (c *cloud) find(token, id string) (resource.PropertyMap, bool) {
	state, ok := c.made[token+"|"+id]
	return state, ok
}

// findWhere gives the first resource of a type, by id, whose property has the value.
func (c *cloud) findWhere(token string, property resource.PropertyKey, value string) (resource.PropertyMap, bool) {
	for _, key := range slices.Sorted(maps.Keys(c.made)) {
		if strings.HasPrefix(key, token+"|") && textOf(c.made[key][property]) == value {
			return c.made[key], true
		}
	}
	return nil, false
}
