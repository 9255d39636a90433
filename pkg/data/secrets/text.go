package secrets

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// drawable are all characters that Secrets Manager draws from (API Reference, GetRandomPassword), but for the space.
const drawable = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

// NewText draws a random text of the alphabet's characters, as NewPassword does.
func NewText(ctx *pulumi.Context, length int, alphabet string, opts ...pulumi.InvokeOption) pulumi.StringOutput {
	if ctx.DryRun() && !ctx.RunningWithMocks() {
		return pulumi.ToSecret(unknown()).(pulumi.StringOutput)
	}
	others := strings.Map(func(c rune) rune {
		if strings.ContainsRune(alphabet, c) {
			return -1
		}
		return c
	}, drawable)
	everyType := false
	result := secretsmanager.GetRandomPasswordOutput(ctx, secretsmanager.GetRandomPasswordOutputArgs{
		PasswordLength:          pulumi.IntPtr(length),
		ExcludeCharacters:       pulumi.StringPtr(others),
		RequireEachIncludedType: pulumi.BoolPtr(everyType),
	}, opts...)
	return pulumi.ToSecret(result.RandomPassword()).(pulumi.StringOutput)
}
