package addons

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/compute/k8s/externalsecret"
	"github.com/magestack/magestack/pkg/compute/k8s/helm"
	"github.com/magestack/magestack/pkg/compute/k8s/object"
	"github.com/magestack/magestack/pkg/compute/k8s/placement"
	"github.com/magestack/magestack/pkg/compute/podidentity"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/versions"
)

// SecretStoreName is the ClusterSecretStore that reads the environment's secrets.
const SecretStoreName = "aws"

var secretsAccount = podidentity.Account{Namespace: naming.NamespaceExternalSecrets, Name: "external-secrets"}

// definitionValues make of the chart of External Secrets its definitions alone.
type definitionValues struct {
	InstallCRDs    bool        `json:"installCRDs"`
	CRDs           definitions `json:"crds"`
	CreateOperator bool        `json:"createOperator"`
	RBAC           created     `json:"rbac"`
	ServiceAccount created     `json:"serviceAccount"`
	Webhook        created     `json:"webhook"`
	CertController created     `json:"certController"`
}

// definitions leaves out kinds without a use: secrets that are written to Secrets Manager from the cluster, and those
// that appear in many namespaces at once.
type definitions struct {
	ClusterExternalSecret bool `json:"createClusterExternalSecret"`
	ClusterPushSecret     bool `json:"createClusterPushSecret"`
	PushSecret            bool `json:"createPushSecret"`
}

// secretsValues are those of the controller that we set.
type secretsValues struct {
	InstallCRDs                  bool                         `json:"installCRDs"`
	Global                       global                       `json:"global"`
	ReplicaCount                 int                          `json:"replicaCount"`
	LeaderElect                  bool                         `json:"leaderElect"`
	ProcessClusterExternalSecret bool                         `json:"processClusterExternalSecret"`
	ProcessClusterPushSecret     bool                         `json:"processClusterPushSecret"`
	ProcessPushSecret            bool                         `json:"processPushSecret"`
	ServiceAccount               serviceAccount               `json:"serviceAccount"`
	PodDisruptionBudget          enabled                      `json:"podDisruptionBudget"`
	Resources                    placement.Resources          `json:"resources"`
	TopologySpreadConstraints    []placement.SpreadConstraint `json:"topologySpreadConstraints"`
	Webhook                      webhook                      `json:"webhook"`
	CertController               certController               `json:"certController"`
}

type global struct {
	NodeSelector map[string]string      `json:"nodeSelector"`
	Tolerations  []placement.Toleration `json:"tolerations"`
}

type enabled struct {
	Enabled bool `json:"enabled"`
}

type webhook struct {
	ReplicaCount              int                          `json:"replicaCount"`
	PodDisruptionBudget       enabled                      `json:"podDisruptionBudget"`
	Resources                 placement.Resources          `json:"resources"`
	TopologySpreadConstraints []placement.SpreadConstraint `json:"topologySpreadConstraints"`
}

type certController struct {
	Resources placement.Resources `json:"resources"`
}

func controllerValues() secretsValues {
	return secretsValues{
		Global:              global{placement.SystemNodes(), placement.SystemTolerations()},
		ReplicaCount:        placement.Replicas,
		LeaderElect:         true,
		ServiceAccount:      serviceAccount{Create: true, Name: secretsAccount.Name},
		PodDisruptionBudget: enabled{true},
		Resources:           placement.Burstable("50m", "256Mi"),
		// Without a spread both pods may be on the node that is drained next, and a budget of one stops the drain.
		TopologySpreadConstraints: placement.TopologySpread(map[string]string{"app.kubernetes.io/name": "external-secrets"}),
		Webhook: webhook{
			placement.Replicas, enabled{true}, placement.Burstable("20m", "128Mi"), placement.TopologySpread(map[string]string{"app.kubernetes.io/name": "external-secrets-webhook"}),
		},
		CertController: certController{placement.Burstable("20m", "256Mi")},
	}
}

