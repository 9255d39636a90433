// Package podidentity gives pods an identity in AWS: a role that one service account of one namespace of one cluster
// alone may assume, through EKS Pod Identity. Fargate has no Pod Identity; pods there have a web identity.
package podidentity

import (
	"errors"
	"fmt"
	"strings"

	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/component"
)

// IdentityType is the type token of an Identity.
const IdentityType = "magento:workload:Identity"

// Account is a service account in a cluster.
type Account struct {
	Namespace string
	Name      string
}

func (a Account) inputs() pulumi.Map {
	return pulumi.Map{"namespace": pulumi.String(a.Namespace), "serviceAccount": pulumi.String(a.Name)}
}

// Policy is a part of what pods may do.
type Policy struct {
	Name       string
	Statements []policy.Statement
}

// IdentityArgs configures an Identity.
type IdentityArgs struct {
	ClusterName    pulumi.StringInput
	ServiceAccount Account
	Description    string
	Statements     []policy.Statement // what the pods may do
	Policies       []Policy           // what they may do, in parts that have names
	ManagedARNs    []string           // of policies that AWS maintains, where AWS asks for them
}

// Identity is a role with its permissions, associated with a service account.
type Identity struct {
	pulumi.ResourceState
	RoleARN  pulumi.StringOutput
	RoleName pulumi.StringOutput

	// Association ties the role to the service account, after the role has its permissions. What runs under the service
	// account must depend on it: a pod that starts earlier never gets the credentials (EKS User Guide, "Assign an IAM
	// role to a Kubernetes service account"). Depending on the Identity itself would not do: Pulumi's SDK takes those
	// children of a component that it happens to know by then.
	Association pulumi.Resource
}

// NewIdentity registers an Identity.
func NewIdentity(ctx *pulumi.Context, name string, args IdentityArgs, opts ...pulumi.ResourceOption) (*Identity, error) {
	i := &Identity{}
	return i, component.New(ctx, IdentityType, name, args, i, func(s component.Scope) (pulumi.Map, error) {
		role, granted, err := args.role(s)
		if err != nil {
			return nil, err
		}
		association, err := awseks.NewPodIdentityAssociation(ctx, s.Child("association"), &awseks.PodIdentityAssociationArgs{
			ClusterName:    args.ClusterName,
			Namespace:      pulumi.String(args.ServiceAccount.Namespace),
			ServiceAccount: pulumi.String(args.ServiceAccount.Name),
			RoleArn:        role.Arn,
		}, s.Parent, pulumi.DependsOn(granted))
		if err != nil {
			return nil, fmt.Errorf("association: %w", err)
		}
		i.RoleARN, i.RoleName, i.Association = role.Arn, role.Name, association
		return pulumi.Map{"roleArn": i.RoleARN, "associationId": association.AssociationId}, nil
	}, opts...)
}

// role registers the role and what it may do.
func (a IdentityArgs) role(s component.Scope) (*iam.Role, []pulumi.Resource, error) {
	trust, err := a.trust()
	if err != nil {
		return nil, nil, err
	}
	role, err := iam.NewRole(s.Ctx, s.Child("role"), &iam.RoleArgs{
		Description:      pulumi.String(a.Description),
		AssumeRolePolicy: trust,
	}, s.Parent)
	if err != nil {
		return nil, nil, fmt.Errorf("role: %w", err)
	}
	policies := a.Policies
	if len(a.Statements) > 0 {
		policies = append([]Policy{{"policy", a.Statements}}, policies...)
	}
	granted, err := grant(s, role, policies, a.ManagedARNs)
	return role, granted, err
}

// Inputs returns what the component shows in a plan.
func (a IdentityArgs) Inputs() pulumi.Map { return a.ServiceAccount.inputs() }

// Validate refuses an identity of no pods, and one without rights.
func (a IdentityArgs) Validate() error {
	var problems []error
	if a.ClusterName == nil || a.ServiceAccount.Namespace == "" || a.ServiceAccount.Name == "" || a.Description == "" {
		problems = append(problems, errors.New("clusterName, serviceAccount and description: required"))
	}
	if len(a.Statements) == 0 && len(a.Policies) == 0 && len(a.ManagedARNs) == 0 {
		problems = append(problems, errors.New("statements, policies, managedArns: one of them is required; pods without rights need no identity"))
	}
	return errors.Join(problems...)
}

// trust lets Pod Identity assume the role for the one service account. The service sends where a pod is from as
// session tags (EKS User Guide, "Create IAM role with trust policy required by EKS Pod Identity").
func (a IdentityArgs) trust() (pulumi.StringOutput, error) {
	equals := func(tag string, value pulumi.StringInput) policy.Condition {
		return policy.Condition{Operator: "StringEquals", Key: "aws:RequestTag/" + tag, Values: []pulumi.StringInput{value}}
	}
	return policy.Document(policy.Statement{
		Principals: policy.Principals{Services: []string{"pods.eks.amazonaws.com"}},
		Actions:    []string{"sts:AssumeRole", "sts:TagSession"},
		Conditions: []policy.Condition{
			equals("eks-cluster-name", a.ClusterName),
			equals("kubernetes-namespace", pulumi.String(a.ServiceAccount.Namespace)),
			equals("kubernetes-service-account", pulumi.String(a.ServiceAccount.Name)),
		},
	})
}

// grant gives a role its own policies and those of AWS.
func grant(s component.Scope, role *iam.Role, policies []Policy, managed []string) ([]pulumi.Resource, error) {
	var granted []pulumi.Resource
	for _, p := range policies {
		document, err := policy.Document(p.Statements...)
		if err != nil {
			return nil, fmt.Errorf("policy %s: %w", p.Name, err)
		}
		own, err := iam.NewRolePolicy(s.Ctx, s.Child(p.Name), &iam.RolePolicyArgs{Role: role.Name, Policy: document}, s.Parent)
		if err != nil {
			return nil, fmt.Errorf("policy %s: %w", p.Name, err)
		}
		granted = append(granted, own)
	}
	for _, arn := range managed {
		attachment, err := iam.NewRolePolicyAttachment(s.Ctx, s.Child(lastPart(arn)), &iam.RolePolicyAttachmentArgs{
			Role: role.Name, PolicyArn: pulumi.String(arn),
		}, s.Parent)
		if err != nil {
			return nil, fmt.Errorf("policy %s: %w", arn, err)
		}
		granted = append(granted, attachment)
	}
	return granted, nil
}

// lastPart returns what follows the last slash of an ARN.
func lastPart(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
