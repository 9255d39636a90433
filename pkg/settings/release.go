package settings

import (
	"fmt"
	"strconv"
)

// ContinuousDeployment is who meets a change of the distribution before everybody does.
type ContinuousDeployment string

// The ways.
const (
	ContinuousDeploymentOff    ContinuousDeployment = "off"    // a change is everybody's at once
	ContinuousDeploymentHeader ContinuousDeployment = "header" // requests with the header aws-cf-cd-candidate: true
	ContinuousDeploymentWeight ContinuousDeployment = "weight" // a part of all visitors
)

func continuousDeployments() []ContinuousDeployment {
	return []ContinuousDeployment{ContinuousDeploymentOff, ContinuousDeploymentHeader, ContinuousDeploymentWeight}
}

// Release holds what magento-cdn is told of how a change reaches visitors.
type Release struct {
	// ContinuousDeployment makes changes of behaviours, policies and functions on a second distribution, that requests with
	// the header aws-cf-cd-candidate: true or a part of the visitors get, while the first stays as it is. Off again, everybody
	// gets them. CloudFront speaks HTTP/2 and no HTTP/3 for as long.
	ContinuousDeployment ContinuousDeployment `key:"continuousDeployment" default:"off" differs:"purpose" allowed:"off, header or weight"`

	// CandidatePercent is the part of the visitors under weight.
	CandidatePercent int `key:"candidatePercent" default:"5" allowed:"1 to 15"`
}

// maxCandidatePercent is CloudFront's limit (CloudFront Developer Guide, "Use continuous deployment").
const maxCandidatePercent = 15

func (s Release) rules() []rule {
	return []rule{
		cdnRule(func(refuse refusal) {
			choose(refuse, "continuousDeployment", s.ContinuousDeployment, continuousDeployments())
		}, "continuousDeployment"),
		cdnRule(func(refuse refusal) {
			if s.CandidatePercent < 1 || s.CandidatePercent > maxCandidatePercent {
				refuse("candidatePercent", strconv.Itoa(s.CandidatePercent), fmt.Sprintf("must be 1 to %d", maxCandidatePercent))
			}
		}, "candidatePercent"),
	}
}
