package rules

import (
	"maps"
	"slices"
	"strings"
)

// Group is a managed group of rules by its name at AWS.
type Group string

// The managed groups that are used.
const (
	IPReputation    Group = "AWSManagedRulesAmazonIpReputationList"
	Core            Group = "AWSManagedRulesCommonRuleSet"
	KnownBadInputs  Group = "AWSManagedRulesKnownBadInputsRuleSet"
	SQLInjection    Group = "AWSManagedRulesSQLiRuleSet"
	PHP             Group = "AWSManagedRulesPHPRuleSet"
	Unix            Group = "AWSManagedRulesUnixRuleSet"
	Bots            Group = "AWSManagedRulesBotControlRuleSet"
	accountTakeover Group = "AWSManagedRulesATPRuleSet"
)

// group is what is known of a managed group: its capacity, the namespace of its labels and the names of its rules (WAF
// Developer Guide, "AWS Managed Rules rule groups list", 2026). A name that is not among them is worse than none: WAF ignores
// an override of a rule that does not exist (API Reference, RuleActionOverride).
type group struct {
	capacity  int
	namespace string
	rules     string // names, with spaces between them
}

var groups = map[Group]group{
	IPReputation: {25, "amazon-ip-list", `AWSManagedIPReputationList AWSManagedReconnaissanceList AWSManagedIPDDoSList`},
	Core: {700, "core-rule-set", `NoUserAgent_HEADER UserAgent_BadBots_HEADER SizeRestrictions_QUERYSTRING SizeRestrictions_Cookie_HEADER
		SizeRestrictions_BODY SizeRestrictions_URIPATH EC2MetaDataSSRF_BODY EC2MetaDataSSRF_COOKIE EC2MetaDataSSRF_URIPATH
		EC2MetaDataSSRF_QUERYARGUMENTS GenericLFI_QUERYARGUMENTS GenericLFI_URIPATH GenericLFI_BODY RestrictedExtensions_URIPATH
		RestrictedExtensions_QUERYARGUMENTS GenericRFI_QUERYARGUMENTS GenericRFI_BODY GenericRFI_URIPATH CrossSiteScripting_COOKIE
		CrossSiteScripting_QUERYARGUMENTS CrossSiteScripting_BODY CrossSiteScripting_URIPATH`},
	KnownBadInputs: {200, "known-bad-inputs", `JavaDeserializationRCE_HEADER JavaDeserializationRCE_BODY JavaDeserializationRCE_URIPATH
		JavaDeserializationRCE_QUERYSTRING Host_localhost_HEADER PROPFIND_METHOD ExploitablePaths_URIPATH Log4JRCE_HEADER
		Log4JRCE_QUERYSTRING Log4JRCE_BODY Log4JRCE_URIPATH ReactJSRCE_BODY`},
	SQLInjection: {200, "sql-database", `SQLi_QUERYARGUMENTS SQLiExtendedPatterns_QUERYARGUMENTS SQLi_BODY SQLiExtendedPatterns_BODY
		SQLi_COOKIE SQLi_URIPATH SQLiExtendedPatterns_HEADER SQLiExtendedPatterns_URIPATH`},
	PHP:  {100, "php-app", `PHPHighRiskMethodsVariables_HEADER PHPHighRiskMethodsVariables_QUERYSTRING PHPHighRiskMethodsVariables_BODY`},
	Unix: {100, "posix-os", `UNIXShellCommandsVariables_QUERYSTRING UNIXShellCommandsVariables_BODY UNIXShellCommandsVariables_HEADER`},
	Bots: {50, "bot-control", `CategoryAdvertising CategoryArchiver CategoryContentFetcher CategoryEmailClient CategoryHttpLibrary
		CategoryLinkChecker CategoryMiscellaneous CategoryMonitoring CategoryPagePreview CategoryScrapingFramework CategorySearchEngine
		CategorySecurity CategorySeo CategorySocialMedia CategoryWebhooks CategoryAI SignalAutomatedBrowser SignalKnownBotDataCenter
		SignalNonBrowserUserAgent TGT_VolumetricIpTokenAbsent TGT_TokenAbsent TGT_VolumetricSession TGT_VolumetricSessionMaximum
		TGT_SignalAutomatedBrowser TGT_SignalBrowserAutomationExtension TGT_SignalBrowserInconsistency TGT_ML_CoordinatedActivityLow
		TGT_ML_CoordinatedActivityMedium TGT_ML_CoordinatedActivityHigh TGT_TokenReuseIpLow TGT_TokenReuseIpMedium TGT_TokenReuseIpHigh
		TGT_TokenReuseCountryLow TGT_TokenReuseCountryMedium TGT_TokenReuseCountryHigh TGT_TokenReuseAsnLow TGT_TokenReuseAsnMedium
		TGT_TokenReuseAsnHigh`},
	accountTakeover: {50, "atp", `UnsupportedCognitoIDP VolumetricIpHigh VolumetricSession AttributeCompromisedCredentials
		AttributeUsernameTraversal AttributePasswordTraversal AttributeLongSession TokenRejected SignalMissingCredential
		VolumetricIpFailedLoginResponseHigh VolumetricSessionFailedLoginResponseHigh`},
}

// Groups lists the managed groups, sorted by name.
func Groups() []Group { return slices.Sorted(maps.Keys(groups)) }

// Rules are the names of the rules of the group.
func (g Group) Rules() []string { return strings.Fields(groups[g].rules) }

// Capacity is what the group costs in web ACL capacity units.
func (g Group) Capacity() int { return groups[g].capacity }

// Namespace is what the labels of the group begin with.
func (g Group) Namespace() Namespace {
	return Namespace("awswaf:managed:aws:" + groups[g].namespace + ":")
}

// labelSuffixes are the ends of rules' names that their labels write otherwise (the same list of groups).
var labelSuffixes = map[string]string{
	"_BODY": "_Body", "_HEADER": "_Header", "_QUERYSTRING": "_QueryString", "_URIPATH": "_URIPath",
	"_QUERYARGUMENTS": "_QueryArguments", "_COOKIE": "_Cookie",
}

// Label is what a rule of the group puts on a request. The POSIX group alone labels as it names.
func (g Group) Label(rule string) Label {
	if g != Unix {
		for suffix, written := range labelSuffixes {
			if base, ok := strings.CutSuffix(rule, suffix); ok {
				return Label(string(g.Namespace()) + base + written)
			}
		}
	}
	return Label(string(g.Namespace()) + rule)
}

// brought reports whether a rule is about what a browser sends with every request: its cookies and headers. One cookie of a
// plugin that looks like SQL would close the whole shop to the visitors that have it.
func brought(rule string) bool {
	return strings.HasSuffix(rule, "_COOKIE") || strings.HasSuffix(rule, "_HEADER")
}
