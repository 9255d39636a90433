package queue

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/data/queue/access"
	"github.com/magestack/magestack/pkg/data/secrets"
	"github.com/magestack/magestack/pkg/naming"
)

// shopCredential keeps what a job in the cluster makes Magento's own user from (access.Shop), in the form in which Magento
// reads it afterwards. A broker that is made anew has no users, and gets another password.
func (b *builder) shopCredential() (err error) {
	b.shop, err = secrets.NewSecret(b.Ctx, b.Child("shop"), secrets.SecretArgs{
		Of:          b.broker,
		Account:     b.args.Account,
		Name:        b.args.Environment.Secret(naming.SecretQueueShop),
		Description: "Magento's own user of the broker " + b.args.brokerName() + ", made by a job in the cluster",
		KeyARN:      b.args.SecretsKeyARN,
		Value: pulumi.Map{
			"host":        b.host(),
			"port":        pulumi.Int(port),
			"username":    pulumi.String(access.User),
			"password":    secrets.NewPassword(b.Ctx, b.Parent),
			"ssl":         pulumi.Bool(true),
			"virtualhost": pulumi.String(virtualHost),
		},
		Protect: b.args.Protect,
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("credential of the shop: %w", err)
	}
	return nil
}
