package secrets

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// passwordLength is below the 41 characters that Aurora MySQL takes (Amazon RDS API Reference,
// CreateDBCluster, MasterUserPassword), and has about 190 bits of randomness.
const passwordLength = 32

// NewPassword draws a random password in Secrets Manager, without punctuation, so that it needs no quoting in
// any configuration file. It differs at every update: whoever uses it must ignore changes of it.
//
// In a preview it is unknown, and nothing is drawn. A saved plan holds the inputs of a preview, and an update with that
// plan compares them with its own by value: a password that was drawn in both would stop the update, and be printed
// (pulumi/pulumi issue 17546). What was unknown in the plan is equal to everything
// (docs/decisions/0046-a-first-password-is-unknown-in-a-plan.md).
func NewPassword(ctx *pulumi.Context, opts ...pulumi.InvokeOption) pulumi.StringOutput {
	if ctx.DryRun() && !ctx.RunningWithMocks() { // the mock monitor, which the embedded cloud is, takes no unknown secrets
		return pulumi.ToSecret(unknown()).(pulumi.StringOutput)
	}
	length, noPunctuation, everyType := passwordLength, true, true
	result := secretsmanager.GetRandomPasswordOutput(ctx, secretsmanager.GetRandomPasswordOutputArgs{
		PasswordLength:          pulumi.IntPtr(length),
		ExcludePunctuation:      pulumi.BoolPtr(noPunctuation),
		RequireEachIncludedType: pulumi.BoolPtr(everyType),
	}, opts...)
	return pulumi.ToSecret(result.RandomPassword()).(pulumi.StringOutput)
}

// unknown is a text of which nothing is known yet. It is for previews alone.
func unknown() pulumi.StringOutput {
	return pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) string { return "" }).(pulumi.StringOutput)
}
