// Package program is the data layer: what must never be lost, and the keys and credentials that guard it.
package program

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/provider"
	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/data/aurora/topology"
	"github.com/magestack/magestack/pkg/data/secrets"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
)

// Run registers the resources of the layer.
func Run(ctx *pulumi.Context, config settings.Config) error {
	set, err := settings.LoadData(config)
	if err != nil {
		return err
	}
	networking, err := layer.Read[layer.Networking](ctx)
	if err != nil {
		return err
	}
	aws, err := provider.NewAWS(ctx, "aws", "data", set.Account(), provider.Tagged(set.DefaultTags))
	if err != nil {
		return err
	}
	b := &builder{ctx: ctx, set: set, networking: networking, provider: pulumi.Provider(aws)}
	return component.Steps(
		b.makeKeys, b.makeDatabase, b.makeCaches, b.makeSearch, b.makeQueue, b.makeBuckets, b.makeEncryptionKey, b.makeMail, b.makeBackups, b.makeRotation, b.publish,
	)
}

// builder makes the parts of the layer, one after the other.
type builder struct {
	ctx        *pulumi.Context
	set        settings.Data
	networking layer.Networking
	provider   pulumi.ResourceOption

	keys keys
	made parts
}

// secondary reports whether the database is a copy of another region's.
func (b *builder) secondary() bool { return b.set.GlobalRole == topology.RoleSecondary }

// replicas returns where secrets are copied to: the standby region, if there is one.
func (b *builder) replicas() []secrets.Replica {
	if !b.set.HasStandby() {
		return nil
	}
	return []secrets.Replica{{Region: b.set.StandbyRegion, KeyARN: pulumi.String(b.set.StandbySecretsKeyARN)}}
}

// makeEncryptionKey makes the key that Magento encrypts payment providers' credentials and more with. A secondary
// reads what its primary has encrypted, with a copy of its primary's key.
func (b *builder) makeEncryptionKey() (err error) {
	if b.secondary() {
		return nil
	}
	b.made.encryptionKey, err = secrets.NewEncryptionKey(b.ctx, "encryption-key", secrets.EncryptionKeyArgs{
		Account:     b.set.Account(),
		Environment: naming.Environment(b.ctx.Stack()),
		KeyARN:      b.keys.secrets.ARN,
		Replicas:    b.replicas(),
		Protect:     b.set.ProtectData,
	}, b.provider)
	return err
}
