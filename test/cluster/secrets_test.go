package cluster

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/naming"
)

// secretsManager is a Secrets Manager API on loopback, played by moto.
type secretsManager struct{ endpoint string }

// newSecretsManager starts moto_server with every secret that the plan of production has.
func newSecretsManager(t *testing.T) *secretsManager {
	t.Helper()
	tool, err := exec.LookPath("moto_server")
	if err != nil {
		t.Fatal("moto_server is not on the path; it plays Secrets Manager: pip install 'moto[server]'")
	}
	address := freeAddress(t)
	host, port, _ := net.SplitHostPort(address)
	server := exec.Command(tool, "-H", host, "-p", port)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	s := &secretsManager{endpoint: "http://" + address}
	eventually(t, "Secrets Manager answers", oneChange, func() error { return s.call("ListSecrets", map[string]any{}) })

	planned, err := planned(dataPlan, "aws:secretsmanager/secret:Secret")
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range planned {
		s.must(t, "CreateSecret", map[string]any{"Name": secret.Inputs["name"], "SecretString": secretOf(secret.Inputs["name"].(string), "first")})
	}
	return s
}

// freeAddress is one on loopback that nothing listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// secretOf is a secret's value with the fields that the layers write (pkg/data). A field that nothing here logs in with is a mark.
func secretOf(name, mark string) string {
	fields := map[string]any{}
	for _, field := range []string{"host", "port", "username", "password", "key"} {
		fields[field] = mark
	}
	secret := naming.Secret(strings.TrimPrefix(name, production.SecretPrefix()))
	if user, found := databaseUsers()[secret]; found {
		maps.Copy(fields, map[string]any{"engine": "mysql", "port": 3306, "username": user, "password": firstPassword(user)})
	}
	if secret == naming.SecretProxySQL {
		for key, user := range poolUsers() {
			fields[key+"Password"] = firstPassword(user)
		}
	}
	text, _ := json.Marshal(fields) // texts and a number alone: it cannot fail
	return string(text)
}

// production is the environment whose plan is brought up.
const production = naming.Environment("production")

// databaseUsers are the users of the database at first, by their secret.
func databaseUsers() map[naming.Secret]string {
	names := proxysql.DefaultNames()
	return map[naming.Secret]string{
		naming.SecretDatabaseAdmin: "administrator", naming.SecretDatabaseWeb: names.Web, naming.SecretDatabaseCLI: names.CLI,
		naming.SecretDatabaseReporting: names.Reporting, naming.SecretDatabaseRead: names.Read,
	}
}

// poolUsers are the users whose passwords ProxySQL's secret has, by the key that it has them under.
func poolUsers() map[string]string {
	names := proxysql.DefaultNames()
	users := map[string]string{"admin": "admin", "stats": "stats", "monitor": proxysql.MonitorUser}
	for key, user := range map[string]string{"web": names.Web, "cli": names.CLI, "reporting": names.Reporting, "read": names.Read} {
		users[key], users[key+"Clone"] = user, user+proxysql.CloneSuffix
	}
	return users
}

// firstPassword is one that ProxySQL's template takes.
func firstPassword(user string) string { return user + "-first-password" }

// secretHas wants a field of a Secret to be of a mark.
func (a api) secretHas(name, field, mark string) error {
	secret, err := a.get(secrets, "magento", name)
	if err != nil {
		return err
	}
	if value := decoded(*secret, field); value != mark {
		return fmt.Errorf("%s of Secret %s is %q, not %q", field, name, value, mark)
	}
	return nil
}

// decoded is a field of a Secret.
func decoded(secret unstructured.Unstructured, field string) string {
	value, _ := base64.StdEncoding.DecodeString(text(secret, "data", field)) // the API server refuses anything else
	return string(value)
}

// put changes a secret.
func (s *secretsManager) put(t *testing.T, name, mark string) {
	t.Helper()
	s.must(t, "PutSecretValue", map[string]any{"SecretId": name, "SecretString": secretOf(name, mark)})
}

func (s *secretsManager) must(t *testing.T, action string, input map[string]any) {
	t.Helper()
	if err := s.call(action, input); err != nil {
		t.Fatal(err)
	}
}

// call asks as the SDKs do; moto does not look at signatures.
func (s *secretsManager) call(action string, input map[string]any) error {
	body, err := json.Marshal(input)
	if err != nil {
		return err
	}
	request, err := http.NewRequest(http.MethodPost, s.endpoint, strings.NewReader(string(body)))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "secretsmanager."+action)
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=lab/20260101/"+region+"/secretsmanager/aws4_request, SignedHeaders=host, Signature=none")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		answer, _ := io.ReadAll(response.Body)
		return fmt.Errorf("secrets manager, %s: %s: %s", action, response.Status, answer)
	}
	return nil
}
