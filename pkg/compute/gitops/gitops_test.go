package gitops_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/compute/gitops"
	"github.com/magestack/magestack/pkg/compute/gitops/facts"
	"github.com/magestack/magestack/pkg/compute/gitops/repository"
	"github.com/magestack/magestack/pkg/layer"
)

func given() gitops.Args {
	return gitops.Args{
		Environment: "staging",
		Repository:  gitops.Repository{URL: "ssh://git@ssh.github.com:443/shop/desired.git", Path: "deploy/gitops", Revision: "main", Credentials: repository.DeployKey},
		Login:       gitops.Login{Issuer: "https://login.example.com", ClientID: "argocd", Operators: []string{"ops"}, Readers: []string{"all hands"}},
		Facts: facts.Facts{
			Role: "alone", Region: "eu-central-1", SecretsPrefix: "magento/staging/", SharedSecretsPrefix: "magento/staging/", DatabaseAuthorities: "PEM",
			ReadSplit: "none", MediaBucket: "media", HostName: "shop.example.com", AdminPath: "werkbank_1", VPCCIDR: "10.20.0.0/16",
		},
		ImageRepository: pulumi.String("registry.example.com/shop"),
		Store:           "aws",
		Protect:         true,
	}
}

// planned has addresses stand for what Argo CD and the Applications wait for.
func planned(args gitops.Args, waits bool) (*plan.Environment, error) {
	return offlinetest.Run(layer.Compute{}.Layer(), offlinetest.InCluster(func(ctx *pulumi.Context, opt, cluster pulumi.ResourceOption) error {
		for name, into := range map[string]*[]pulumi.Resource{"argocd-nodes": &args.Ready, "argocd-pools": &args.After} {
			if !waits {
				break
			}
			node, err := ec2.NewEip(ctx, name, &ec2.EipArgs{}, opt)
			if err != nil {
				return err
			}
			*into = []pulumi.Resource{node}
		}
		_, err := gitops.New(ctx, "argocd", args, opt, cluster)
		return err
	}))
}

func whole(t *testing.T, args gitops.Args) *plan.Environment {
	t.Helper()
	recorded, err := planned(args, true)
	require.NoError(t, err)
	return recorded
}

func names(recorded *plan.Environment, kind string) (found []string) {
	for _, r := range recorded.Resources() {
		if strings.HasSuffix(r.Type, ":"+kind) {
			found = append(found, r.Name)
		}
	}
	slices.Sort(found)
	return found
}

// at follows a path into a resource's inputs.
func at(t *testing.T, recorded *plan.Environment, name string, path ...string) any {
	t.Helper()
	var value any = offlinetest.Find(t, recorded, name).Inputs
	for _, key := range path {
		value = value.(map[string]any)[key]
	}
	return value
}

// TestOrder wants the Applications to be made last and to go first, with time to take the shop down.
func TestOrder(t *testing.T) {
	recorded := whole(t, given())
	for later, earlier := range map[string][]string{
		"argocd-namespace":      {"argocd-nodes"},
		"argocd-release":        {"argocd-namespace", "argocd-nodes", "argocd-deny", "argocd-within", "argocd-out"},
		"argocd-oidc":           {"argocd-namespace", "argocd-nodes"},
		"argocd-repository":     {"argocd-namespace", "argocd-nodes"},
		"argocd-default":        {"argocd-release"},
		"argocd-shop-project":   {"argocd-release"},
		"argocd-stores-project": {"argocd-release"},
		"argocd-shop":           {"argocd-shop-project", "argocd-default", "argocd-release", "argocd-repository", "argocd-pools"},
		"argocd-stores":         {"argocd-stores-project", "argocd-default", "argocd-release", "argocd-repository", "argocd-pools"},
	} {
		for _, name := range earlier {
			assert.Contains(t, offlinetest.Find(t, recorded, later).Dependencies, offlinetest.Find(t, recorded, name).URN, "%s does not wait for %s", later, name)
		}
	}
	for _, name := range names(recorded, "Application") {
		application := offlinetest.Find(t, recorded, name)
		assert.True(t, application.Protect, name)
		assert.Equal(t, "30m0s", application.Timeouts.Delete, name)
		assert.Equal(t, []any{"resources-finalizer.argocd.argoproj.io"}, at(t, recorded, name, "metadata", "finalizers"), name)
	}
}

