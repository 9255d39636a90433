package gitops

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/k8s/externalsecret"
	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/naming"
)

// refreshInterval is how long a changed secret may take to reach the cluster. Argo CD reads it at once.
const refreshInterval = "5m0s"

// secret reads keys of a secret into a Secret with a label by which Argo CD knows it, and with what is no secret beside them.
func (a Args) secret(name string, from naming.Secret, label [2]string, plain map[string]string, keys ...string) externalsecret.Spec {
	template := &externalsecret.Template{
		EngineVersion: externalsecret.Engine, MergePolicy: externalsecret.Replace,
		Metadata: &externalsecret.Metadata{Labels: map[string]string{label[0]: label[1]}}, Data: map[string]string{},
	}
	maps.Copy(template.Data, plain)
	spec := externalsecret.New(a.Store, refreshInterval, name, template)
	for _, key := range keys {
		template.Data[key] = "{{ ." + key + " }}"
		spec.Data = append(spec.Data, externalsecret.Data{SecretKey: key, RemoteRef: externalsecret.RemoteRef{Key: a.Environment.Secret(from), Property: key}})
	}
	return spec
}

// externalSecrets registers what is secret of the login and of the repository. Neither is waited for: they are put into Secrets Manager by
// hand, and Argo CD works without a login.
func (b *builder) externalSecrets() error {
	make := func(part, name string, spec externalsecret.Spec) (pulumi.Resource, error) {
		return object.NewObject(b.Ctx, b.Child(part), object.Object{
			APIVersion: externalsecret.APIVersion, Kind: externalsecret.Kind, Namespace: naming.NamespaceArgoCD, Name: name, Spec: spec,
		}, b.Parent, pulumi.DependsOn(append([]pulumi.Resource{b.namespace}, b.args.Ready...)))
	}
	if b.args.Login.Issuer != "" {
		if _, err := make("oidc", oidcSecret, b.args.secret(oidcSecret, naming.SecretArgoCDOIDC,
			[2]string{"app.kubernetes.io/part-of", "argocd"}, nil, oidcSecretKey)); err != nil {
			return err
		}
	}
	if keys := b.args.Repository.Credentials.Keys(); b.args.Repository.URL != "" && len(keys) > 0 {
		const name = "desired-state"
		made, err := make("repository", name, b.args.secret(name, naming.SecretArgoCDRepository,
			[2]string{"argocd.argoproj.io/secret-type", "repository"}, map[string]string{"type": "git", "url": b.args.Repository.URL}, keys...))
		if err != nil {
			return err
		}
		b.credentials = []pulumi.Resource{made}
	}
	return nil
}
