package cluster

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"
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
	eventually(t, "Secrets Manager answers", time.Minute, func() error { return s.call("ListSecrets", map[string]any{}) })

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

// secretOf is a secret's value with the fields that the layers write (pkg/data), each with a mark.
func secretOf(name, mark string) string {
	fields := map[string]string{}
	for _, field := range []string{"host", "port", "username", "password", "key"} {
		fields[field] = mark
	}
	if strings.HasSuffix(name, "/proxysql") {
		for _, field := range []string{"monitor", "web", "webClone", "cli", "cliClone", "reporting", "reportingClone", "read", "readClone"} {
			fields[field+"Password"] = mark
		}
	}
	text, _ := json.Marshal(fields) // texts alone: it cannot fail
	return string(text)
}

// secretHas wants a field of a Secret to be of a mark.
func (a api) secretHas(name, field, mark string) error {
	secret, err := a.get(secrets, "magento", name)
	if err != nil {
		return err
	}
	value, err := base64.StdEncoding.DecodeString(text(*secret, "data", field))
	if err != nil || string(value) != mark {
		return fmt.Errorf("%s of Secret %s is %q, not %q", field, name, value, mark)
	}
	return nil
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
