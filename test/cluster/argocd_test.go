package cluster

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// argoCDModule is the release that the cluster's tool builds. It is nearest to the planned one of those that build.
const argoCDModule = "github.com/argoproj/argo-cd/v3@v3.5.7"

// controllerAccount is the service account of the application controller, as upstream's manifests and the chart name it.
const controllerAccount = "argocd-application-controller"

// argoCD starts Argo CD with the planned values. The application controller is its own service account, and has the planned rights alone.
func (s *shop) argoCD(t *testing.T) {
	t.Helper()
	s.define(t, argoCDModule+"//manifests/crds")
	s.configure(t)
	redis, repository := freeAddress(t), freeAddress(t)
	s.part(t, "redis", nil, redis)
	s.part(t, "argocd-repo-server", nil, append(listening("port", repository), append(listening("metrics-port", freeAddress(t)),
		"--address", "127.0.0.1", "--metrics-address", "127.0.0.1", "--disable-tls", "--client-ca-path", "", "--redis", redis,
		"--revision-cache-expiration", "5s", "--logformat", "text")...)...)
	s.part(t, controllerAccount, []string{"KUBECONFIG=" + s.kubeconfigOf(t, controllerAccount), "ARGOCD_FAKE_IN_CLUSTER=true"},
		append(listening("metrics-port", freeAddress(t)), "--namespace", "argocd", "--repo-server", repository, "--repo-server-plaintext",
			"--redis", redis, "--app-resync", "10", "--app-resync-jitter", "0", "--logformat", "text")...)
}

// configure makes what the chart makes of the planned values: the configuration, the cluster's rights of the controller, and those in
// its own namespace, which are upstream's.
func (s *shop) configure(t *testing.T) {
	t.Helper()
	values := valuesOf(t, "argocd-release")
	rules := values["controller"].(map[string]any)["clusterRoleRules"].(map[string]any)["rules"]
	configuration := map[string]any{}
	for key, value := range values["configs"].(map[string]any)["cm"].(map[string]any) {
		configuration[key] = fmt.Sprint(value)
	}
	own := map[string]any{"app.kubernetes.io/part-of": "argocd"}
	s.apply(t, map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "argocd-cm", "namespace": "argocd", "labels": own}, "data": configuration,
	})
	s.apply(t, map[string]any{ // the server makes the key, which does not run here
		"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "argocd-secret", "namespace": "argocd", "labels": own},
		"stringData": map[string]any{"server.secretkey": "test"},
	})
	const group = "rbac.authorization.k8s.io"
	s.apply(t, map[string]any{"apiVersion": group + "/v1", "kind": "ClusterRole", "metadata": map[string]any{"name": controllerAccount}, "rules": rules})
	s.apply(t, map[string]any{
		"apiVersion": group + "/v1", "kind": "ClusterRoleBinding", "metadata": map[string]any{"name": controllerAccount},
		"roleRef":  map[string]any{"apiGroup": group, "kind": "ClusterRole", "name": controllerAccount},
		"subjects": []any{map[string]any{"kind": "ServiceAccount", "name": controllerAccount, "namespace": "argocd"}},
	})
	roles := filepath.Join(moduleFolder(t, argoCDModule), "manifests/base/application-controller-roles", controllerAccount)
	s.must("", "apply", "-n", "argocd", "-f", roles+"-sa.yaml", "-f", roles+"-role.yaml", "-f", roles+"-rolebinding.yaml")
}

// valuesOf are those that a planned release gives its chart.
func valuesOf(t *testing.T, release string) map[string]any {
	t.Helper()
	releases, err := planned(computePlan, "kubernetes:helm.sh/v3:Release")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range releases {
		if r.Name == release {
			return r.Inputs["values"].(map[string]any)
		}
	}
	t.Fatalf("no release %s is planned", release)
	return nil
}

// kubeconfigOf writes a file by which a process is a service account of Argo CD.
func (s *shop) kubeconfigOf(t *testing.T, account string) string {
	t.Helper()
	config, err := clientcmd.LoadFromFile(s.config)
	if err != nil {
		t.Fatal(err)
	}
	token := strings.TrimSpace(s.must("", "create", "token", account, "-n", "argocd", "--duration", "4h"))
	config.AuthInfos = map[string]*clientcmdapi.AuthInfo{account: {Token: token}}
	config.Contexts[config.CurrentContext].AuthInfo = account
	name := filepath.Join(s.directory, account+".kubeconfig")
	if err := clientcmd.WriteToFile(*config, name); err != nil {
		t.Fatal(err)
	}
	return name
}

// part starts a part of Argo CD, which ends with the test.
func (s *shop) part(t *testing.T, name string, environment []string, arguments ...string) {
	t.Helper()
	folder := filepath.Join(s.directory, "argocd")
	for _, below := range []string{"tls", "ssh", "gpg", "tmp"} {
		if err := os.MkdirAll(filepath.Join(folder, below), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	log, err := os.Create(filepath.Join(s.directory, "logs", name+".log"))
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(filepath.Join(filepath.SplitList(s.path)[0], name), arguments...)
	command.Stdout, command.Stderr = log, log
	command.Env = append(append(os.Environ(), environment...), "PATH="+s.path, "TMPDIR="+folder+"/tmp", "ARGOCD_GPG_ENABLED=false",
		"ARGOCD_TLS_DATA_PATH="+folder+"/tls", "ARGOCD_SSH_DATA_PATH="+folder+"/ssh", "ARGOCD_GNUPGHOME="+folder+"/gpg", "ARGOCD_ASK_PASS_SOCK="+folder+"/ask-pass.sock")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait() // it ends by the signal
		_ = log.Close()
		if t.Failed() {
			t.Logf("%s:\n%s", name, problemsIn(t, log.Name()))
		}
	})
}

// problemsIn are the last lines of a log of Argo CD that say that something is wrong.
func problemsIn(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for line := range strings.Lines(string(content)) {
		if strings.Contains(line, "level=warning") || strings.Contains(line, "level=error") {
			found = append(found, line)
		}
	}
	return strings.Join(found[max(0, len(found)-10):], "")
}

// listening are the flags of a port.
func listening(flag, address string) []string {
	return []string{"--" + flag, address[strings.LastIndex(address, ":")+1:]}
}
