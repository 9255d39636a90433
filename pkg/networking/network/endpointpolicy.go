package network

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/aws/topology"
)

// The endpoints' policies keep foreign credentials out: a process that an attacker runs in a pod cannot
// send data to another account through them. They grant nothing by themselves; the caller's own policies
// must allow a request too. They follow AWS's "Data perimeter policy examples"
// (github.com/aws-samples/data-perimeter-policy-examples), with the account in place of an organisation.

// interfacePolicy is the policy of a service's interface endpoint.
func interfacePolicy(acct account.Account, endpoint topology.Endpoint) (pulumi.StringOutput, error) {
	if endpoint == topology.EndpointSTS {
		return servicePolicy(acct, webIdentity(acct))
	}
	return servicePolicy(acct)
}

// servicePolicy admits the account's principals to all that an endpoint's one service offers, and what
// further statements say. It does not ask whose resource it is: the images of EKS's add-ons and the
// parameters of its AMIs are AWS's (EKS User Guide, "View Amazon container image registries").
func servicePolicy(acct account.Account, further ...policy.Statement) (pulumi.StringOutput, error) {
	own := policy.Statement{
		Sid:        "OwnPrincipals",
		Principals: policy.Principals{Anyone: true},
		Actions:    []string{"*"},
		Resources:  policy.Strings("*"),
		Conditions: []policy.Condition{ownPrincipal(acct)},
	}
	return policy.Document(append([]policy.Statement{own}, further...)...)
}

// webIdentity admits the exchange of a service account's token for a role of ours. That request is not
// signed, so it has no principal whose account a condition could ask for.
func webIdentity(acct account.Account) policy.Statement {
	return policy.Statement{
		Sid:        "OwnRolesByWebIdentity",
		Principals: policy.Principals{Anyone: true},
		Actions:    []string{"sts:AssumeRoleWithWebIdentity"},
		Resources:  policy.Strings(acct.GlobalARN("iam", "role/*")),
	}
}

// s3Policy admits the account's principals to the account's buckets, and anyone to read from the public
// and shared buckets that nodes cannot do without. Those reads are anonymous, or signed by the bucket's
// owner (a registry redirects to a presigned URL of a layer), so no condition on the caller can hold. Buckets of other
// accounts are let through by name and owner, for the account's principals; what these may do there, their own policies
// and the bucket's say.
func s3Policy(acct account.Account, foreign map[string]string) (pulumi.StringOutput, error) {
	var shared []pulumi.StringInput
	for _, bucket := range sharedBuckets(acct.Region) {
		shared = append(shared, pulumi.String(acct.BucketARN(bucket+"/*")))
	}
	statements := []policy.Statement{
		{
			Sid:        "OwnPrincipalsToOwnBuckets",
			Principals: policy.Principals{Anyone: true},
			Actions:    []string{"s3:*"},
			Resources:  policy.Strings("*"),
			Conditions: []policy.Condition{ownPrincipal(acct), {
				Operator: "StringEquals",
				Key:      "aws:ResourceAccount",
				Values:   policy.Strings(acct.ID),
			}},
		},
		{
			Sid:        "ReadSharedBuckets",
			Principals: policy.Principals{Anyone: true},
			Actions:    []string{"s3:GetObject"},
			Resources:  shared,
		},
	}
	for _, bucket := range slices.Sorted(maps.Keys(foreign)) {
		statements = append(statements, policy.Statement{
			Principals: policy.Principals{Anyone: true},
			Actions:    []string{"s3:*"},
			Resources:  policy.Strings(acct.BucketARN(bucket), acct.BucketARN(bucket+"/*")),
			Conditions: []policy.Condition{ownPrincipal(acct), {
				Operator: "StringEquals",
				Key:      "aws:ResourceAccount",
				Values:   policy.Strings(foreign[bucket]),
			}},
		})
	}
	return policy.Document(statements...)
}

func ownPrincipal(acct account.Account) policy.Condition {
	return policy.Condition{Operator: "StringEquals", Key: "aws:PrincipalAccount", Values: policy.Strings(acct.ID)}
}

// sharedBuckets are the buckets of others that nodes read from. A gateway endpoint serves its own region
// only, so a registry that keeps its layers elsewhere is not affected by the policy; which does, changes.
func sharedBuckets(region string) []string {
	return []string{
		// Layers of ECR (ECR User Guide, "Amazon ECR interface VPC endpoints": minimum bucket permissions).
		"prod-" + region + "-starport-layer-bucket",
		// Packages and kernel live patches of Amazon Linux 2023 (data perimeter examples, service_owned_resources).
		"al2023-repos-" + region + "-de612dc2",
		"al2023-" + region,
		// The SSM agent, its packages, documents and patch baselines (Systems Manager User Guide, "SSM Agent
		// communications with AWS managed S3 buckets").
		"aws-ssm-" + region,
		"amazon-ssm-" + region,
		"amazon-ssm-packages-" + region,
		region + "-birdwatcher-prod",
		"aws-ssm-distributor-file-" + region,
		"aws-ssm-document-attachments-" + region,
		"patch-baseline-snapshot-" + region,
		// Layers of registry.k8s.io, which sends clients in AWS to a bucket of their region
		// (github.com/kubernetes/k8s.io/issues/4214: 403 behind an endpoint's policy).
		"prod-registry-k8s-io-" + region,
		// Layers of Docker Hub and of quay.io, in us-east-1 (github.com/docker/hub-feedback/issues/1318;
		// OpenShift documentation, "Configuring your firewall").
		"docker-images-prod",
		"quayio-production-s3",
	}
}
