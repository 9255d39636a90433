package secrets

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// tokenLength keeps the names of a store's last snapshots apart: 62 bits, in 12 characters that every name may have.
const tokenLength = 12

// NewToken draws lower-case letters and digits for a name that no earlier resource may have had, such as that of a final
// snapshot. It is no secret. It differs at every update, so that whoever uses it must ignore changes of it: it holds from
// the making of a resource to its end, and the resource that replaces it gets another.
//
// In a preview it is unknown, for the same reason as a password is: see NewPassword.
func NewToken(ctx *pulumi.Context, opts ...pulumi.InvokeOption) pulumi.StringOutput {
	if ctx.DryRun() && !ctx.RunningWithMocks() {
		return unknown()
	}
	length, without := tokenLength, true
	return secretsmanager.GetRandomPasswordOutput(ctx, secretsmanager.GetRandomPasswordOutputArgs{
		PasswordLength:     pulumi.IntPtr(length),
		ExcludePunctuation: pulumi.BoolPtr(without),
		ExcludeUppercase:   pulumi.BoolPtr(without),
	}, opts...).RandomPassword()
}
