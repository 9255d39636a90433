package rotation

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/data/rotation/schedule"
	"github.com/magestack/magestack/pkg/data/secrets"
	"github.com/magestack/magestack/pkg/naming"
)

// makeAPIKeys registers the secrets of the shop's API keys. The first key of one that is drawn here is drawn as later ones are; of
// one with a hook it is empty, until the hook has rotated it or the key was put in by hand.
func (b *builder) makeAPIKeys() error {
	for _, key := range b.args.APIKeys {
		var first pulumi.StringInput = pulumi.String("")
		if key.Drawn() {
			first = secrets.NewText(b.Ctx, key.Length, key.Alphabet, b.Parent)
		}
		name := naming.SecretAPIKey(key.Name)
		made, err := secrets.NewSecret(b.Ctx, b.Child(part(string(name))), secrets.SecretArgs{
			Account:     b.args.Account,
			Name:        b.args.Environment.Secret(name),
			Description: fmt.Sprintf("API key %s of %s", key.Name, b.args.Environment),
			KeyARN:      b.args.KeyARN,
			Value:       pulumi.Map{"key": first},
			Replicas:    b.args.Replicas,
			Protect:     b.args.Protect,
		}, b.Parent)
		if err != nil {
			return fmt.Errorf("key %s: %w", key.Name, err)
		}
		secret := Secret{Name: name, ARN: made.ARN, Class: schedule.ClassAPIKeys, Days: key.Days}
		if key.Drawn() {
			b.secrets = append(b.secrets, secret)
		} else {
			b.hooked = append(b.hooked, hooked{secret, key.Hook})
		}
	}
	return nil
}