// TestApplications holds where they are, what they are told, and how they are applied.
func TestApplications(t *testing.T) {
	recorded := whole(t, given())
	require.Equal(t, []string{"argocd-shop", "argocd-stores"}, names(recorded, "Application"))
	for name, path := range map[string]string{"argocd-shop": "deploy/gitops/overlays/staging/shop", "argocd-stores": "deploy/gitops/overlays/staging/stores"} {
		source := at(t, recorded, name, "spec", "source").(map[string]any)
		assert.Equal(t, path, source["path"], name)
		assert.Equal(t, "main", source["targetRevision"], name)
		patch := source["kustomize"].(map[string]any)["patches"].([]any)[0].(map[string]any)
		assert.Equal(t, map[string]any{"kind": "ConfigMap", "name": "magento-environment"}, patch["target"], name)
		assert.Contains(t, patch["patch"], `"imageRepository":"registry.example.com/shop"`, name)
		policy := at(t, recorded, name, "spec", "syncPolicy").(map[string]any)
		assert.Equal(t, map[string]any{"prune": true, "selfHeal": true}, policy["automated"], name)
		assert.Contains(t, policy["syncOptions"], "ServerSideApply=true", name)
		assert.Equal(t, "ServerSideDiff=true", at(t, recorded, name, "metadata", "annotations", "argocd.argoproj.io/compare-options"), name)
		assert.NotContains(t, at(t, recorded, name, "spec"), "ignoreDifferences", name)
	}
}

// TestProjectsAreClosed wants lists of what there is and no wildcard, and Argo CD's own project to allow nothing.
func TestProjectsAreClosed(t *testing.T) {
	recorded := whole(t, given())
	require.Equal(t, []string{"argocd-default", "argocd-shop-project", "argocd-stores-project"}, names(recorded, "AppProject"))
	for _, name := range names(recorded, "AppProject") {
		assert.NotContains(t, fmt.Sprint(at(t, recorded, name, "spec")), "*", name)
	}
	for _, list := range []string{"sourceRepos", "destinations", "clusterResourceWhitelist", "namespaceResourceWhitelist"} {
		assert.Equal(t, []any{}, at(t, recorded, "argocd-default", "spec", list), list)
	}
	assert.Equal(t, "default", at(t, recorded, "argocd-default", "metadata", "name"))
	assert.Equal(t, []any{"ssh://git@ssh.github.com:443/shop/desired.git"}, at(t, recorded, "argocd-shop-project", "spec", "sourceRepos"))
	assert.Equal(t, []any{map[string]any{"group": "keda.sh", "kind": "ClusterTriggerAuthentication"}}, at(t, recorded, "argocd-shop-project", "spec", "clusterResourceWhitelist"))
	assert.Equal(t, []any{}, at(t, recorded, "argocd-stores-project", "spec", "clusterResourceWhitelist"))
}

// TestRights wants neither a wildcard nor a Secret in what Argo CD may do in the cluster.
func TestRights(t *testing.T) {
	recorded := whole(t, given())
	for _, who := range []string{"controller", "server"} {
		rules := at(t, recorded, "argocd-release", "values", who, "clusterRoleRules").(map[string]any)
		assert.Equal(t, true, rules["enabled"], who)
		for _, rule := range rules["rules"].([]any) {
			for _, list := range rule.(map[string]any) {
				assert.NotContains(t, list, "*", who)
				assert.NotContains(t, list, "secrets", who)
			}
		}
	}
	var included []struct {
		APIGroups []string `yaml:"apiGroups"`
		Kinds     []string `yaml:"kinds"`
	}
	text := at(t, recorded, "argocd-release", "values", "configs", "cm", "resource.inclusions").(string)
	require.NoError(t, yaml.Unmarshal([]byte(text), &included))
	kinds := map[string]bool{}
	for _, one := range included {
		require.Len(t, one.APIGroups, 1)
		for _, kind := range one.Kinds {
			kinds[one.APIGroups[0]+"/"+kind] = true
		}
	}
	for _, name := range []string{"argocd-shop-project", "argocd-stores-project"} {
		for _, list := range []string{"clusterResourceWhitelist", "namespaceResourceWhitelist"} {
			for _, kind := range at(t, recorded, name, "spec", list).([]any) {
				allowed := kind.(map[string]any)
				assert.True(t, kinds[fmt.Sprintf("%s/%s", allowed["group"], allowed["kind"])], "%v is applied and not looked at", allowed)
			}
		}
	}
	assert.True(t, kinds["/Pod"] && kinds["apps/ReplicaSet"], "health is judged by them")
	assert.False(t, kinds["/Secret"])
}

