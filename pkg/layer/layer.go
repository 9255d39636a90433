// Package layer is the contract between the projects of an environment: what each of them publishes as
// the outputs of its stack, once as the producer's outputs and once as the reader's plain values.
// No secret is ever published; what a layer must know of another's secret is its name in Secrets Manager.
package layer

import (
	"fmt"
	"path"

	"github.com/magestack/magestack/pkg/naming"
)

// A Layer is one project of an environment.
type Layer struct {
	Name      string // as in the layer tag and in --layer
	Project   string // as in its Pulumi.yaml
	Directory string // from the root of the repository
}

// The layers of an environment, in the order in which they are brought up.
var (
	networkingLayer = Layer{naming.LayerNetworking, naming.ProjectNetworking, "stacks/networking"}
	dataLayer       = Layer{naming.LayerData, naming.ProjectData, "stacks/data"}
	computeLayer    = Layer{naming.LayerCompute, naming.ProjectCompute, "stacks/compute"}
	cdnLayer        = Layer{naming.LayerCDN, naming.ProjectCDN, "stacks/cdn"}
	rootLayer       = Layer{naming.LayerRoot, naming.ProjectRoot, "."}
)

// Layers lists the layers of an environment in the order in which they are brought up.
func Layers() []Layer {
	return []Layer{networkingLayer, dataLayer, computeLayer, cdnLayer, rootLayer}
}

// StackName is the full name of the layer's stack for an environment. It is also the logical name of the
// reference to it: the engine's own messages name a reference by that.
func (l Layer) StackName(organization, environment string) string {
	return path.Join(organization, l.Project, environment)
}

// deployCommand is what brings up a layer.
func (l Layer) deployCommand(environment string) string {
	return fmt.Sprintf("magestack up %s --layer %s", environment, l.Name)
}

// Contract is what readers have of the outputs that one layer publishes: plain values.
type Contract interface {
	// Layer is the layer that publishes them.
	Layer() Layer
}

// Outputs is what the layer itself publishes, the twin of its Contract. The two have different methods, so that a producer
// cannot export plain values, nor a reader read outputs.
type Outputs interface {
	// Producer is the layer that publishes them.
	Producer() Layer
}
