package model

import (
	"fmt"
	"time"

	"github.com/magestack/magestack/internal/plan"
)

// distributionInputs are the inputs of a distribution; those that decide nothing here are read and left.
type distributionInputs struct {
	Aliases                      []string
	Comment                      string
	ContinuousDeploymentPolicyID string
	CustomErrorResponses         []struct {
		ErrorCode, ErrorCachingMinTTL, ResponseCode *float64
		ResponsePagePath                            string
	}
	DefaultCacheBehavior  behaviorInputs
	OrderedCacheBehaviors []behaviorInputs
	Enabled               bool
	HTTPVersion           string
	IsIPv6Enabled         bool
	OriginGroups          []struct {
		OriginID         string
		FailoverCriteria struct{ StatusCodes []int }
		Members          []struct{ OriginID string }
	}
	Origins           []originInputs
	PriceClass        string
	Restrictions      any
	Staging           bool
	Tags              any
	ViewerCertificate any
	WebACLID          string
}

type originInputs struct {
	OriginID, DomainName  string
	ConnectionAttempts    int
	OriginAccessControlID string
	OriginShield          struct {
		Enabled            bool
		OriginShieldRegion string
	}
	VPCOriginConfig *struct {
		VPCOriginID                               string
		OriginKeepaliveTimeout, OriginReadTimeout float64
	}
}

type behaviorInputs struct {
	PathPattern, TargetOriginID, ViewerProtocolPolicy             string
	AllowedMethods, CachedMethods                                 []string
	Compress                                                      bool
	CachePolicyID, OriginRequestPolicyID, ResponseHeadersPolicyID string
	FunctionAssociations                                          []struct{ EventType, FunctionARN string }
}

// CloudFront's own values (CloudFront Developer Guide, "Response timeout", "Connection attempts").
const (
	defaultReadTimeout = 30 * time.Second
	defaultAttempts    = 3
)

func (l *loader) distribution(r plan.Resource) Distribution {
	var in distributionInputs
	l.decode(r, &in)
	d := Distribution{ID: r.ID, Aliases: in.Aliases}
	d.DomainName, _ = r.Outputs["domainName"].(string)
	if !in.Enabled {
		l.note("%s: is not enabled", r.Name)
	}
	known := map[string]bool{}
	for _, o := range in.Origins {
		origin := Origin{ID: o.OriginID, DomainName: o.DomainName, Bucket: o.OriginAccessControlID != "", Shield: o.OriginShield.Enabled, ReadTimeout: defaultReadTimeout, Attempts: defaultAttempts}
		if o.VPCOriginConfig != nil && o.VPCOriginConfig.OriginReadTimeout > 0 {
			origin.ReadTimeout = seconds(o.VPCOriginConfig.OriginReadTimeout)
		}
		if o.ConnectionAttempts > 0 {
			origin.Attempts = o.ConnectionAttempts
		}
		known[origin.ID] = true
		d.Origins = append(d.Origins, origin)
	}
	for _, g := range in.OriginGroups {
		group := OriginGroup{ID: g.OriginID, Codes: g.FailoverCriteria.StatusCodes}
		for _, member := range g.Members {
			if !known[member.OriginID] {
				l.note("origin group %s: there is no origin %s", g.OriginID, member.OriginID)
			}
			group.Members = append(group.Members, member.OriginID)
		}
		d.Groups = append(d.Groups, group)
	}
	for _, g := range d.Groups {
		known[g.ID] = true
	}
	for _, e := range in.CustomErrorResponses {
		response := ErrorResponse{MinTTL: defaultErrorTTL, PagePath: e.ResponsePagePath}
		if e.ErrorCode != nil {
			response.Code = int(*e.ErrorCode)
		}
		if e.ErrorCachingMinTTL != nil {
			response.MinTTL = seconds(*e.ErrorCachingMinTTL)
		}
		if e.ResponseCode != nil {
			response.ResponseCode = int(*e.ResponseCode)
		}
		d.Errors = append(d.Errors, response)
	}
	in.DefaultCacheBehavior.PathPattern = Default
	for _, b := range append(in.OrderedCacheBehaviors, in.DefaultCacheBehavior) {
		if !known[b.TargetOriginID] {
			l.note("behaviour %s: there is no origin %s", b.PathPattern, b.TargetOriginID)
		}
		d.Behaviors = append(d.Behaviors, l.behavior(b))
	}
	return d
}

