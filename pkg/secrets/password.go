package secrets

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// passwordLength is below the 41 characters that Aurora MySQL takes (Amazon RDS API Reference,
// CreateDBCluster, MasterUserPassword), and has about 190 bits of randomness.
const passwordLength = 32

// NewPassword draws a random password in Secrets Manager, without punctuation, so that it needs no quoting in
// any configuration file. It differs at every run: whoever uses it must ignore changes of it.
func NewPassword(ctx *pulumi.Context, opts ...pulumi.InvokeOption) pulumi.StringOutput {
	length, noPunctuation, everyType := passwordLength, true, true
	result := secretsmanager.GetRandomPasswordOutput(ctx, secretsmanager.GetRandomPasswordOutputArgs{
		PasswordLength:          pulumi.IntPtr(length),
		ExcludePunctuation:      pulumi.BoolPtr(noPunctuation),
		RequireEachIncludedType: pulumi.BoolPtr(everyType),
	}, opts...)
	return pulumi.ToSecret(result.RandomPassword()).(pulumi.StringOutput)
}
