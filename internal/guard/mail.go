package guard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/plan"
)

const (
	configurationSetType = "aws:sesv2/configurationSet:ConfigurationSet"
	emailIdentityType    = "aws:sesv2/emailIdentity:EmailIdentity"
	destinationType      = "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination"
	groupPolicyType      = "aws:iam/groupPolicy:GroupPolicy"
)

func mailControls() []Control {
	return []Control{
		{"mail-signed", "SES Developer Guide, \"Easy DKIM\": what comes from the shop's domains is signed, over TLS and counted", require(
			requirement{configurationSetType, "deliveryOptions.tlsPolicy", "REQUIRE", "hands mails over without TLS"},
			requirement{configurationSetType, "reputationOptions.reputationMetricsEnabled", true, "counts no bounces and complaints"},
			requirement{emailIdentityType, "configurationSetName", nil, "sends mails that nothing holds for"},
			requirement{emailIdentityType, "dkimSigningAttributes.nextSigningKeyLength", "RSA_2048_BIT", "signs with a short key"},
		)},
		{"mail-feedback", "SES Developer Guide, \"Monitoring your sender reputation\": what bounced or complained gets no further mails, and is told", checkFeedback},
		{"topics-tls-only", "SNS Developer Guide, \"Enforce encryption of data in transit\"", checkTopics},
		{"users-send-only", "IAM.2, and IAM User Guide, \"Security best practices in IAM\": a long-lived key is of a user that may send mails, and nothing else", checkUsers},
	}
}

// checkFeedback wants every configuration set to suppress, and to tell of, what comes back.
func checkFeedback(g *graph) []Violation {
	var found []Violation
	missing := func(r plan.Resource, path string) (names []string) {
		for _, event := range []string{"BOUNCE", "COMPLAINT"} {
			if !slices.Contains(texts(r, path), event) {
				names = append(names, event)
			}
		}
		return names
	}
	for _, set := range g.of(configurationSetType) {
		if names := missing(set, "suppressionOptions.suppressedReasons"); len(names) > 0 {
			found = append(found, Violation{URN: set.URN, Problem: "sends on after a " + strings.Join(names, " and a ")})
		}
		told := slices.ContainsFunc(g.referring(destinationType, "configurationSetName", at(set, "configurationSetName")), func(r plan.Resource) bool {
			return at(r, "eventDestination.enabled") == true && at(r, "eventDestination.snsDestination.topicArn") != nil &&
				len(missing(r, "eventDestination.matchingEventTypes")) == 0
		})
		if !told {
			found = append(found, Violation{URN: set.URN, Problem: "tells nobody of bounces and complaints"})
		}
	}
	return found
}

// checkTopics wants every topic to refuse publishing without TLS.
func checkTopics(g *graph) []Violation {
	var found []Violation
	for _, topic := range g.of(topicType) {
		secure := false
		for _, policy := range g.referring("aws:sns/topicPolicy:TopicPolicy", "arn", topic.Outputs["arn"]) {
			for _, s := range statementsOf(at(policy, "policy")) {
				secure = secure || s.Effect == "Deny" && s.anyone() && s.has("sns:Publish") &&
					fmt.Sprint(s.Condition["Bool"]["aws:SecureTransport"]) == "[false]" && slices.Contains(s.Resource, fmt.Sprint(topic.Outputs["arn"]))
			}
		}
		if !secure {
			found = append(found, Violation{URN: topic.URN, Problem: "takes messages without TLS"})
		}
	}
	return found
}

// checkUsers wants users of IAM to have their rights from groups whose one action is to send mails, from named addresses.
func checkUsers(g *graph) []Violation {
	var found []Violation
	refuse := func(r plan.Resource, problem string) { found = append(found, Violation{URN: r.URN, Problem: problem}) }
	for _, r := range g.of("aws:iam/userPolicy:UserPolicy", "aws:iam/userPolicyAttachment:UserPolicyAttachment", "aws:iam/userLoginProfile:UserLoginProfile",
		"aws:iam/groupPolicyAttachment:GroupPolicyAttachment") {
		refuse(r, "gives a user more than its group does")
	}
	for _, r := range g.of(groupPolicyType) {
		for _, s := range statementsOf(at(r, "policy")) {
			if s.Effect == "Allow" && fmt.Sprint(s.Action) != "[ses:SendRawEmail]" {
				refuse(r, fmt.Sprintf("lets users do more than send mails: %v", s.Action))
			}
			if s.Effect == "Allow" && (len(s.Condition["StringLike"]["ses:FromAddress"]) == 0 || slices.Contains(s.Resource, "*")) {
				refuse(r, "lets users send from any address")
			}
		}
	}
	return found
}
