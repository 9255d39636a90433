package gitops

import (
	"fmt"
	"strings"

	"github.com/magestack/magestack/pkg/compute/k8s/placement"
)

// values are those of the chart that we set. Its pods are restricted already, and its Services are of the type ClusterIP.
type values struct {
	CRDs           crds           `json:"crds"`
	Global         global         `json:"global"`
	Configs        configs        `json:"configs"`
	Controller     controller     `json:"controller"`
	Server         server         `json:"server"`
	RepoServer     repoServer     `json:"repoServer"`
	Redis          redis          `json:"redis"`
	SecretInit     sized          `json:"redisSecretInit"`
	ApplicationSet applicationSet `json:"applicationSet"`
	Dex            enabled        `json:"dex"`
	Notifications  enabled        `json:"notifications"`
}

type enabled struct {
	Enabled bool `json:"enabled"`
}

type sized struct {
	Resources placement.Resources `json:"resources"`
}

// crds stay when the release goes: with them every Application would go, and with each the shop.
type crds struct {
	Install bool `json:"install"`
	Keep    bool `json:"keep"`
}

type global struct {
	NodeSelector  map[string]string      `json:"nodeSelector"`
	Tolerations   []placement.Toleration `json:"tolerations"`
	Spread        []spread               `json:"topologySpreadConstraints"`
	NetworkPolicy networkPolicies        `json:"networkPolicy"`
}

// spread is a placement.SpreadConstraint without a selector: the chart adds that of each workload.
type spread struct {
	MaxSkew           int    `json:"maxSkew"`
	TopologyKey       string `json:"topologyKey"`
	WhenUnsatisfiable string `json:"whenUnsatisfiable"`
}

// networkPolicies are those of the chart: off, since its policy of the server admits every pod of the cluster. Ours are in network.go.
type networkPolicies struct {
	Create bool `json:"create"`
}

type configs struct {
	CM   map[string]any    `json:"cm"`
	RBAC map[string]string `json:"rbac"`
}

type controller struct {
	sized
	ClusterRoleRules rules `json:"clusterRoleRules"`
}

type rules struct {
	Enabled bool         `json:"enabled"`
	Rules   []policyRule `json:"rules"`
}

type server struct {
	sized
	Replicas         int                 `json:"replicas"`
	PDB              podDisruptionBudget `json:"pdb"`
	ClusterRoleRules rules               `json:"clusterRoleRules"`
}

type repoServer struct {
	sized
	Replicas                     int                 `json:"replicas"`
	PDB                          podDisruptionBudget `json:"pdb"`
	AutomountServiceAccountToken bool                `json:"automountServiceAccountToken"`
}

type redis struct {
	sized
	AutomountServiceAccountToken bool `json:"automountServiceAccountToken"`
}

type applicationSet struct {
	sized
	Replicas int `json:"replicas"` // none: nothing is generated here
}

type podDisruptionBudget struct {
	Enabled        bool `json:"enabled"`
	MaxUnavailable int  `json:"maxUnavailable"`
}

// address is where people find the server: at their own end of kubectl port-forward. There is no way in from outside of the cluster.
const address = "https://localhost:8080"

// oidcSecret is the Secret that the issuer's client secret is read from.
const (
	oidcSecret    = "argocd-oidc"
	oidcSecretKey = "clientSecret"
)

func (a Args) values() values {
	one := podDisruptionBudget{Enabled: true, MaxUnavailable: 1}
	v := values{
		CRDs: crds{Install: true, Keep: true},
		Global: global{
			NodeSelector: placement.SystemNodes(), Tolerations: placement.SystemTolerations(),
			Spread: []spread{{1, placement.ZoneKey, "ScheduleAnyway"}, {1, placement.HostnameKey, "DoNotSchedule"}},
		},
		Configs: configs{
			CM: map[string]any{
				"url": address, "admin.enabled": false, "exec.enabled": false,
				"resource.inclusions": inclusions(), "resource.respectRBAC": "strict",
			},
			RBAC: map[string]string{"policy.default": "", "policy.csv": policyCSV(a.Login.Operators, a.Login.Readers), "scopes": "[groups]"},
		},
		Controller:     controller{sized{placement.Burstable("100m", "768Mi")}, rules{true, controllerRules()}},
		Server:         server{sized{placement.Burstable("50m", "256Mi")}, placement.Replicas, one, rules{true, serverRules()}},
		RepoServer:     repoServer{sized: sized{placement.Burstable("50m", "512Mi")}, Replicas: placement.Replicas, PDB: one},
		Redis:          redis{sized: sized{placement.Burstable("20m", "128Mi")}},
		SecretInit:     sized{placement.Burstable("20m", "128Mi")},
		ApplicationSet: applicationSet{sized: sized{placement.Burstable("20m", "128Mi")}},
	}
	if a.Login.Issuer != "" {
		v.Configs.CM["oidc.config"] = a.Login.oidcConfig()
	}
	return v
}

// oidcConfig is Argo CD's own client of the issuer. The settings hold what may stand in the values.
func (l Login) oidcConfig() string {
	lines := []string{
		"name: SSO",
		fmt.Sprintf("issuer: %q", l.Issuer),
		fmt.Sprintf("clientID: %q", l.ClientID),
		fmt.Sprintf("clientSecret: $%s:%s", oidcSecret, oidcSecretKey),
		`requestedScopes: ["openid", "profile", "email", "groups"]`,
	}
	return strings.Join(lines, "\n") + "\n"
}
