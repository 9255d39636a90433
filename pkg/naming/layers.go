package naming

// The names of the layers, as in the tag layer and in --layer.
const (
	LayerNetworking = "networking"
	LayerData       = "data"
	LayerCompute    = "compute"
	LayerCDN        = "cdn"
	LayerRoot       = "root"
)

// The projects of the layers, as in each Pulumi.yaml and before the colon of a settings key.
const (
	ProjectNetworking = prefix + "-" + LayerNetworking
	ProjectData       = prefix + "-" + LayerData
	ProjectCompute    = prefix + "-" + LayerCompute
	ProjectCDN        = prefix + "-" + LayerCDN
	ProjectRoot       = prefix
)
