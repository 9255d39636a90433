package program

import (
	"github.com/magestack/magestack/pkg/cdn/edge"
	"github.com/magestack/magestack/pkg/cdn/edge/shield"
	"github.com/magestack/magestack/pkg/magento/page"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
)

// candidateHeader has a request go to the candidate, with the value "true".
const candidateHeader = "aws-cf-cd-candidate"

// makeDistribution registers the distribution that the settings describe.
func (b *builder) makeDistribution() error {
	set := b.set
	behaviors, err := set.Behaviors()
	if err != nil {
		return err
	}
	b.distribution, err = edge.NewDistribution(b.ctx, "edge", edge.DistributionArgs{
		Account:               set.Account(),
		Environment:           naming.Environment(b.ctx.Stack()),
		HostNames:             b.hostNames(),
		PriceClass:            string(set.PriceClass),
		HTTPVersion:           string(set.HTTPVersion),
		CertificateARN:        b.certificate.ARN,
		WebACLARN:             b.firewall.ARN,
		LoadBalancerARN:       b.compute.LoadBalancerARN,
		LoadBalancerDNSName:   b.compute.LoadBalancerDNSName,
		MediaBucketDomainName: b.data.MediaBucketDomainName,
		LogBucketARN:          set.Account().BucketARN(b.data.LogBucket),
		Behaviors:             behaviors,
		Pages: edge.Pages{
			LifetimeSeconds: set.PageLifetimeSeconds, ContentCookies: set.ContentCookies,
			PrivateCookies: set.PrivateCookies, PrivatePaths: set.PrivatePaths(), Tracking: set.TrackingParameters,
		},
		Headers:         edge.Headers{HSTSSubdomains: set.HSTSSubdomains, CSPReportURL: set.CSPReportURL},
		ShieldRegion:    shieldRegion(set),
		Standby:         standby(set),
		Candidate:       candidate(set),
		UnavailablePage: page.UnavailablePath,
		Protect:         set.ProtectEdge,
	}, b.provider)
	return err
}

func shieldRegion(set settings.CDN) string {
	if !set.OriginShield {
		return ""
	}
	region, _ := shield.Nearest(string(set.Region)) // settings refuse a region without one
	return region
}

func standby(set settings.CDN) *edge.Standby {
	if set.StandbyLoadBalancerARN == "" {
		return nil
	}
	return &edge.Standby{
		LoadBalancerARN:       set.StandbyLoadBalancerARN,
		LoadBalancerDNSName:   set.StandbyLoadBalancerDNSName,
		MediaBucketDomainName: set.StandbyMediaBucketDomainName,
	}
}

func candidate(set settings.CDN) *edge.Candidate {
	switch set.ContinuousDeployment {
	case settings.ContinuousDeploymentHeader:
		return &edge.Candidate{Header: candidateHeader, Value: "true"}
	case settings.ContinuousDeploymentWeight:
		return &edge.Candidate{Weight: float64(set.CandidatePercent) / 100}
	case settings.ContinuousDeploymentPaused:
		return &edge.Candidate{Header: candidateHeader, Value: "true", Paused: true}
	}
	return nil
}
