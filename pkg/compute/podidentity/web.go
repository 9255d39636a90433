package podidentity

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/component"
)

// WebIdentityType is the type token of a WebIdentity.
const WebIdentityType = "magento:workload:WebIdentity"

// RoleAnnotation on a service account names the role that its pods assume (EKS User Guide, "Assign IAM roles to
// Kubernetes service accounts").
const RoleAnnotation = "eks.amazonaws.com/role-arn"

// WebIdentityArgs configures a WebIdentity.
type WebIdentityArgs struct {
	RoleName       string             // given, because a manifest outside this project annotates a service account with it
	ProviderARN    pulumi.StringInput // of the cluster's OIDC provider
	Issuer         pulumi.StringInput // without https://
	ServiceAccount Account
	Description    string
	Statements     []policy.Statement
}

// WebIdentity is IRSA (IAM roles for service accounts): a role that pods assume with the token of their service account, for Fargate, where there is no
// agent of Pod Identity.
type WebIdentity struct {
	pulumi.ResourceState
	RoleARN pulumi.StringOutput
}

// NewWebIdentity registers a WebIdentity.
func NewWebIdentity(ctx *pulumi.Context, name string, args WebIdentityArgs, opts ...pulumi.ResourceOption) (*WebIdentity, error) {
	w := &WebIdentity{}
	return w, component.New(ctx, WebIdentityType, name, args, w, func(s component.Scope) (pulumi.Map, error) {
		role, err := iam.NewRole(ctx, s.Child("role"), &iam.RoleArgs{
			Name:             pulumi.String(args.RoleName),
			Description:      pulumi.String(args.Description),
			AssumeRolePolicy: args.trust(),
		}, s.Parent)
		if err != nil {
			return nil, fmt.Errorf("role: %w", err)
		}
		w.RoleARN = role.Arn
		_, err = grant(s, role, []Policy{{"policy", args.Statements}}, nil)
		return pulumi.Map{"roleArn": w.RoleARN}, err
	}, opts...)
}

// Inputs returns what the component shows in a plan.
func (a WebIdentityArgs) Inputs() pulumi.Map { return a.ServiceAccount.inputs() }

// maxRoleName is the longest name of a role (IAM User Guide, "IAM and STS character quotas").
const maxRoleName = 64

// Validate refuses an identity of no pods, one without rights, and a name that IAM would refuse.
func (a WebIdentityArgs) Validate() error {
	var problems []error
	if a.ProviderARN == nil || a.Issuer == nil || a.ServiceAccount.Namespace == "" || a.ServiceAccount.Name == "" || a.Description == "" {
		problems = append(problems, errors.New("providerArn, issuer, serviceAccount and description: required"))
	}
	if a.RoleName == "" || len(a.RoleName) > maxRoleName {
		problems = append(problems, fmt.Errorf("roleName %q: must have 1 to %d characters", a.RoleName, maxRoleName))
	}
	if len(a.Statements) == 0 {
		problems = append(problems, errors.New("statements: required; pods without rights need no identity"))
	}
	return errors.Join(problems...)
}

// trust ties the role to the one service account: the keys of the conditions are the issuer's, so that the document
// can only be written when it is known.
func (a WebIdentityArgs) trust() pulumi.StringOutput {
	subject := "system:serviceaccount:" + a.ServiceAccount.Namespace + ":" + a.ServiceAccount.Name
	return pulumi.All(a.ProviderARN, a.Issuer).ApplyT(func(of []any) (pulumi.StringOutput, error) {
		issuer := of[1].(string)
		return policy.Document(policy.Statement{
			Principals: policy.Principals{Federated: policy.Strings(of[0].(string))},
			Actions:    []string{"sts:AssumeRoleWithWebIdentity"},
			Conditions: []policy.Condition{
				{Operator: "StringEquals", Key: issuer + ":aud", Values: policy.Strings("sts.amazonaws.com")},
				{Operator: "StringEquals", Key: issuer + ":sub", Values: policy.Strings(subject)},
			},
		})
	}).(pulumi.StringOutput)
}
