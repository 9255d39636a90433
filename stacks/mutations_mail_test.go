package stacks_test

import "github.com/magestack/magestack/internal/plan"

// mailMutations are mistakes about mails, and about the user that sends them.
func mailMutations() []mutation {
	const (
		configurationSet = "aws:sesv2/configurationSet:ConfigurationSet"
		emailIdentity    = "aws:sesv2/emailIdentity:EmailIdentity"
		destination      = "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination"
		topic            = "aws:sns/topic:Topic"
		topicPolicy      = "aws:sns/topicPolicy:TopicPolicy"
		groupPolicy      = "aws:iam/groupPolicy:GroupPolicy"
		key              = "aws:kms/key:Key"
	)
	return []mutation{
		{"mail-signed", "mails in the open", configurationSet, set("deliveryOptions.tlsPolicy", "OPTIONAL")},
		{"mail-signed", "a reputation that is not counted", configurationSet, unset("reputationOptions")},
		{"mail-signed", "mails beside the configuration set", emailIdentity, unset("configurationSetName")},
		{"mail-signed", "a short key", emailIdentity, set("dkimSigningAttributes.nextSigningKeyLength", "RSA_1024_BIT")},
		{"mail-feedback", "mails to addresses that do not exist", configurationSet, set("suppressionOptions.suppressedReasons", anyList("COMPLAINT"))},
		{"mail-feedback", "mails to recipients who complained", configurationSet, set("suppressionOptions.suppressedReasons", anyList("BOUNCE"))},
		{"mail-feedback", "bounces that are not reported", destination, set("eventDestination.matchingEventTypes", anyList("COMPLAINT", "REJECT"))},
		{"mail-feedback", "a destination that is off", destination, set("eventDestination.enabled", false)},
		{"mail-feedback", "no destination", destination, gone},
		{"stores-encrypted", "a topic with AWS's key", topic, unset("kmsMasterKeyId")},
		{"topics-tls-only", "a topic that takes HTTP", topicPolicy, replaced("policy", "aws:SecureTransport", "aws:Other")},
		{"topics-tls-only", "a topic without a policy", topicPolicy, gone},
		{"confused-deputy", "events of any account", topicPolicy, func(r *plan.Resource) {
			replaced("policy", "aws:SourceAccount", "aws:Other")(r)
			replaced("policy", "aws:SourceArn", "aws:Another")(r)
		}},
		{"confused-deputy", "a key for any topic", key, replaced("policy", "kms:EncryptionContext:aws:sns:topicArn", "kms:Other")},
		{"users-send-only", "a user that reads", groupPolicy, replaced("policy", `"ses:SendRawEmail"`, `["ses:SendRawEmail","s3:GetObject"]`)},
		{"users-send-only", "a user that sends from any address", groupPolicy, replaced("policy", "ses:FromAddress", "ses:Other")},
		{"users-send-only", "a policy of the user's own", groupPolicy, func(r *plan.Resource) { r.Type = "aws:iam/userPolicy:UserPolicy" }},
	}
}