// secretStore is the spec of a ClusterSecretStore, external-secrets.io/v1. It names no credentials: the controller has
// its identity from EKS, which a service account in the store would exclude (External Secrets, "AWS Secrets Manager").
type secretStore struct {
	Provider   storeProvider    `json:"provider"`
	Conditions []storeCondition `json:"conditions"`
}

type storeProvider struct {
	AWS storeAWS `json:"aws"`
}

type storeAWS struct {
	Service string `json:"service"`
	Region  string `json:"region"`
}

type storeCondition struct {
	Namespaces []string `json:"namespaces"`
}

func (a Args) secretStore() secretStore {
	return secretStore{
		Provider: storeProvider{storeAWS{Service: "SecretsManager", Region: a.Account.Region}},
		// KEDA reads passwords of triggers in its own namespace alone, and Argo CD those of its login and of its repository.
		Conditions: []storeCondition{{Namespaces: []string{naming.NamespaceMagento, naming.NamespaceProxySQL, naming.NamespaceKEDA, naming.NamespaceArgoCD}}},
	}
}

// externalSecrets installs the definitions, then the controller, then the store.
func (b *builder) externalSecrets() error {
	namespace, err := object.NewNamespace(b.Ctx, b.Child("secrets"), object.NamespaceArgs{Name: naming.NamespaceExternalSecrets}, b.Parent)
	if err != nil {
		return err
	}
	crds, err := helm.NewRelease(b.Ctx, b.Child("secrets-definitions"), "external-secrets-crds", helm.ReleaseArgs{
		Chart: versions.ExternalSecrets, Namespace: naming.NamespaceExternalSecrets, Values: definitionValues{InstallCRDs: true},
	}, b.Parent, pulumi.DependsOn(append([]pulumi.Resource{namespace.Made}, b.Ready...)))
	if err != nil {
		return err
	}
	identity, err := podidentity.NewIdentity(b.Ctx, b.Child("secrets"), podidentity.IdentityArgs{
		ClusterName:    b.args.ClusterName,
		ServiceAccount: secretsAccount,
		Description:    "External Secrets of " + b.args.Environment.Cluster(),
		Statements:     b.args.secretReading(),
	}, b.Parent)
	if err != nil {
		return err
	}
	controller, err := helm.NewRelease(b.Ctx, b.Child("secrets-release"), "external-secrets", helm.ReleaseArgs{
		Chart: versions.ExternalSecrets, Namespace: naming.NamespaceExternalSecrets, Values: controllerValues(),
	}, b.Parent, pulumi.DependsOn(append([]pulumi.Resource{crds, identity.Association}, b.Ready...)))
	if err != nil {
		return err
	}
	b.SecretStore, err = object.NewObject(b.Ctx, b.Child("secret-store"), object.Object{
		APIVersion: externalsecret.APIVersion, Kind: externalsecret.StoreKind, Name: SecretStoreName, Spec: b.args.secretStore(),
	}, b.Parent, pulumi.DependsOn([]pulumi.Resource{controller}))
	if err != nil {
		return fmt.Errorf("secret store: %w", err)
	}
	return nil
}

// secretReading lets External Secrets read the environment's secrets, and have Secrets Manager decrypt them with the
// environment's key, which is the data layer's and known by its alias. It may list none.
func (a Args) secretReading() []policy.Statement {
	var names []pulumi.StringInput
	for _, prefix := range a.SecretPrefixes {
		names = append(names, pulumi.String(a.Account.ARN("secretsmanager", "secret:"+prefix+"*")))
	}
	return []policy.Statement{
		{
			Sid:       "ReadSecrets",
			Actions:   []string{"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"},
			Resources: names,
		},
		{
			Sid:       "DecryptSecrets",
			Actions:   []string{"kms:Decrypt"},
			Resources: policy.Strings(a.Account.ARN("kms", "key/*")),
			Conditions: []policy.Condition{
				{Operator: "StringEquals", Key: "kms:ViaService", Values: policy.Strings("secretsmanager." + a.Account.Region + ".amazonaws.com")},
				{Operator: "ForAnyValue:StringEquals", Key: "kms:ResourceAliases", Values: policy.Strings("alias/" + a.Environment.Path("secrets"))},
			},
		},
	}
}
