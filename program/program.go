// Package program is the root project: it reads every layer of an environment and says where its front door is
// and what its parts are called.
package program

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/settings"
)

// Run reads the layers and publishes what people look for first.
func Run(ctx *pulumi.Context, config settings.Config) error {
	if _, err := settings.LoadRoot(config); err != nil {
		return err
	}
	networking, err := layer.Read[layer.Networking](ctx)
	if err != nil {
		return err
	}
	data, err := layer.Read[layer.Data](ctx)
	if err != nil {
		return err
	}
	compute, err := layer.Read[layer.Compute](ctx)
	if err != nil {
		return err
	}
	cdn, err := layer.Read[layer.CDN](ctx)
	if err != nil {
		return err
	}
	if len(cdn.HostNames) == 0 {
		return errors.New("reading the CDN layer: hostNames: there is none, so that the environment has no front door")
	}
	if err := layer.Export(ctx, layer.RootOutputs{
		FrontDoor:    pulumi.String("https://" + cdn.HostNames[0] + "/"),
		NameServers:  pulumi.ToStringArray(networking.NameServers),
		NATPublicIPs: pulumi.ToStringArray(networking.NATPublicIPs),
		Identifiers: pulumi.ToStringMap(map[string]string{
			"vpc":          networking.VPCID,
			"database":     data.DatabaseClusterIdentifier,
			"mediaBucket":  data.MediaBucket,
			"cluster":      compute.ClusterName,
			"loadBalancer": compute.LoadBalancerARN,
			"distribution": cdn.DistributionID,
			"webAcl":       cdn.WebACLARN,
		}),
	}); err != nil {
		return fmt.Errorf("publishing the environment: %w", err)
	}
	return nil
}
