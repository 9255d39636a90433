package naming

// Keys of the tags that every resource of an environment carries; cost allocation and the watch rely on them.
const (
	TagProject     = "project"
	TagEnvironment = "environment"
	TagLayer       = "layer"
	TagManagedBy   = "managed-by"
)

// The values of TagManagedBy.
const (
	ManagedByPulumi    = "pulumi"
	ManagedByKarpenter = "karpenter"
)

// Tags returns the tags of every resource of a layer in the environment.
func (e Environment) Tags(project, layer, managedBy string) map[string]string {
	return map[string]string{TagProject: project, TagEnvironment: string(e), TagLayer: layer, TagManagedBy: managedBy}
}
