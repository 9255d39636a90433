// Package externalsecret has the specs of External Secrets' own objects, external-secrets.io/v1, as far as we use them.
package externalsecret

// APIVersion is of both kinds: an ExternalSecret, and the store of the cluster that it reads.
const (
	APIVersion = "external-secrets.io/v1"
	Kind       = "ExternalSecret"
	StoreKind  = "ClusterSecretStore"
)

// Spec is the spec of an ExternalSecret.
type Spec struct {
	RefreshInterval string     `json:"refreshInterval"`
	SecretStoreRef  StoreRef   `json:"secretStoreRef"`
	Target          Target     `json:"target"`
	Data            []Data     `json:"data,omitempty"`
	DataFrom        []DataFrom `json:"dataFrom,omitempty"`
}

// StoreRef names the store that is read.
type StoreRef struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// Target is the Secret that is made.
type Target struct {
	Name           string    `json:"name"`
	CreationPolicy string    `json:"creationPolicy"`
	DeletionPolicy string    `json:"deletionPolicy"`
	Template       *Template `json:"template,omitempty"`
}

// Template is what the Secret is made of; nil copies what is read.
type Template struct {
	EngineVersion string            `json:"engineVersion"`
	MergePolicy   string            `json:"mergePolicy"`
	Metadata      *Metadata         `json:"metadata,omitempty"`
	TemplateFrom  []TemplateFrom    `json:"templateFrom,omitempty"`
	Data          map[string]string `json:"data"`
}

// Metadata is of the Secret.
type Metadata struct {
	Labels map[string]string `json:"labels"`
}

// TemplateFrom takes templates from a Secret of the namespace.
type TemplateFrom struct {
	Target string      `json:"target"`
	Secret TemplateRef `json:"secret"`
}

// TemplateRef names the Secret, and the keys that are templates.
type TemplateRef struct {
	Name  string            `json:"name"`
	Items []TemplateRefItem `json:"items"`
}

// TemplateRefItem is a key, and what of it is a template.
type TemplateRefItem struct {
	Key        string `json:"key"`
	TemplateAs string `json:"templateAs"`
}

// Data reads one property of a secret under a name.
type Data struct {
	SecretKey string    `json:"secretKey"`
	RemoteRef RemoteRef `json:"remoteRef"`
}

// RemoteRef names a property of a secret.
type RemoteRef struct {
	Key      string `json:"key"`
	Property string `json:"property"`
}

// DataFrom reads all properties of a secret.
type DataFrom struct {
	Extract Extract `json:"extract"`
}

// Extract names a secret.
type Extract struct {
	Key string `json:"key"`
}

// Engine is the version of the template engine, and Replace has nothing but what the template says get into the Secret.
const (
	Engine  = "v2"
	Replace = "Replace"
)

// New returns the spec of a Secret that is made of what a ClusterSecretStore reads. A secret that is gone from the store by mistake
// does not take the Secret along, which goes with its ExternalSecret alone.
func New(store, refreshInterval, name string, template *Template) Spec {
	return Spec{
		RefreshInterval: refreshInterval,
		SecretStoreRef:  StoreRef{Kind: StoreKind, Name: store},
		Target:          Target{Name: name, CreationPolicy: "Owner", DeletionPolicy: "Retain", Template: template},
	}
}
