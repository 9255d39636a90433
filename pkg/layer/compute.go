package layer

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Compute is what magento-compute publishes.
type Compute struct {
	ClusterName            string `stack:"clusterName"`
	ClusterEndpoint        string `stack:"clusterEndpoint"`
	ClusterSecurityGroupID string `stack:"clusterSecurityGroupId"` // EKS's own, on the control plane and on every node
	OIDCProviderARN        string `stack:"oidcProviderArn"`
	OIDCIssuer             string `stack:"oidcIssuer"`

	LoadBalancerARN     string `stack:"loadBalancerArn"` // of the internal load balancer, for the CDN's VPC origin
	LoadBalancerDNSName string `stack:"loadBalancerDnsName"`
	LoadBalancerName    string `stack:"loadBalancerName"`
	WebTargetGroupARN   string `stack:"webTargetGroupArn"`   // of the pods of the service magento-web
	AdminTargetGroupARN string `stack:"adminTargetGroupArn"` // of the pods of the service magento-admin

	RepositoryURL string `stack:"repositoryUrl"` // of the shop's image: what to push to, without a tag
	RepositoryARN string `stack:"repositoryArn"`
}

// Layer is the layer that publishes the contract.
func (Compute) Layer() Layer { return computeLayer }

// ComputeOutputs is the producer's twin of Compute.
type ComputeOutputs struct {
	ClusterName            pulumi.StringInput `stack:"clusterName"`
	ClusterEndpoint        pulumi.StringInput `stack:"clusterEndpoint"`
	ClusterSecurityGroupID pulumi.StringInput `stack:"clusterSecurityGroupId"`
	OIDCProviderARN        pulumi.StringInput `stack:"oidcProviderArn"`
	OIDCIssuer             pulumi.StringInput `stack:"oidcIssuer"`

	LoadBalancerARN     pulumi.StringInput `stack:"loadBalancerArn"`
	LoadBalancerDNSName pulumi.StringInput `stack:"loadBalancerDnsName"`
	LoadBalancerName    pulumi.StringInput `stack:"loadBalancerName"`
	WebTargetGroupARN   pulumi.StringInput `stack:"webTargetGroupArn"`
	AdminTargetGroupARN pulumi.StringInput `stack:"adminTargetGroupArn"`

	RepositoryURL pulumi.StringInput `stack:"repositoryUrl"`
	RepositoryARN pulumi.StringInput `stack:"repositoryArn"`
}

// Producer is the layer that publishes the outputs.
func (ComputeOutputs) Producer() Layer { return computeLayer }
