package proxysql

import (
	"fmt"

	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/naming"
)

// The Secrets, and the ExternalSecrets that they come from.
const (
	configurationSecret = "proxysql"          // proxysql.cnf with its passwords, and option files for clients
	templateSecret      = "proxysql-template" // proxysql.cnf as the data layer wrote it
)

// The files of configurationSecret.
const (
	configurationFile = "proxysql.cnf" // also the key of the template in its secret
	adminFile         = "admin.cnf"
	clientFile        = "client.cnf"
)

// externalSecret is the spec of an ExternalSecret, external-secrets.io/v1, as far as we use it.
type externalSecret struct {
	RefreshInterval string     `json:"refreshInterval"`
	SecretStoreRef  storeRef   `json:"secretStoreRef"`
	Target          target     `json:"target"`
	DataFrom        []dataFrom `json:"dataFrom"`
}

type storeRef struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

type target struct {
	Name           string    `json:"name"`
	CreationPolicy string    `json:"creationPolicy"`
	DeletionPolicy string    `json:"deletionPolicy"`
	Template       *template `json:"template,omitempty"`
}

type template struct {
	EngineVersion string            `json:"engineVersion"`
	MergePolicy   string            `json:"mergePolicy"`
	TemplateFrom  []templateFrom    `json:"templateFrom"`
	Data          map[string]string `json:"data"`
}

type templateFrom struct {
	Target string      `json:"target"`
	Secret templateRef `json:"secret"`
}

type templateRef struct {
	Name  string            `json:"name"`
	Items []templateRefItem `json:"items"`
}

type templateRefItem struct {
	Key        string `json:"key"`
	TemplateAs string `json:"templateAs"`
}

type dataFrom struct {
	Extract extract `json:"extract"`
}

type extract struct {
	Key string `json:"key"`
}

// templateSpec copies the template as it is: without a template of its own, External Secrets runs nothing in what it
// copies. It takes every key of the secret, of which there is one.
func (a WorkloadArgs) templateSpec() externalSecret {
	return a.secretSpec(templateSecret, naming.SecretProxySQLTemplate, nil)
}

// configurationSpec fills the template with the passwords. External Secrets takes a template from a Secret of the
// namespace, not from Secrets Manager, which is why it is copied first; and nothing but what is rendered gets into the
// Secret (mergePolicy Replace). An action that fails leaves the last good Secret alone.
func (a WorkloadArgs) configurationSpec() externalSecret {
	return a.secretSpec(configurationSecret, naming.SecretProxySQL, &template{
		EngineVersion: "v2",
		MergePolicy:   "Replace",
		TemplateFrom: []templateFrom{{Target: "Data", Secret: templateRef{
			Name:  templateSecret,
			Items: []templateRefItem{{Key: configurationFile, TemplateAs: "Values"}},
		}}},
		Data: map[string]string{
			adminFile:  proxysql.AdminOptions(),
			clientFile: proxysql.DefaultSettings().ClientOptions(),
		},
	})
}

func (a WorkloadArgs) secretSpec(name string, purpose naming.Secret, fill *template) externalSecret {
	return externalSecret{
		RefreshInterval: fmt.Sprintf("%ds", refreshSeconds),
		SecretStoreRef:  storeRef{Kind: "ClusterSecretStore", Name: a.Store},
		// A secret that is gone from Secrets Manager by mistake must not take the running configuration along.
		Target:   target{Name: name, CreationPolicy: "Owner", DeletionPolicy: "Retain", Template: fill},
		DataFrom: []dataFrom{{Extract: extract{Key: a.Environment.Secret(purpose)}}},
	}
}

// externalSecrets registers the ExternalSecrets. Whether the secrets are there yet is not waited for: the data layer, which
// writes them, is brought up at the same time.
func (b *builder) externalSecrets() error {
	for _, secret := range []struct {
		part, name string
		spec       externalSecret
	}{
		{"template", templateSecret, b.args.templateSpec()},
		{"configuration", configurationSecret, b.args.configurationSpec()},
	} {
		made, err := object.NewObject(b.Ctx, b.Child(secret.part), object.Object{
			APIVersion: "external-secrets.io/v1",
			Kind:       "ExternalSecret",
			Namespace:  naming.NamespaceProxySQL,
			Name:       secret.name,
			Labels:     labels(),
			Spec:       secret.spec,
		}, b.in(b.args.After...)...)
		if err != nil {
			return err
		}
		b.before = append(b.before, made)
	}
	return nil
}
