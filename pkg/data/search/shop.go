package search

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/data/search/access"
	"github.com/magestack/magestack/pkg/data/secrets"
	"github.com/magestack/magestack/pkg/naming"
)

// shopCredential keeps what a job in the cluster makes Magento's own user from (access.Shop), in the form in which Magento
// reads it afterwards. A domain that is made anew has no users, and gets another password.
func (b *builder) shopCredential() (err error) {
	b.shop, err = secrets.NewSecret(b.Ctx, b.Child("shop"), secrets.SecretArgs{
		Of:          b.domain,
		Account:     b.args.Account,
		Name:        b.args.Environment.Secret(naming.SecretSearchShop),
		Description: "Magento's own user of the search domain " + b.args.domainName() + ", made by a job in the cluster",
		KeyARN:      b.args.SecretsKeyARN,
		Value: pulumi.Map{
			"host":     b.domain.Endpoint,
			"port":     pulumi.Int(port),
			"username": pulumi.String(access.User),
			"password": b.password(),
		},
		Protect: b.args.Protect,
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("credential of the shop: %w", err)
	}
	return nil
}
