package stacks_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/settings"
)

// needed are the actions that a client's calls ask for.
func (c client) needed() []string {
	found := map[string]bool{}
	for _, u := range c.uses {
		for _, call := range u.calls {
			actions, otherwise := callActions[call]
			if !otherwise {
				actions = []string{call}
			}
			for _, action := range actions {
				found[action] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// rightsOf are the actions of a role's own policies, and the policies of AWS that it has.
func rightsOf(t *testing.T, recorded *plan.Environment, role plan.Resource) (actions, managed []string) {
	t.Helper()
	own := func(r plan.Resource) bool {
		return r.Project == role.Project && (r.Inputs["role"] == role.Outputs["name"] || r.Inputs["role"] == role.ID)
	}
	found := map[string]bool{}
	for _, r := range ofType(recorded, "aws:iam/rolePolicy:RolePolicy") {
		if !own(r) {
			continue
		}
		statements, err := policy.Parse(r.Inputs["policy"].(string))
		require.NoError(t, err)
		for _, s := range statements {
			if r.Name == "rotation-may-runtime" && s.Effect == "Deny" {
				continue // what Lambda may, on condition that the function's own code asks
			}
			require.Equal(t, "Allow", s.Effect, "%s: the table is about what is allowed", r.Name)
			for _, action := range s.Action {
				found[action] = true
			}
		}
	}
	for _, r := range ofType(recorded, "aws:iam/rolePolicyAttachment:RolePolicyAttachment") {
		if own(r) {
			managed = append(managed, strings.TrimPrefix(r.Inputs["policyArn"].(string), "arn:aws:iam::aws:policy/"))
		}
	}
	return slices.Sorted(maps.Keys(found)), managed
}

// TestRightsAreWhatClientsCall holds every role to the table of what runs as it: a right that is missing stops the client,
// often in silence, and one that nothing calls is there for whoever breaks in.
func TestRightsAreWhatClientsCall(t *testing.T) {
	recorded := changed(t, "production", settings.Config{
		"magento-data:globalRole": "primary", "magento-data:standbyEnvironment": "production-dr", "magento-data:standbyRegion": "eu-west-1",
		"magento-data:standbyMediaKeyArn": standbyMediaKey, "magento-data:standbySecretsKeyArn": standbySecretsKey,
	})
	var roles []string
	for _, role := range ofType(recorded, "aws:iam/role:Role") {
		roles = append(roles, role.Name)
		c, known := clients[role.Name]
		if !known {
			continue
		}
		actions, managed := rightsOf(t, recorded, role)
		assert.Equal(t, c.needed(), actions, "%s: %s", role.Name, c.source)
		assert.ElementsMatch(t, c.managed, managed, "%s: %s", role.Name, c.source)
	}
	assert.ElementsMatch(t, slices.Collect(maps.Keys(clients)), roles, "a role of whose client nobody knows the calls")
}

// TestServicesMayWhatTheyCall holds the same of resources' policies that let a service of AWS in.
func TestServicesMayWhatTheyCall(t *testing.T) {
	recorded := planned(t, "production")
	granted := map[string]map[string]bool{}
	eachPolicy(t, recorded, func(r plan.Resource, s policy.Parsed) {
		kind := r.Type[strings.Index(r.Type, "/")+1 : strings.LastIndex(r.Type, ":")]
		if s.Effect != "Allow" || kind == "role" {
			return
		}
		for _, service := range s.Principal["Service"] {
			key := kind + " " + service
			if granted[key] == nil {
				granted[key] = map[string]bool{}
			}
			for _, action := range s.Action {
				granted[key][action] = true
			}
		}
	})
	found := map[string][]string{}
	for key, actions := range granted {
		found[key] = slices.Sorted(maps.Keys(actions))
	}
	assert.Equal(t, services, found)
}

// TestTheTableKnowsActions keeps a misspelt call out of the table: it would be granted, and grant nothing.
func TestTheTableKnowsActions(t *testing.T) {
	known := knownActions(t)
	for name, c := range clients {
		assert.True(t, len(c.uses)+len(c.managed) > 0 && c.source != "", name)
		for _, action := range c.needed() {
			assert.True(t, exists(known, action), "%s: IAM knows no action %s", name, action)
		}
	}
}

// TestMagentoMaySavePictures is the case that the table came of: an image that was uploaded is written with an ACL into
// catalog/tmp, and moved from there, which asks for the source's ACL first where no visibility is named.
func TestMagentoMaySavePictures(t *testing.T) {
	recorded := planned(t, "production")
	const picture = "arn:aws:s3:::magento-production-media-eu-central-1-210987654321/media/catalog/product/a.jpg"
	for _, role := range []string{"accounts-nodes-role", "accounts-batch-role"} {
		for _, action := range []string{"s3:PutObject", "s3:PutObjectAcl", "s3:GetObjectAcl", "s3:GetObject", "s3:DeleteObject", "s3:AbortMultipartUpload"} {
			assert.True(t, may(t, recorded, role, action, picture), "%s may not %s", role, action)
		}
		assert.False(t, may(t, recorded, role, "s3:BypassGovernanceRetention", picture))
		assert.False(t, may(t, recorded, role, "s3:DeleteObjectVersion", picture))
	}
}
