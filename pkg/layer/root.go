package layer

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Root is what the project magento publishes for people and for the pipelines around it.
type Root struct {
	FrontDoor    string            `stack:"frontDoor"` // the shop's main address
	NameServers  []string          `stack:"nameServers"`
	NATPublicIPs []string          `stack:"natPublicIps"`
	Identifiers  map[string]string `stack:"identifiers"` // of what people look for first, by what it is
}

// Layer is the layer that publishes the contract.
func (Root) Layer() Layer { return rootLayer }

// RootOutputs is the producer's twin of Root.
type RootOutputs struct {
	FrontDoor    pulumi.StringInput      `stack:"frontDoor"`
	NameServers  pulumi.StringArrayInput `stack:"nameServers"`
	NATPublicIPs pulumi.StringArrayInput `stack:"natPublicIps"`
	Identifiers  pulumi.StringMapInput   `stack:"identifiers"`
}

// Producer is the layer that publishes the outputs.
func (RootOutputs) Producer() Layer { return rootLayer }
