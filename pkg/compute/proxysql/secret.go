package proxysql

import (
	"fmt"

	"github.com/magestack/magestack/pkg/compute/k8s/externalsecret"
	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/naming"
)

// The Secrets, and the ExternalSecrets that they come from.
const (
	configurationSecret = "proxysql"          // proxysql.cnf with its passwords, option files for clients, and statements
	templateSecret      = "proxysql-template" // proxysql.cnf as the data layer wrote it
)

// The files of configurationSecret.
const (
	configurationFile = "proxysql.cnf" // also the key of the template in its secret
	adminFile         = "admin.cnf"
	clientFile        = "client.cnf"
	statementsFile    = "credentials.sql"
)

// templateSpec copies the template as it is: without a template of its own, External Secrets runs nothing in what it
// copies. It takes every key of the secret, of which there is one.
func (a WorkloadArgs) templateSpec() externalsecret.Spec {
	return a.secretSpec(templateSecret, naming.SecretProxySQLTemplate, nil)
}

// configurationSpec fills the template with the passwords. External Secrets takes a template from a Secret of the
// namespace, not from Secrets Manager, which is why it is copied first; and nothing but what is rendered gets into the
// Secret (mergePolicy Replace). An action that fails leaves the last good Secret alone.
func (a WorkloadArgs) configurationSpec() externalsecret.Spec {
	return a.secretSpec(configurationSecret, naming.SecretProxySQL, &externalsecret.Template{
		EngineVersion: externalsecret.Engine,
		MergePolicy:   externalsecret.Replace,
		TemplateFrom: []externalsecret.TemplateFrom{{Target: "Data", Secret: externalsecret.TemplateRef{
			Name:  templateSecret,
			Items: []externalsecret.TemplateRefItem{{Key: configurationFile, TemplateAs: "Values"}},
		}}},
		Data: map[string]string{
			adminFile:      proxysql.AdminOptions(),
			clientFile:     proxysql.DefaultSettings().ClientOptions(),
			statementsFile: proxysql.CredentialStatements(),
		},
	})
}

func (a WorkloadArgs) secretSpec(name string, purpose naming.Secret, fill *externalsecret.Template) externalsecret.Spec {
	spec := externalsecret.New(a.Store, fmt.Sprintf("%ds", refreshSeconds), name, fill)
	spec.DataFrom = []externalsecret.DataFrom{{Extract: externalsecret.Extract{Key: a.Environment.Secret(purpose)}}}
	return spec
}

// externalSecrets registers the ExternalSecrets. Whether the secrets are there yet is not waited for: the data layer, which
// writes them, is brought up at the same time.
func (b *builder) externalSecrets() error {
	for _, secret := range []struct {
		part, name string
		spec       externalsecret.Spec
	}{
		{"template", templateSecret, b.args.templateSpec()},
		{"configuration", configurationSecret, b.args.configurationSpec()},
	} {
		made, err := object.NewObject(b.Ctx, b.Child(secret.part), object.Object{
			APIVersion: externalsecret.APIVersion,
			Kind:       externalsecret.Kind,
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
