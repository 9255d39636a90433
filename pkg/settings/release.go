package settings

import (
	"fmt"
	"strconv"

	"github.com/magestack/magestack/pkg/enum"
)

// ContinuousDeployment is who meets a change of the distribution before everybody does.
type ContinuousDeployment string

// The ways.
const (
	ContinuousDeploymentOff    ContinuousDeployment = "off"    // a change is everybody's at once
	ContinuousDeploymentHeader ContinuousDeployment = "header" // requests with the header aws-cf-cd-candidate: true
	ContinuousDeploymentWeight ContinuousDeployment = "weight" // a part of all visitors
	ContinuousDeploymentPaused ContinuousDeployment = "paused" // everybody meets it, and the second distribution waits for the next
)

func continuousDeployments() []ContinuousDeployment {
	return []ContinuousDeployment{ContinuousDeploymentOff, ContinuousDeploymentHeader, ContinuousDeploymentWeight, ContinuousDeploymentPaused}
}

// HTTPVersion is the newest version of HTTP that CloudFront offers to browsers.
type HTTPVersion string

// The versions that are worth having (CloudFront Developer Guide, "Supported HTTP versions").
const (
	HTTPVersion2 HTTPVersion = "http2"
	HTTPVersion3 HTTPVersion = "http2and3"
)

// Release holds what magento-cdn is told of how a change reaches visitors.
type Release struct {
	// ContinuousDeployment makes changes of behaviours, policies and functions on a second distribution, that requests with
	// the header aws-cf-cd-candidate: true or a part of the visitors get, while the first stays as it is. Paused, everybody gets
	// them. It needs a distribution that is there already, and is paused before it is off (docs/operations.md).
	ContinuousDeployment ContinuousDeployment `key:"continuousDeployment" default:"off" differs:"purpose" allowed:"off, header, weight or paused"`

	// HTTPVersion is what browsers may speak. Continuous deployment works without HTTP/3 alone.
	HTTPVersion HTTPVersion `key:"httpVersion" default:"http2and3" differs:"purpose" allowed:"http2 or http2and3; http2 beside continuousDeployment"`

	// CandidatePercent is the part of the visitors under weight.
	CandidatePercent int `key:"candidatePercent" default:"5" allowed:"1 to 15"`
}

// maxCandidatePercent is CloudFront's limit (CloudFront Developer Guide, "Use continuous deployment").
const maxCandidatePercent = 15

func (s Release) rules() []rule {
	return []rule{
		cdnRule(func(refuse refusal) {
			choose(refuse, "continuousDeployment", s.ContinuousDeployment, continuousDeployments())
			choose(refuse, "httpVersion", s.HTTPVersion, []HTTPVersion{HTTPVersion2, HTTPVersion3})
			known := enum.Check(s.ContinuousDeployment, continuousDeployments()) == nil
			if known && s.ContinuousDeployment != ContinuousDeploymentOff && s.HTTPVersion == HTTPVersion3 {
				refuse("httpVersion", string(s.HTTPVersion), fmt.Sprintf("must be %s while continuousDeployment is %s: CloudFront has no HTTP/3 with it", HTTPVersion2, s.ContinuousDeployment))
			}
		}, "continuousDeployment", "httpVersion"),
		cdnRule(func(refuse refusal) {
			if s.CandidatePercent < 1 || s.CandidatePercent > maxCandidatePercent {
				refuse("candidatePercent", strconv.Itoa(s.CandidatePercent), fmt.Sprintf("must be 1 to %d", maxCandidatePercent))
			}
		}, "candidatePercent"),
	}
}
