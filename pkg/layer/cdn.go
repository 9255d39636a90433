package layer

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// CDN is what magento-cdn publishes.
type CDN struct {
	DistributionID         string   `stack:"distributionId"`
	DistributionARN        string   `stack:"distributionArn"`
	DistributionDomainName string   `stack:"distributionDomainName"`
	CandidateID            string   `stack:"candidateDistributionId,optional"` // of the distribution that a change is tried on; empty where there is none
	HostNames              []string `stack:"hostNames"`                        // of the shop, the main one first
	WebACLARN              string   `stack:"webAclArn"`
	HealthCheckID          string   `stack:"healthCheckId,optional"` // of Route 53, whose metrics are in us-east-1; empty where there is none
}

// Layer is the layer that publishes the contract.
func (CDN) Layer() Layer { return cdnLayer }

// CDNOutputs is the producer's twin of CDN.
type CDNOutputs struct {
	DistributionID         pulumi.StringInput      `stack:"distributionId"`
	DistributionARN        pulumi.StringInput      `stack:"distributionArn"`
	DistributionDomainName pulumi.StringInput      `stack:"distributionDomainName"`
	CandidateID            pulumi.StringInput      `stack:"candidateDistributionId,optional"`
	HostNames              pulumi.StringArrayInput `stack:"hostNames"`
	WebACLARN              pulumi.StringInput      `stack:"webAclArn"`
	HealthCheckID          pulumi.StringInput      `stack:"healthCheckId,optional"`
}

// Producer is the layer that publishes the outputs.
func (CDNOutputs) Producer() Layer { return cdnLayer }
