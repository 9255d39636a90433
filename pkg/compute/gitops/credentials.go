package gitops

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/enum"
	"github.com/magestack/magestack/pkg/naming"
)

// Credentials is how a repository is read.
type Credentials string

// The ways.
const (
	CredentialsNone      Credentials = "none"
	CredentialsDeployKey Credentials = "deploy-key"
	CredentialsToken     Credentials = "token"
)

func (c Credentials) validate() error {
	if err := enum.Check(c, []Credentials{CredentialsNone, CredentialsDeployKey, CredentialsToken}); err != nil {
		return fmt.Errorf("credentials: %w", err)
	}
	return nil
}

// keys are those of the secret argocd/repository, which Argo CD takes by the same names (Argo CD, "Declarative Setup": Repositories).
func (c Credentials) keys() []string {
	switch c {
	case CredentialsDeployKey:
		return []string{"sshPrivateKey"}
	case CredentialsToken:
		return []string{"username", "password"}
	}
	return nil
}

// refreshInterval is how long a changed secret may take to reach the cluster. Argo CD reads it at once.
const refreshInterval = "5m0s"

// secretSpec is the spec of an ExternalSecret, external-secrets.io/v1, as far as we use it.
type secretSpec struct {
	RefreshInterval string       `json:"refreshInterval"`
	SecretStoreRef  storeRef     `json:"secretStoreRef"`
	Target          secretTarget `json:"target"`
	Data            []secretData `json:"data"`
}

type storeRef struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

type secretTarget struct {
	Name           string         `json:"name"`
	CreationPolicy string         `json:"creationPolicy"`
	DeletionPolicy string         `json:"deletionPolicy"`
	Template       secretTemplate `json:"template"`
}

type secretTemplate struct {
	EngineVersion string            `json:"engineVersion"`
	MergePolicy   string            `json:"mergePolicy"`
	Metadata      templateMetadata  `json:"metadata"`
	Data          map[string]string `json:"data"`
}

type templateMetadata struct {
	Labels map[string]string `json:"labels"`
}

type secretData struct {
	SecretKey string    `json:"secretKey"`
	RemoteRef remoteRef `json:"remoteRef"`
}

type remoteRef struct {
	Key      string `json:"key"`
	Property string `json:"property"`
}

// secret reads keys of a secret into a Secret with a label by which Argo CD knows it, and with what is no secret beside them.
func (a Args) secret(name string, from naming.Secret, label [2]string, plain map[string]string, keys ...string) secretSpec {
	spec := secretSpec{
		RefreshInterval: refreshInterval,
		SecretStoreRef:  storeRef{Kind: "ClusterSecretStore", Name: a.Store},
		Target: secretTarget{Name: name, CreationPolicy: "Owner", DeletionPolicy: "Retain", Template: secretTemplate{
			EngineVersion: "v2", MergePolicy: "Replace",
			Metadata: templateMetadata{map[string]string{label[0]: label[1]}}, Data: map[string]string{},
		}},
	}
	for key, value := range plain {
		spec.Target.Template.Data[key] = value
	}
	for _, key := range keys {
		spec.Target.Template.Data[key] = "{{ ." + key + " }}"
		spec.Data = append(spec.Data, secretData{key, remoteRef{a.Environment.Secret(from), key}})
	}
	return spec
}

// externalSecrets registers what is secret of the login and of the repository. Neither is waited for: they are put into Secrets Manager by
// hand, and Argo CD works without a login.
func (b *builder) externalSecrets() error {
	make := func(part, name string, spec secretSpec) (pulumi.Resource, error) {
		return object.NewObject(b.Ctx, b.Child(part), object.Object{
			APIVersion: "external-secrets.io/v1", Kind: "ExternalSecret", Namespace: naming.NamespaceArgoCD, Name: name, Spec: spec,
		}, b.Parent, pulumi.DependsOn(append([]pulumi.Resource{b.namespace}, b.args.Ready...)))
	}
	if b.args.Login.Issuer != "" {
		if _, err := make("oidc", oidcSecret, b.args.secret(oidcSecret, naming.SecretArgoCDOIDC,
			[2]string{"app.kubernetes.io/part-of", "argocd"}, nil, oidcSecretKey)); err != nil {
			return err
		}
	}
	if keys := b.args.Repository.Credentials.keys(); b.args.Repository.URL != "" && len(keys) > 0 {
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
