package secrets

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/naming"
)

// EncryptionKeyArgs configures Magento's encryption key.
type EncryptionKeyArgs struct {
	Account     account.Account
	Environment naming.Environment
	KeyARN      pulumi.StringInput
	Replicas    []Replica // the standby region cannot read the database without it
	Protect     bool
}

// NewEncryptionKey registers the secret with Magento's encryption key, crypt/key of env.php: 32 letters and digits,
// the 32 bytes that Magento's cipher takes (Magento\Framework\Encryption\Encryptor, ChaCha20-Poly1305). Passwords
// of payment providers and more are in the database encrypted with it: who loses it loses them. A shop that moves
// here puts its own key into the secret before Magento starts.
//
// It is never rotated by a machine, and never replaced: crypt/key holds all keys that ever were, one a line, and the
// last one encrypts (Encryptor.php). To change it append a line to the secret, restart the pods, and let Magento
// re-encrypt; bin/magento encryption:key:change cannot do it, since it would have to write env.php.
func NewEncryptionKey(ctx *pulumi.Context, name string, args EncryptionKeyArgs, opts ...pulumi.ResourceOption) (*Secret, error) {
	return NewSecret(ctx, name, SecretArgs{
		Account:     args.Account,
		Name:        args.Environment.Secret(naming.SecretEncryptionKey),
		Description: "Encryption key of Magento in " + string(args.Environment) + "; append to it, never replace it",
		KeyARN:      args.KeyARN,
		Value:       pulumi.Map{"key": NewPassword(ctx, invokeOptions(opts)...)},
		Replicas:    args.Replicas,
		Protect:     args.Protect,
	}, opts...)
}

// invokeOptions are the options that hold for functions as well, such as the provider and the parent.
func invokeOptions(opts []pulumi.ResourceOption) []pulumi.InvokeOption {
	var invoke []pulumi.InvokeOption
	for _, opt := range opts {
		if both, ok := opt.(pulumi.ResourceOrInvokeOption); ok {
			invoke = append(invoke, both)
		}
	}
	return invoke
}
