package cluster

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// shop is a cluster with everything that the desired state stands on, and the desired state.
type shop struct {
	*cluster
	api
	repository *repository
	secrets    *secretsManager
	fargate    *fargate
	scaler     *scaler
	meter      *meter
	registrar  *registrar
}

// definitionsOfKEDA are those of the release that the plan installs, or of the nearest one that is served.
const definitionsOfKEDA = "github.com/kedacore/keda/v2@v2.21.0//config/crd/bases"

// newShop brings a cluster up as the plan of production leaves it to Argo CD.
func newShop(t *testing.T) *shop {
	t.Helper()
	tool(t)
	secrets := newSecretsManager(t)
	c := up(t, "external-secrets,karpenter", "AWS_ENDPOINT_URL="+secrets.endpoint)
	s := &shop{cluster: c, api: c.api(), repository: repositoryOfTest(t), secrets: secrets}
	s.define(t, definitionsOfKEDA)
	s.systemNodes(t)
	s.nodePools("10s")
	s.plan(t)
	s.meter = &meter{api: s.api}
	s.meter.serve(t, c)
	s.standIns(t)
	s.run("tools", "--with", "argocd")
	s.argoCD(t)
	return s
}

// define makes the definitions in a folder of a Go module, and waits until the API server serves them.
func (s *shop) define(t *testing.T, folder string) {
	t.Helper()
	module, path, _ := strings.Cut(folder, "//")
	files, err := filepath.Glob(filepath.Join(moduleFolder(t, module), filepath.FromSlash(path), `*[_\-]*.yaml`))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no definitions: %v", folder, err)
	}
	named := make([]string, 0, 2*len(files))
	for _, file := range files {
		named = append(named, "-f", file)
	}
	eventually(t, "definitions of "+module, patience, func() error { // a busy API server does not take a large one in time
		if _, err := s.kubectl("", append([]string{"apply", "--server-side"}, named...)...); err != nil {
			return err
		}
		// wait refuses what has no conditions yet
		_, err := s.kubectl("", append([]string{"wait", "--for", "condition=Established", "--timeout", "10s"}, named...)...)
		return err
	})
}

// plan makes what Pulumi gives the desired state: namespaces with their Pod Security levels, service accounts, the store of secrets
// and the policies.
func (s *shop) plan(t *testing.T) {
	t.Helper()
	for _, prefix := range []string{"kubernetes:core/v1:Namespace", "kubernetes:core/v1:ServiceAccount", "kubernetes:external-secrets.io/v1:ClusterSecretStore", "kubernetes:networking.k8s.io/v1:NetworkPolicy"} {
		resources, err := planned(computePlan, prefix)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range resources {
			s.apply(t, r.Inputs)
		}
	}
}

// systemNodes gives the nodes that are there the labels and taints of the planned node group.
func (s *shop) systemNodes(t *testing.T) {
	t.Helper()
	groups, err := planned(computePlan, "aws:eks/nodeGroup:NodeGroup")
	if err != nil {
		t.Fatal(err)
	}
	effects := map[string]string{"NO_SCHEDULE": "NoSchedule", "NO_EXECUTE": "NoExecute", "PREFER_NO_SCHEDULE": "PreferNoSchedule"}
	all, err := s.list(nodes, "", "")
	if err != nil {
		t.Fatal(err)
	}
	var taints []any
	for _, taint := range groups[0].Inputs["taints"].([]any) {
		of := taint.(map[string]any)
		taints = append(taints, map[string]any{"key": of["key"], "value": of["value"], "effect": effects[of["effect"].(string)]})
	}
	for _, node := range all {
		change := map[string]any{"metadata": map[string]any{"labels": groups[0].Inputs["labels"]}, "spec": map[string]any{"taints": taints}}
		if err := s.patch(nodes, "", node.GetName(), change); err != nil {
			t.Fatal(err)
		}
	}
}

// standIns play what has no part here.
func (s *shop) standIns(t *testing.T) {
	t.Helper()
	profile, err := planned(computePlan, "aws:eks/fargateProfile:FargateProfile")
	if err != nil {
		t.Fatal(err)
	}
	s.fargate = &fargate{api: s.api, profile: profile}
	s.scaler = &scaler{api: s.api}
	s.registrar = &registrar{api: s.api, pools: map[string]map[string]bool{}}
	reloads := &reloader{api: s.api, seen: map[string]string{}}
	stop := make(chan struct{})
	var running sync.WaitGroup
	for name, round := range map[string]func() error{"Fargate": s.fargate.round, "KEDA": s.scaler.round, "Reloader": reloads.round, "where pods are": s.registrar.round} {
		running.Go(func() {
			for last := ""; ; {
				if err := round(); err != nil && err.Error() != last {
					last = err.Error() // most often an object that has gone meanwhile: the next round sees it
					t.Logf("%s: %v", name, err)
				}
				select {
				case <-stop:
					return
				case <-time.After(interval):
				}
			}
		})
	}
	t.Cleanup(func() {
		close(stop)
		running.Wait()
	})
}

// repositoryOfTest has an autoscaler that goes back at once, and to one pod: the 8 of all.
func repositoryOfTest(t *testing.T) *repository {
	t.Helper()
	r := newRepository(t)
	r.edit(t, "base/web/burst.yaml", "stabilizationWindowSeconds: 600", "stabilizationWindowSeconds: 0")
	r.edit(t, "base/web/burst.yaml", "{type: Percent, value: 20, periodSeconds: 60}", "{type: Percent, value: 100, periodSeconds: 15}")
	r.edit(t, "overlays/production/shop/kustomization.yaml", "minReplicas: 2", "minReplicas: 1")
	r.push(t, "The desired state")
	return r
}

func moduleFolder(t *testing.T, module string) string {
	t.Helper()
	output, err := exec.Command("go", "mod", "download", "-json", module).Output()
	var found struct{ Dir string }
	if jsonErr := json.Unmarshal(output, &found); err != nil || jsonErr != nil || found.Dir == "" {
		t.Fatalf("go mod download %s: %v: %s", module, err, strings.TrimSpace(string(output)))
	}
	return found.Dir
}