// TestLogin wants no built-in user, a policy that denies, and the client's secret by its reference alone.
func TestLogin(t *testing.T) {
	recorded := whole(t, given())
	values := at(t, recorded, "argocd-release", "values").(map[string]any)
	configs := values["configs"].(map[string]any)
	cm, rbac := configs["cm"].(map[string]any), configs["rbac"].(map[string]any)
	assert.Equal(t, false, cm["admin.enabled"])
	assert.Equal(t, "", rbac["policy.default"])
	policy := rbac["policy.csv"].(string)
	assert.Contains(t, policy, "g, ops, role:operator\n")
	assert.Contains(t, policy, "g, all hands, role:reader\n")
	assert.NotContains(t, policy, "role:admin")
	for _, right := range []string{"create", "update", "delete", "override", "exec", "applications, *"} {
		assert.NotContains(t, policy, right)
	}
	var oidc map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(cm["oidc.config"].(string)), &oidc))
	assert.Equal(t, "https://login.example.com", oidc["issuer"])
	assert.Equal(t, "$argocd-oidc:clientSecret", oidc["clientSecret"])
	secret := at(t, recorded, "argocd-oidc", "spec").(map[string]any)
	assert.Equal(t, []any{map[string]any{"secretKey": "clientSecret", "remoteRef": map[string]any{"key": "magento/staging/argocd/oidc", "property": "clientSecret"}}}, secret["data"])
	template := secret["target"].(map[string]any)["template"].(map[string]any)
	assert.Equal(t, map[string]any{"labels": map[string]any{"app.kubernetes.io/part-of": "argocd"}}, template["metadata"], "Argo CD reads other Secrets by this label alone")

	args := given()
	args.Login = gitops.Login{}
	recorded = whole(t, args)
	assert.NotContains(t, at(t, recorded, "argocd-release", "values", "configs", "cm"), "oidc.config")
	assert.Equal(t, []string{"argocd-repository"}, names(recorded, "ExternalSecret"))
}

// TestRepositoryCredentials wants the Secret that Argo CD knows a repository by, with the keys of its kind.
func TestRepositoryCredentials(t *testing.T) {
	for credentials, keys := range map[repository.Credentials][]string{
		repository.DeployKey: {"sshPrivateKey", "type", "url"}, repository.Token: {"password", "type", "url", "username"},
	} {
		args := given()
		args.Repository.Credentials = credentials
		target := at(t, whole(t, args), "argocd-repository", "spec", "target", "template").(map[string]any)
		assert.Equal(t, keys, slices.Sorted(maps.Keys(target["data"].(map[string]any))), credentials)
		assert.Equal(t, map[string]any{"labels": map[string]any{"argocd.argoproj.io/secret-type": "repository"}}, target["metadata"])
	}
	args := given()
	args.Repository.Credentials = repository.Public
	assert.Equal(t, []string{"argocd-oidc"}, names(whole(t, args), "ExternalSecret"))
}

// TestWithoutARepository wants Argo CD, and nothing that it applies.
func TestWithoutARepository(t *testing.T) {
	args := given()
	args.Repository, args.Facts, args.ImageRepository = gitops.Repository{}, facts.Facts{}, nil
	recorded := whole(t, args)
	assert.Empty(t, names(recorded, "Application"))
	assert.Equal(t, []string{"argocd-default"}, names(recorded, "AppProject"))
	assert.Equal(t, []string{"argocd-release"}, names(recorded, "Release"))
}

// TestNothingReachesArgoCD wants no rule that lets another namespace, or an address, in.
func TestNothingReachesArgoCD(t *testing.T) {
	recorded := whole(t, given())
	require.Len(t, names(recorded, "NetworkPolicy"), 3)
	for _, name := range names(recorded, "NetworkPolicy") {
		rules, _ := at(t, recorded, name, "spec").(map[string]any)["ingress"].([]any)
		for _, rule := range rules {
			assert.Equal(t, map[string]any{"from": []any{map[string]any{"podSelector": map[string]any{}}}}, rule, name)
		}
	}
	assert.Equal(t, false, at(t, recorded, "argocd-release", "values", "global", "networkPolicy", "create"), "the chart's own policies admit every pod to the server")
	assert.Nil(t, at(t, recorded, "argocd-deny", "spec", "egress"))
}

// TestRefusals wants everything that is missing named together.
func TestRefusals(t *testing.T) {
	_, err := planned(gitops.Args{Repository: gitops.Repository{URL: "https://git.example.com/a.git", Credentials: "key"}, Login: gitops.Login{Issuer: "https://login.example.com"}}, false)
	for _, want := range []string{
		"environment, store and ready: required", "path and revision of the repository: required", "imageRepository and after: required",
		`credentials: "key": must be none, deploy-key or token`, `issuer "https://login.example.com" and client id "": both are required`,
	} {
		assert.ErrorContains(t, err, want)
	}
	args := given()
	args.Facts.HostName, args.Facts.Role = "", ""
	_, err = planned(args, true)
	assert.ErrorContains(t, err, "fact hostName: is empty")
	assert.ErrorContains(t, err, "fact role: is empty")
}
