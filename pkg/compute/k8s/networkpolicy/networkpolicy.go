// Package networkpolicy has what the NetworkPolicies of several components are made of. Policies add up: one closes a namespace,
// and others open what its pods need.
package networkpolicy

import (
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/naming"
)

// DefaultDeny is the name of the policy that closes a namespace.
const DefaultDeny = "default-deny"

// dnsPort is where CoreDNS listens.
const dnsPort = 53

// Both returns the policy types of a policy for requests in both directions.
func Both() pulumi.StringArray { return pulumi.ToStringArray([]string{"Ingress", "Egress"}) }

// Closed returns the spec of DefaultDeny: of every pod, in both directions, without a rule.
func Closed() networkingv1.NetworkPolicySpecArgs {
	return networkingv1.NetworkPolicySpecArgs{PodSelector: metav1.LabelSelectorArgs{}, PolicyTypes: Both()}
}

// Pods returns a peer: the pods of a namespace, or with labels some of them.
func Pods(namespace string, labels pulumi.StringMap) networkingv1.NetworkPolicyPeerArray {
	peer := networkingv1.NetworkPolicyPeerArgs{
		NamespaceSelector: metav1.LabelSelectorArgs{MatchLabels: pulumi.StringMap{"kubernetes.io/metadata.name": pulumi.String(namespace)}},
	}
	if labels != nil {
		peer.PodSelector = metav1.LabelSelectorArgs{MatchLabels: labels}
	}
	return networkingv1.NetworkPolicyPeerArray{peer}
}

// Ports returns one port of a protocol.
func Ports(protocol string, port int) networkingv1.NetworkPolicyPortArray {
	return networkingv1.NetworkPolicyPortArray{networkingv1.NetworkPolicyPortArgs{Protocol: pulumi.String(protocol), Port: pulumi.Int(port)}}
}

// Names returns the rule by which pods resolve names: CoreDNS, over UDP and TCP.
func Names() networkingv1.NetworkPolicyEgressRuleArgs {
	return networkingv1.NetworkPolicyEgressRuleArgs{
		To:    Pods(naming.NamespaceSystem, pulumi.StringMap{"k8s-app": pulumi.String("kube-dns")}),
		Ports: append(Ports("UDP", dnsPort), Ports("TCP", dnsPort)...),
	}
}

// Block returns a peer: the addresses of a block.
func Block(cidr string) networkingv1.NetworkPolicyPeerArray {
	return networkingv1.NetworkPolicyPeerArray{networkingv1.NetworkPolicyPeerArgs{IpBlock: networkingv1.IPBlockArgs{Cidr: pulumi.String(cidr)}}}
}

// The agent of EKS Pod Identity, on the pod's own node (EKS User Guide, "Set up the Amazon EKS Pod Identity Agent").
const (
	podIdentityBlock = "169.254.170.23/32"
	podIdentityPort  = 80
)

// PodIdentity returns the rule by which pods get their credentials.
func PodIdentity() networkingv1.NetworkPolicyEgressRuleArgs {
	return networkingv1.NetworkPolicyEgressRuleArgs{To: Block(podIdentityBlock), Ports: Ports("TCP", podIdentityPort)}
}
