package queue

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/mq"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// configure makes the broker's configuration. Its name is Pulumi's: another version of the engine takes a configuration
// of its own, which is made before the broker leaves the old one. Amazon MQ has no way to delete one that a broker has had
// (MQG, "Amazon MQ for RabbitMQ broker configurations"): those of earlier brokers stay behind, and cost nothing.
func (b *builder) configure() (err error) {
	b.configuration, err = mq.NewConfiguration(b.Ctx, b.Child("configuration"), &mq.ConfigurationArgs{
		Description:   pulumi.String("RabbitMQ of Magento in " + b.args.Environment),
		EngineType:    pulumi.String(engine),
		EngineVersion: pulumi.String(b.args.Broker.Version),
		Data:          pulumi.String(b.args.Broker.Configuration()),
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	return nil
}