// behavior resolves the policies and functions of a behaviour.
func (l *loader) behavior(in behaviorInputs) Behavior {
	b := Behavior{
		Pattern: in.PathPattern, Origin: in.TargetOriginID, Methods: in.AllowedMethods, CachedMethods: in.CachedMethods,
		ViewerProtocol: in.ViewerProtocolPolicy, Compress: in.Compress,
	}
	if policy, ok := find(l, b.Pattern, "cache policy", l.caches, in.CachePolicyID); ok {
		b.Cache = policy
	}
	if in.OriginRequestPolicyID != "" {
		if policy, ok := find(l, b.Pattern, "origin request policy", l.requests, in.OriginRequestPolicyID); ok {
			b.Request = &policy
		}
	}
	if in.ResponseHeadersPolicyID != "" {
		if policy, ok := find(l, b.Pattern, "response headers policy", l.headers, in.ResponseHeadersPolicyID); ok {
			b.Headers = &policy
		}
	}
	for _, association := range in.FunctionAssociations {
		function, ok := find(l, b.Pattern, "function", l.functions, association.FunctionARN)
		switch {
		case !ok:
		case association.EventType == "viewer-request":
			b.ViewerRequest = &function
		case association.EventType == "viewer-response":
			b.ViewerResponse = &function
		default:
			l.note("behaviour %s: event %q is none of a function's", b.Pattern, association.EventType)
		}
	}
	return b
}

func find[T any](l *loader, pattern, kind string, known map[string]T, id string) (T, bool) {
	found, ok := known[id]
	if !ok {
		l.note("behaviour %s: %s %q is neither of this stack nor one of AWS's that the model knows", pattern, kind, id)
	}
	return found, ok
}

// securityHeaders is the part of a response headers policy that names headers by what they are for.
type securityHeaders struct {
	StrictTransportSecurity *struct {
		AccessControlMaxAgeSec               float64
		IncludeSubdomains, Preload, Override bool
	}
	ContentTypeOptions *struct{ Override bool }
	FrameOptions       *struct {
		FrameOption string
		Override    bool
	}
	ReferrerPolicy *struct {
		ReferrerPolicy string
		Override       bool
	}
	XSSProtection *struct {
		Protection, ModeBlock, Override bool
		ReportURI                       string
	}
	ContentSecurityPolicy *struct {
		ContentSecurityPolicy string
		Override              bool
	}
}

// values writes the headers as CloudFront does.
func (s securityHeaders) values() []HeaderValue {
	var set []HeaderValue
	if h := s.StrictTransportSecurity; h != nil {
		value := fmt.Sprintf("max-age=%.0f", h.AccessControlMaxAgeSec)
		if h.IncludeSubdomains {
			value += "; includeSubDomains"
		}
		if h.Preload {
			value += "; preload"
		}
		set = append(set, HeaderValue{"Strict-Transport-Security", value, h.Override})
	}
	if h := s.ContentTypeOptions; h != nil {
		set = append(set, HeaderValue{"X-Content-Type-Options", "nosniff", h.Override})
	}
	if h := s.FrameOptions; h != nil {
		set = append(set, HeaderValue{"X-Frame-Options", h.FrameOption, h.Override})
	}
	if h := s.ReferrerPolicy; h != nil {
		set = append(set, HeaderValue{"Referrer-Policy", h.ReferrerPolicy, h.Override})
	}
	if h := s.XSSProtection; h != nil && h.Protection {
		value := "1"
		if h.ModeBlock {
			value += "; mode=block"
		}
		set = append(set, HeaderValue{"X-XSS-Protection", value, h.Override})
	}
	if h := s.ContentSecurityPolicy; h != nil {
		set = append(set, HeaderValue{"Content-Security-Policy", h.ContentSecurityPolicy, h.Override})
	}
	return set
}
